"""What receipts prove: how often a channel's word was checked and confirmed, and how far the copies about a thing are by village.

Checked is what asks somebody for something: a call (answered), a code that went to a subscriber (sent back), a loudspeaker's silent test
(played), a reach test that is over (each address answered by its own link or key; what a machine answers proves no reader). An answer to a call is credited to the last address
that took the message. Raw statements, since copies are no records (ADR 10).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connections

from anlan.apps.messages import parcels, queries
from anlan.apps.messages.choices import ParcelState
from anlan.apps.messages.models import Broadcast
from anlan.apps.messages.rules import Belief
from anlan.kit import clock
from anlan.kit.scope import Scope, current, entered
from anlan.kit.worlds import alias

#: What was asked so long ago at most, and so long ago at least: a later answer still counts.
WITHIN, ANSWERED_WITHIN = timedelta(days=365), timedelta(minutes=30)
#: A receipt's word: the channel took it, or it says that it arrived.
SENT, DELIVERED = "sent", "delivered"

ASKED = """
SELECT r.channel, r.delivered_at IS NOT NULL, count(*),
       count(*) FILTER (WHERE r.state = 'answered' OR s.confirmed_at IS NOT NULL)
FROM messages_receipt r JOIN messages_message m ON m.id = r.message_id
LEFT JOIN messages_subscriber s ON m.kind = 'subscription' AND m.about = 'subscription:' || s.id
LEFT JOIN messages_reachtest t ON m.kind = 'reachtest' AND m.about = 'reachtest:' || t.id
WHERE (m.kind IN ('callout', 'subscription') OR t.until <= %s AND r.channel <> ALL(%s)) AND r.sent_at > %s AND r.sent_at <= %s AND NOT EXISTS (
    SELECT 1 FROM messages_receipt l
    WHERE l.message_id = r.message_id AND l.recipient_code = r.recipient_code AND l.rung > r.rung AND l.sent_at IS NOT NULL)
GROUP BY 1, 2
"""
TESTED = """
SELECT t.channel, coalesce(sum(t.n), 0), coalesce(sum(t.n) FILTER (WHERE t.state = 3), 0)
FROM messages_tally t JOIN messages_broadcast b ON b.id = t.broadcast
WHERE b.kind = 'selftest' AND t.state IN (2, 3) AND b.queued_at > %s AND b.queued_at <= %s GROUP BY 1
"""


def beliefs() -> dict[tuple[str, str], Belief]:
    """Return how far each channel's word is believed, by channel and word: from the answers and silent tests of the last year."""
    now = clock.now()
    period = [now - WITHIN, now - ANSWERED_WITHIN]
    found: dict[tuple[str, str], Belief] = {}
    # How a channel does is a fact of the house: no record of it is shown to anybody.
    with entered(Scope.everything("system:beliefs", current().world)), connections[alias()].cursor() as cursor:
        cursor.execute(ASKED, [now, list(queries.machine_ways()), *period])
        for channel, delivered, checked, confirmed in cursor.fetchall():
            found[channel, DELIVERED if delivered else SENT] = Belief(checked, confirmed)
        cursor.execute(TESTED, period)
        for channel, checked, confirmed in cursor.fetchall():
            for word in (SENT, DELIVERED):
                found.setdefault((channel, word), Belief(int(checked), int(confirmed), refutable=True))
    return found


@dataclass(frozen=True)
class Copies:
    """So many copies of one channel stand in a state in one village, the last of them since an instant."""

    area: str
    channel: str
    state: str
    n: int
    at: datetime


COPIES = """
SELECT left(area, 12), channel, state, date_trunc('minute', changed_at), count(*) FROM messages_parcel
WHERE day = %s AND broadcast = %s AND ({where}) GROUP BY 1, 2, 3, 4
"""


def copies_about(about: str, areas: tuple[str, ...]) -> tuple[list[Copies], int]:
    """Return how far the copies about a thing are within some divisions, whoever sent them, and how many lie elsewhere."""
    rows = queries.all_broadcasts_about(about)
    found = copies_by_village(rows, areas)
    return found, max(sum(parcels.total(row) for row in rows) - sum(one.n for one in found), 0)


def copies_by_village(rows: Iterable[Broadcast], areas: tuple[str, ...]) -> list[Copies]:
    """Return how far the copies of broadcasts are by village, channel and minute, within some divisions ("" for all)."""
    where, edges = "true", list[str]()
    if "" not in areas:
        where = " OR ".join(["(area >= %s AND area < %s)"] * len(areas)) or "false"
        edges = [edge for area in areas for edge in (area, area + "~")]
    sql = COPIES.format(where=where)
    found = []
    with connections[alias()].cursor() as cursor:
        for row in rows:
            cursor.execute(sql, [row.day, row.pk, *edges])
            found += [Copies(area, ch, ParcelState(state).name.lower(), n, at) for area, ch, state, at, n in cursor.fetchall()]
    return found
