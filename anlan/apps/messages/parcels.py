"""The copies of broadcasts: one row an addressee with its newest state, in partitions by day; beside it, what was said, only ever added.

Raw statements, because a million rows are one statement here and a deed each elsewhere (ADR 10). Neither table is journalled;
the broadcast is. Every change of state adds its difference to the tally, from which pages count without reading copies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connections, transaction

from anlan.apps.messages.choices import Lane, ParcelState, Said
from anlan.apps.messages.models import Broadcast
from anlan.kit import clock
from anlan.kit.scope import current
from anlan.kit.worlds import alias

#: So many are queued with the deed itself, and so many in each transaction after it.
FIRST, CHUNK = 5_000, 50_000
#: Whoever took a copy and says nothing for so long has died: it is given out again, and counted as doubtful.
LEASE = timedelta(seconds=90)
#: Reports are looked for among what was accepted in the last days.
REPORTED_WITHIN = timedelta(days=4)
#: How states are counted and shown: what is being handed over still waits.
SHOWN = {state: ParcelState.WAITING if state == ParcelState.TAKEN else state for state in ParcelState}


@dataclass(frozen=True)
class Key:
    """Which copy: its day, its broadcast, its subscriber."""

    day: date
    broadcast: int
    subscriber: int


@dataclass(frozen=True)
class Parcel:
    """One copy, taken to be handed to its channel."""

    key: Key
    area: str
    address: str
    language: str
    attempts: int


@dataclass(frozen=True)
class Accepted:
    """One part of a copy that the peer took, under the number by which it will report."""

    part: int
    peer_id: str


@dataclass(frozen=True)
class Word:
    """What became of one handing over. `state` is SENT, DELIVERED, FAILED, RENDERED, or WAITING: to be tried again at `next_at`."""

    parcel: Parcel
    state: ParcelState
    parts: int = 1
    accepted: tuple[Accepted, ...] = ()
    error: str = ""
    next_at: datetime | None = None
    doubtful: bool = False
    #: Given back untouched: no attempt was made.
    untouched: bool = False


@dataclass(frozen=True)
class Report:
    """What the peer says later of one part, by its number."""

    peer_id: str
    delivered: bool
    text: str = ""


@dataclass
class Heard:
    """What reports came to: parts now delivered, told again, told of nothing that we know."""

    delivered: int = 0
    failed: int = 0
    doubles: int = 0
    strays: list[Report] = field(default_factory=list)
    #: By receipt of a single message: "" where all of it arrived, else why it did not.
    singles: dict[int, str] = field(default_factory=dict)


def channel_of(peer: str) -> str:
    """Return the channel of a peer, which is called "sms:10.0.0.1:2775"."""
    return peer.partition(":")[0]


def _cursor() -> Any:
    return connections[alias()].cursor()


def ground(areas: Sequence[str], outline: Any, towns: Sequence[str]) -> tuple[str, list[Any]]:
    """Return the condition for subscribers within divisions or a drawn outline, whose towns stand in for those without a point."""
    conditions, values = [], []
    for area in areas:
        conditions.append("(s.area >= %s AND s.area < %s)")
        values += [area, area + "~"]
    if outline is not None:
        conditions.append("(s.location IS NOT NULL AND ST_Intersects(s.location, ST_GeomFromEWKB(%s)))")
        values.append(bytes(outline.ewkb))
        for town in towns:
            conditions.append("(s.location IS NULL AND s.area >= %s AND s.area < %s)")
            values += [town, town + "~"]
    return f"({' OR '.join(conditions) or 'false'})", values


def _within(areas: Sequence[str], column: str = "area") -> tuple[str, list[str]]:
    """Return the condition that a place lies in one of some divisions."""
    condition = " OR ".join([f"({column} >= %s AND {column} < %s)"] * len(areas)) or "false"
    return f"({condition})", [edge for area in areas for edge in (area, area + "~")]


def audience(areas: Sequence[str], outline: Any = None, towns: Sequence[str] = ()) -> dict[str, int]:
    """Count the subscribers of a ground by channel: from the counts by place, but for the points within a drawn outline."""
    chosen, edges = _within(areas)
    found: Counter[str] = Counter()
    with _cursor() as cursor:
        cursor.execute(f"SELECT channel, sum(n) FROM messages_subscribed WHERE {chosen} GROUP BY channel", edges)
        found.update({channel: int(n) for channel, n in cursor.fetchall()})
        if outline is not None:
            touched, town_edges = _within(towns)
            cursor.execute(
                f"SELECT channel, sum(n) FROM messages_subscribed WHERE NOT pointed AND {touched} AND NOT {chosen} GROUP BY channel",
                [*town_edges, *edges],
            )
            found.update({channel: int(n) for channel, n in cursor.fetchall()})
            cursor.execute(
                "SELECT channel, count(*) FROM messages_subscriber WHERE state = 'active' AND location IS NOT NULL"
                f" AND ST_Intersects(location, ST_GeomFromEWKB(%s)) AND NOT {chosen} GROUP BY channel",
                [bytes(outline.ewkb), *edges],
            )
            found.update(dict(cursor.fetchall()))
    return dict(sorted((channel, n) for channel, n in found.items() if n))


FILL = """
INSERT INTO messages_parcel
    (day, broadcast, subscriber, lane, channel, area, address, language, state, next_at, changed_at)
