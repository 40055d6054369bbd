"""Observations told by MQTT as they come in (18-088, 14.2): whoever subscribes to a datastream's observations is told of each new one.

Told is what detection has judged, so whatever way it came in by; the broker's rights say who may listen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from anlan.apps.telemetry.models import Batch, Reading
from anlan.apps.telemetry.sensorthings.sets import SETS, Observation, identity_of, streams
from anlan.kit.worlds import alias

TOPIC = "v1.1/Datastreams('{}')/Observations"
#: Larger deliveries are the past brought in, or a bench: nobody is told of their rows one by one.
MOST_ROWS = 5000


def told(batches: Sequence[int]) -> Iterator[tuple[str, bytes]]:
    """Return topic and content of the observations that some batches brought, in order of time."""
    known = Batch.objects.using(alias()).filter(pk__in=batches, first_at__isnull=False)
    spans = [
        row for row in known.values_list("pk", "first_at", "last_at", "accepted", "corrected") if row[3] + row[4] <= MOST_ROWS
    ]
    if not spans:
        return
    first, last = min(row[1] for row in spans), max(row[2] for row in spans)
    rows = Reading.objects.using(alias()).filter(batch__in=[row[0] for row in spans], at__gte=first, at__lte=last)
    values = list(rows.order_by("at", "version").values_list("datastream_id", "at", "value", "flags", "estimated"))
    known_streams = streams().in_bulk({row[0] for row in values})
    entity = SETS["Observation"]
    for row in values:
        if row[0] in known_streams:
            seen = Observation(known_streams[row[0]], *row[1:])
            said = {"@iot.id": entity.identity(seen)} | {name: tell(seen) for name, tell in entity.fields.items()}
            yield TOPIC.format(identity_of(seen.stream)), json.dumps(said, ensure_ascii=False).encode()
