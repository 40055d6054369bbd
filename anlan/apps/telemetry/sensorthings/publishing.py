"""Observations told by MQTT as they come in (18-088, 14.2): whoever subscribes to a datastream's observations is told of each new one.

Told is what detection has judged, so whatever way it came in by; the broker's rights say who may listen.
"""

from __future__ import annotations

import json
import logging
import queue
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import InterfaceError, OperationalError, connections

from anlan.apps.telemetry.intake.catalogue import catalogue
from anlan.apps.telemetry.models import Batch, Reading
from anlan.apps.telemetry.sensorthings.sets import SETS, Observation, identity_of, streams
from anlan.kit.scope import Scope, entered
from anlan.kit.worlds import alias
from anlan.lib import mqtt

log = logging.getLogger(__name__)

TOPIC = "v1.1/Datastreams('{}')/Observations"
#: Larger deliveries are the past brought in, or a bench: nobody is told of their rows one by one.
MOST_ROWS = 5000
#: So many groups of batches may wait to be told: an observer who lags hears less, and detection waits for nobody.
MOST_WAITING = 100


def told(batches: Sequence[int], lane: int) -> Iterator[tuple[str, bytes]]:
    """Return topic and content of the observations that some batches brought and a lane has judged, in order of time."""
    known = Batch.objects.using(alias()).filter(pk__in=batches, first_at__isnull=False)
    spans = [
        row for row in known.values_list("pk", "first_at", "last_at", "accepted", "corrected") if row[3] + row[4] <= MOST_ROWS
    ]
    if not spans:
        return
    first, last = min(row[1] for row in spans), max(row[2] for row in spans)
    rows = Reading.objects.using(alias()).filter(batch__in=[row[0] for row in spans], at__gte=first, at__lte=last)
    values = list(rows.order_by("at", "version").values_list("datastream_id", "at", "value", "flags", "estimated"))
    mine = catalogue(alias()).judged_in(lane, [row[0] for row in values]).tolist()
    values = [row for row, own in zip(values, mine, strict=True) if own]
    known_streams = streams().in_bulk({row[0] for row in values})
    entity = SETS["Observation"]
    for row in values:
        if row[0] in known_streams:
            seen = Observation(known_streams[row[0]], *row[1:])
            said = {"@iot.id": entity.identity(seen)} | {name: tell(seen) for name, tell in entity.fields.items()}
            yield TOPIC.format(identity_of(seen.stream)), json.dumps(said, ensure_ascii=False).encode()


class Telling:
    """Tells the broker's listeners what batches brought, in a thread of its own. `with Telling("mqtt://…"):`; nothing without a broker."""

    def __init__(self, url: str) -> None:
        self._broker = mqtt.broker(url)
        self._waiting: queue.Queue[tuple[Sequence[int], int] | None] = queue.Queue(MOST_WAITING)
        self._client: Any = None
        self._thread = threading.Thread(target=self._work, name="telling", daemon=True)

    def __enter__(self) -> Telling:
        if self._broker is not None:
            self._client = mqtt.client(self._broker)
            mqtt.start(self._client, self._broker)
            self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        if self._client is not None:
            self._waiting.put(None)
            self._thread.join(10)
            self._client.disconnect()
            self._client.loop_stop()

    @property
    def connected(self) -> bool:
        """Return whether the broker hears what is told."""
        return self._client is not None and bool(self._client.is_connected())

    def put(self, batches: Sequence[int], lane: int) -> None:
        """Let be told what a lane has judged of some batches; left out while too many wait, or nobody could hear."""
        if self.connected:
            try:
                self._waiting.put_nowait((batches, lane))
            except queue.Full:
                log.warning("ingest: %d deliveries are not told to observers", len(batches))

    def tell(self, messages: Iterable[tuple[str, bytes]]) -> None:
        """Publish (topic, content) to whoever listens; nothing is kept for one that is away."""
        for topic, content in messages:
            self._client.publish(topic, content)

    def _work(self) -> None:
        while (judged := self._waiting.get()) is not None:
            try:
                with entered(Scope.everything("system:ingest")):
                    self.tell(told(*judged))
            except (OperationalError, InterfaceError):
                connections.close_all()
        connections.close_all()