SELECT %s, %s, s.id, %s, s.channel, s.area, s.address, s.language, 0, %s, %s
FROM {subscribers} s WHERE s.id > %s AND {ground}
ORDER BY s.id LIMIT %s
ON CONFLICT DO NOTHING
RETURNING channel
"""
FILL = f"WITH {{chosen}} made AS ({FILL}) SELECT channel, count(*) FROM made GROUP BY channel"
#: Of a small ground all are found by their place first; of a large one they are walked through by their number.
SMALL = "chosen AS MATERIALIZED (SELECT * FROM messages_subscriber s WHERE s.state = 'active' AND {ground}),"


def fill(row: Broadcast, limit: int) -> int:
    """Queue the next `limit` addressees of a broadcast, after the last one queued; returns how many there were.

    The last one queued is read from the copies themselves, so that a process that dies between two chunks loses and doubles nobody.
    """
    where, values = ground(row.areas, row.outline, row.towns)
    if row.channels:
        where, values = f"({where} AND s.channel = ANY(%s))", [*values, list(row.channels)]
    with transaction.atomic(using=alias()), _cursor() as cursor:
        cursor.execute("SELECT messages_ensure_partitions(%s::date[])", [[row.day]])
        cursor.execute("SELECT max(subscriber) FROM messages_parcel WHERE day = %s AND broadcast = %s", [row.day, row.pk])
        after = cursor.fetchone()[0] or 0
        now = clock.now()
        copies = [row.day, row.pk, row.lane, row.queued_at, now, after]
        if sum(audience(row.areas, row.outline, row.towns).values()) <= CHUNK:
            chosen = FILL.format(chosen=SMALL.format(ground=where), subscribers="chosen", ground="true")
            cursor.execute(chosen, [*values, *copies, limit])
        else:
            walked = FILL.format(chosen="", subscribers="messages_subscriber", ground=f"s.state = 'active' AND {where}")
            cursor.execute(walked, [*copies, *values, limit])
        made = dict(cursor.fetchall())
        _add(cursor, {(row.pk, channel, ParcelState.WAITING): n for channel, n in made.items()})
    return sum(made.values())


TAKE = """
WITH next AS (
    SELECT day, broadcast, subscriber FROM messages_parcel
    WHERE state = 0 AND channel = %s AND lane = %s AND next_at <= %s
    ORDER BY next_at, broadcast, subscriber LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE messages_parcel p SET state = 1, taken_until = %s, attempts = p.attempts + 1
FROM next n WHERE p.day = n.day AND p.broadcast = n.broadcast AND p.subscriber = n.subscriber
RETURNING p.day, p.broadcast, p.subscriber, p.area, p.address, p.language, p.attempts
"""


def take(channel: str, limit: int) -> list[Parcel]:
    """Take up to `limit` copies that wait for a channel, urgent ones first; no other worker gets them while the lease runs."""
    found: list[Parcel] = []
    now = clock.now()
    with _cursor() as cursor:
        for lane in Lane:
            if len(found) < limit:
                cursor.execute(TAKE, [channel, lane.value, now, limit - len(found), clock.real_now() + LEASE])
                found += [Parcel(Key(*row[:3]), *row[3:]) for row in cursor.fetchall()]
    return found


SETTLE = """
WITH said AS (
    SELECT * FROM unnest(%s::date[], %s::bigint[], %s::bigint[], %s::smallint[], %s::smallint[], %s::timestamptz[], %s::int[],
                         %s::int[], %s::text[]) AS t(day, broadcast, subscriber, state, parts, next_at, doubtful, untouched, error)
), held AS (
    SELECT p.day, p.broadcast, p.subscriber, p.state AS was, s.state, s.parts, s.next_at, s.doubtful, s.untouched, s.error
    FROM said s JOIN messages_parcel p ON p.day = s.day AND p.broadcast = s.broadcast AND p.subscriber = s.subscriber
    WHERE p.state IN (0, 1, 5)
    ORDER BY p.broadcast, p.subscriber FOR UPDATE OF p
)
UPDATE messages_parcel p
SET state = h.state, parts = h.parts, next_at = coalesce(h.next_at, p.next_at), doubtful = p.doubtful + h.doubtful,
    attempts = p.attempts - h.untouched, error = h.error, taken_until = NULL, changed_at = %s
FROM held h WHERE p.day = h.day AND p.broadcast = h.broadcast AND p.subscriber = h.subscriber
RETURNING p.broadcast, p.channel, h.was, p.state
"""
SAY = "COPY messages_word (at, day, broadcast, subscriber, what, part, peer, peer_id, note) FROM STDIN"


def settle(peer: str, words: Sequence[Word]) -> None:
    """Write down in one transaction what became of copies that were handed over."""
    if not words:
        return
    now = clock.now()
    keys = [w.parcel.key for w in words]
    columns = [
        [k.day for k in keys],
        [k.broadcast for k in keys],
        [k.subscriber for k in keys],
        [int(w.state) for w in words],
        [w.parts for w in words],
        [w.next_at for w in words],
        [int(w.doubtful) for w in words],
        [int(w.untouched) for w in words],
        [w.error[:300] for w in words],
    ]
    with transaction.atomic(using=alias()), _cursor() as cursor:
        cursor.execute("SELECT messages_ensure_partitions(%s::date[])", [[_day(now)]])
        with cursor.copy(SAY) as copy:
            for w in words:
                for line in _lines(w):
                    k = w.parcel.key
                    copy.write_row((now, k.day, k.broadcast, k.subscriber, line[0], line[1], peer, line[2], line[3]))
        cursor.execute(SETTLE, [*columns, now])
        _add(cursor, _moved(cursor.fetchall()))
        _add(cursor, Counter((w.parcel.key.broadcast, channel_of(peer), -Said.DOUBTED) for w in words if w.doubtful))


def _lines(word: Word) -> Iterable[tuple[int, int, str, str]]:
    for one in word.accepted:
        yield Said.ACCEPTED, one.part, one.peer_id, ""
    if word.doubtful:
        yield Said.DOUBTED, 0, "", word.error[:300]
    if word.state == ParcelState.FAILED:
        yield Said.FAILED, 0, "", word.error[:300]
    elif word.state == ParcelState.WAITING and not word.untouched:
        yield Said.AGAIN, 0, "", word.error[:300]
    elif word.state == ParcelState.DELIVERED:
        yield Said.DELIVERED, 0, "", ""


def _day(at: datetime) -> date:
    """Return the day of the partition in which what is said at an instant lies."""
    return at.astimezone(UTC).date()


def _moved(rows: Iterable[tuple[int, str, int, int]]) -> Counter[tuple[int, str, int]]:
    """Return what moves between states add to the tally."""
    found: Counter[tuple[int, str, int]] = Counter()
    for broadcast, channel, was, now in rows:
        before, after = SHOWN[ParcelState(was)], SHOWN[ParcelState(now)]
        if before != after:
            found[broadcast, channel, before] -= 1
            found[broadcast, channel, after] += 1
    return found


SPEAKERS = """
SELECT l.id, p.state FROM messages_parcel p
JOIN messages_subscriber s ON s.id = p.subscriber
JOIN messages_loudspeaker l ON l.address = s.address
WHERE p.day = %s AND p.broadcast = %s AND p.channel = 'loudspeaker' ORDER BY l.id
"""


def of_speakers(row: Broadcast) -> dict[int, ParcelState]:
    """Return how far a broadcast's copy is at each loudspeaker, by its id."""
    with _cursor() as cursor:
        cursor.execute(SPEAKERS, [row.day, row.pk])
        return {pk: ParcelState(state) for pk, state in cursor.fetchall()}


TOLD = """
SELECT b.id, b.subject, p.state, p.changed_at, p.error FROM messages_subscriber s
JOIN messages_broadcast b ON b.id = ANY(%s) JOIN messages_parcel p ON p.day = b.day AND p.broadcast = b.id AND p.subscriber = s.id
WHERE s.channel = 'loudspeaker' AND s.address = %s ORDER BY b.id DESC
"""


def told_speaker(address: str, broadcasts: Sequence[int]) -> list[tuple[int, str, ParcelState, datetime, str]]:
    """Return of some broadcasts what became of them at one loudspeaker: broadcast, subject, state, since when, error."""
    with _cursor() as cursor:
        cursor.execute(TOLD, [list(broadcasts), address])
        return [(pk, subject, ParcelState(state), at, error) for pk, subject, state, at, error in cursor.fetchall()]


def _add(cursor: Any, differences: dict[tuple[int, str, int], int]) -> None:
    """Add differences to the tally; rows are only added, so that no two workers wait for each other."""
    rows = [(*key, n) for key, n in differences.items() if n]
    if rows:
        cursor.executemany("INSERT INTO messages_tally (broadcast, channel, state, n) VALUES (%s, %s, %s, %s)", rows)


#: What stands for the broadcast of a message to one address, whose receipt stands for the subscriber.
SINGLE = 0
SINGLES = """
SELECT subscriber, count(DISTINCT part) FILTER (WHERE what = %s), count(DISTINCT part) FILTER (WHERE what = %s)
FROM messages_word WHERE broadcast = %s AND subscriber = ANY(%s) AND at > %s GROUP BY subscriber
"""
FIND = """
SELECT peer_id, day, broadcast, subscriber, part FROM messages_word
WHERE what = 2 AND peer = %s AND peer_id = ANY(%s) AND at > %s ORDER BY at
"""
REPORT = """
WITH said AS (
    SELECT day, broadcast, subscriber, bit_or(bit) AS bits, bool_or(bit = 0) AS refused, max(note) AS note
    FROM unnest(%s::date[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[]) AS t(day, broadcast, subscriber, bit, note)
    GROUP BY day, broadcast, subscriber
), held AS (
    SELECT p.day, p.broadcast, p.subscriber, p.state AS was, p.got AS had, s.bits, s.refused, s.note
    FROM said s JOIN messages_parcel p ON p.day = s.day AND p.broadcast = s.broadcast AND p.subscriber = s.subscriber
    ORDER BY p.broadcast, p.subscriber FOR UPDATE OF p
)
UPDATE messages_parcel p
SET got = h.had | h.bits,
    state = CASE WHEN (h.had | h.bits) = (1::bigint << p.parts) - 1 THEN 3
                 WHEN h.refused AND p.state = 2 THEN 4 ELSE p.state END,
    error = CASE WHEN h.refused AND p.state = 2 THEN h.note ELSE p.error END, changed_at = %s
FROM held h WHERE p.day = h.day AND p.broadcast = h.broadcast AND p.subscriber = h.subscriber
RETURNING p.broadcast, p.channel, h.was, p.state, p.day, p.subscriber, h.had
"""


def report(peer: str, reports: Sequence[Report]) -> Heard:
    """Write down what a peer reports later: delivered wins over all, a second report is counted, one of nothing we know returned."""
    heard = Heard()
    if not reports:
        return heard
    now = clock.now()
    with transaction.atomic(using=alias()), _cursor() as cursor:
        cursor.execute(FIND, [peer, list({r.peer_id for r in reports}), now - REPORTED_WITHIN])
        known = {row[0]: row[1:] for row in cursor.fetchall()}
        heard.strays = [r for r in reports if r.peer_id not in known]
        found = [(r, *known[r.peer_id]) for r in reports if r.peer_id in known]
        single = [row for row in found if row[2] == SINGLE]
        if single:
            _note_reports(cursor, peer, now, single, {}, heard)
            heard.singles = _singles(cursor, now, single)
            found = [row for row in found if row[2] != SINGLE]
        if not found:
            return heard
        columns = [
            [row[1] for row in found],
            [row[2] for row in found],
            [row[3] for row in found],
            [1 << (row[4] - 1) if row[0].delivered else 0 for row in found],
            [row[0].text[:300] for row in found],
        ]
        cursor.execute(REPORT, [*columns, now])
        changed = cursor.fetchall()
        _add(cursor, _moved(row[:4] for row in changed))
        _note_reports(cursor, peer, now, found, {(row[4], row[0], row[5]): row[6] for row in changed}, heard)
    return heard


def note_taken(receipt: int, peer: str, numbers: Sequence[str]) -> None:
    """Keep the numbers under which a peer will report on a single message."""
    now = clock.now()
    with transaction.atomic(using=alias()), _cursor() as cursor:
        cursor.execute("SELECT messages_ensure_partitions(%s::date[])", [[_day(now)]])
        with cursor.copy(SAY) as copy:
            for part, number in enumerate(numbers, 1):
                copy.write_row((now, _day(now), SINGLE, receipt, int(Said.ACCEPTED), part, peer, number[:64], ""))


def _singles(cursor: Any, now: datetime, found: list[tuple[Any, ...]]) -> dict[int, str]:
    """Return of single messages that were just reported on those of which all parts arrived ("") or one did not (why)."""
    cursor.execute(SINGLES, [int(Said.ACCEPTED), int(Said.DELIVERED), SINGLE, [row[3] for row in found], now - REPORTED_WITHIN])
    whole = dict.fromkeys((receipt for receipt, parts, came in cursor.fetchall() if came >= parts), "")
    return {row[3]: row[0].text for row in found if not row[0].delivered and row[3] not in whole} | whole


def _note_reports(
    cursor: Any, peer: str, now: datetime, found: list[tuple[Any, ...]], had: dict[tuple[Any, ...], int], heard: Heard
) -> None:
    """Add each report to what was said, a repeated one as such."""
    doubles: Counter[tuple[int, str, int]] = Counter()
    cursor.execute("SELECT messages_ensure_partitions(%s::date[])", [[_day(now)]])
    with cursor.copy(SAY) as copy:
        for said, day, broadcast, subscriber, part in found:
            bit, key = 1 << (part - 1), (day, broadcast, subscriber)
            what = Said.FAILED
            if said.delivered:
                what = Said.DOUBLE if had.get(key, 0) & bit else Said.DELIVERED
                had[key] = had.get(key, 0) | bit
            heard.doubles += what == Said.DOUBLE
            heard.delivered += what == Said.DELIVERED
            heard.failed += what == Said.FAILED
            if what == Said.DOUBLE:
                doubles[broadcast, channel_of(peer), -Said.DOUBLE] += 1
            copy.write_row((now, day, broadcast, subscriber, int(what), part, peer, said.peer_id, said.text[:300]))
    _add(cursor, doubles)


def note_strays(peer: str, reports: Sequence[Report]) -> None:
    """Keep reports that belong to nothing we sent: a lying or confused peer is told by its count."""
    if not reports:
        return
    now = clock.now()
    with transaction.atomic(using=alias()), _cursor() as cursor:
        cursor.execute("SELECT messages_ensure_partitions(%s::date[])", [[_day(now)]])
        with cursor.copy(SAY) as copy:
            for r in reports:
                copy.write_row((now, _day(now), 0, 0, int(Said.STRAY), 0, peer, r.peer_id[:64], r.text[:300]))
        _add(cursor, {(0, channel_of(peer), -Said.STRAY): len(reports)})


SWEEP = """
WITH held AS (
    SELECT day, broadcast, subscriber FROM messages_parcel WHERE {where} ORDER BY day, broadcast, subscriber LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE messages_parcel p SET state = {state}, taken_until = NULL, changed_at = %s{more}
FROM held h WHERE p.day = h.day AND p.broadcast = h.broadcast AND p.subscriber = h.subscriber
RETURNING p.broadcast, p.channel, {was}, p.state
"""


def _sweep(where: str, values: list[Any], was: ParcelState, state: ParcelState, more: str = "") -> int:
    """Move all copies in a condition to another state, chunk by chunk."""
    swept = 0
    while True:
        with transaction.atomic(using=alias()), _cursor() as cursor:
            sql = SWEEP.format(where=where, state=int(state), was=int(was), more=more)
            cursor.execute(sql, [*values, CHUNK, clock.now()])
            rows = cursor.fetchall()
            moved = _moved(rows)
            if more:
                moved.update(Counter((row[0], row[1], -Said.DOUBTED) for row in rows))
            _add(cursor, moved)
        swept += len(rows)
        if len(rows) < CHUNK:
            return swept


def give_out_again() -> int:
    """Give out again what was taken by a worker that died: it may have been sent, so it is counted as doubtful."""
    where = "state = 1 AND taken_until < %s"
    return _sweep(where, [clock.real_now()], ParcelState.TAKEN, ParcelState.WAITING, ", doubtful = p.doubtful + 1")


def lapse(broadcast: int, day: date) -> int:
    """Let what still waits of a broadcast that is over or called off be unsent."""
    where = "day = %s AND broadcast = %s AND state = 0"
    return _sweep(where, [day, broadcast], ParcelState.WAITING, ParcelState.LAPSED)


def withdraw(subscribers: list[int]) -> int:
    """Let what still waits for subscribers who left be unsent."""
    if not subscribers:
        return 0
    where = "day >= %s AND subscriber = ANY(%s) AND state = 0"
    since = (clock.now() - timedelta(days=3)).date()
    return _sweep(where, [since, subscribers], ParcelState.WAITING, ParcelState.LAPSED)


def waiting() -> dict[str, int]:
    """Return by channel how many copies wait or are being handed over, from the tally."""
    sql = "SELECT channel, sum(n) FROM messages_tally WHERE state = 0 GROUP BY channel HAVING sum(n) > 0 ORDER BY channel"
    with _cursor() as cursor:
        cursor.execute(sql)
        return {channel: int(n) for channel, n in cursor.fetchall()}


def tally(broadcast: int) -> dict[str, dict[str, int]]:
    """Return by channel how many copies of a broadcast stand in each state; doubles and doubts stand beside under their names."""
    sql = "SELECT channel, state, sum(n) FROM messages_tally WHERE broadcast = %s GROUP BY channel, state ORDER BY channel, state"
    found: dict[str, dict[str, int]] = {}
    with _cursor() as cursor:
        cursor.execute(sql, [broadcast])
        for channel, state, n in cursor.fetchall():
            name = ParcelState(state).name if state >= 0 else Said(-state).name
            found.setdefault(channel, {})[name.lower()] = int(n)
    return found


def by_channel(broadcasts: Sequence[int]) -> dict[str, dict[str, int]]:
    """Return by channel how many copies of some broadcasts stand in each state, from the tally: no copy is read."""
    sql = "SELECT channel, state, sum(n) FROM messages_tally WHERE broadcast = ANY(%s) AND state >= 0 GROUP BY channel, state"
    found: dict[str, dict[str, int]] = {}
    with _cursor() as cursor:
        cursor.execute(sql, [list(broadcasts)])
        for channel, state, n in cursor.fetchall():
            found.setdefault(channel, {})[ParcelState(state).name.lower()] = int(n)
    return found


def total(row: Broadcast) -> int:
    """Return how many addressees of a broadcast are queued so far."""
    with _cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(n), 0) FROM messages_tally WHERE broadcast = %s AND state >= 0", [row.pk])
        return int(cursor.fetchone()[0])


