"""Malformed frames: kept, and counted by sender, day and fault. Operational like a heartbeat: no journal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.db import connections
from django.utils.translation import gettext as _

from anlan.apps.telemetry.choices import FAULTS
from anlan.apps.telemetry.intake.storing import note_refused
from anlan.apps.telemetry.rules import printable
from anlan.kit import clock
from anlan.kit.scope import current
from anlan.kit.worlds import alias
from anlan.lib.frames import Frame

COUNT = """
INSERT INTO telemetry_framefault AS t (connector, sender, day, fault, count, last_at, at_byte, said, batch)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (connector, sender, day, fault) DO UPDATE SET count = t.count + excluded.count, last_at = excluded.last_at,
    at_byte = excluded.at_byte, said = excluded.said, batch = excluded.batch"""


def note_faults(connector: str, frames: Sequence[Frame]) -> str:
    """Keep what frames at fault brought and count them by fault; returns what is said of the first, in words."""
    first, now = frames[0], clock.now()
    words = _("%(count)d frames at fault, the first: %(fault)s at byte %(at)d. %(said)s") % {
        "count": len(frames),
        "fault": FAULTS[first.fault],
        "at": first.at,
        "said": first.said,
    }
    batch = note_refused(connector, b"\n".join(f.raw for f in frames), words.strip())
    newest = {f.fault: f for f in frames}
    with connections[alias()].cursor() as cursor:
        for fault, count in Counter(f.fault for f in frames).items():
            one = newest[fault]
            told = (one.at, printable(one.said)[:200], batch)
            cursor.execute(COUNT, [connector, current().actor, now.date(), fault.value, count, now, *told])
    return words.strip()