def compact(broadcast: int) -> None:
    """Put the tally's differences of a broadcast together, one row a channel and state."""
    with transaction.atomic(using=alias()), _cursor() as cursor:
        cursor.execute(
            "WITH gone AS (DELETE FROM messages_tally WHERE broadcast = %s RETURNING *) INSERT INTO messages_tally"
            " (broadcast, channel, state, n) SELECT broadcast, channel, state, sum(n) FROM gone GROUP BY 1, 2, 3 HAVING sum(n) <> 0",
            [broadcast],
        )


@dataclass(frozen=True)
class Copy:
    """One addressee's copy, for a page."""

    subscriber: int
    area: str
    channel: str
    address: str
    state: ParcelState
    parts: int
    attempts: int
    doubtful: int
    changed_at: datetime
    error: str


def copies(
    row: Broadcast, *, state: int | None = None, after: int = 0, addresses: Sequence[str] = (), limit: int = 50
) -> list[Copy]:
    """Return the copies of a broadcast after a subscriber, in a state, or those to some addresses; within the viewer's scope."""
    sql = "SELECT subscriber, area, channel, address, state, parts, attempts, doubtful, changed_at, error FROM messages_parcel"
    sql += " WHERE day = %s AND broadcast = %s AND subscriber > %s"
    values: list[Any] = [row.day, row.pk, after]
    if state is not None:
        sql += " AND state = ANY(%s)"
        values.append([int(s) for s in ParcelState if SHOWN[s] == state])
    if addresses:
        sql += " AND subscriber IN (SELECT id FROM messages_subscriber WHERE address = ANY(%s))"
        values.append(list(addresses))
    low = current().areas_for("messages.view_subscriber")
    if "" not in low:
        sql += f" AND ({' OR '.join(['(area >= %s AND area < %s)'] * len(low)) or 'false'})"
        values += [edge for area in low for edge in (area, area + "~")]
    with _cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY subscriber LIMIT %s", [*values, limit])
        return [Copy(*r[:4], ParcelState(r[4]), *r[5:]) for r in cursor.fetchall()]


@dataclass(frozen=True)
class Spoken:
    """One thing said of a copy, for a page."""

    at: datetime
    what: Said
    part: int
    peer: str
    peer_id: str
    note: str


def spoken(row: Broadcast, subscriber: int) -> list[Spoken]:
    """Return everything that was said of one copy, oldest first."""
    sql = "SELECT at, what, part, peer, peer_id, note FROM messages_word WHERE broadcast = %s AND subscriber = %s AND at >= %s ORDER BY at"
    with _cursor() as cursor:
        cursor.execute(sql, [row.pk, subscriber, row.queued_at - timedelta(days=1)])
        return [Spoken(r[0], Said(r[1]), *r[2:]) for r in cursor.fetchall()]


def drop_before(day: date) -> int:
    """Drop the copies of days before one and what was said of them; returns how many partitions. Counts stay in the tally."""
    with transaction.atomic(using=alias()), _cursor() as cursor:
        cursor.execute("SELECT messages_drop_partitions(%s)", [day])
        return int(cursor.fetchone()[0])
