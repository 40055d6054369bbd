"""Late readings and corrections: judged against their neighbours in time, whatever the order in which they came.

What a sender says again is a duplicate; another value is a new version, the old one stays. A value told before comes back
only as a declared correction: a sender that repeats its past must not undo one. An estimate never replaces an observation.
Where a neighbour's verdict changes, its value gets a new version with the new flags, so that detection judges it anew.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from anlan.apps.telemetry.choices import Flag
from anlan.apps.telemetry.intake.catalogue import Catalogue
from anlan.apps.telemetry.intake.quality import Ints, Rows, Said
from anlan.apps.telemetry.intake.wire import Array, fetch_packed, listed
from anlan.apps.telemetry.rules import Track
from anlan.lib.instants import DAY, NEVER, instant

#: A value further back than this compares with nothing: after a day's silence one is held against the ladder, and a step is allowed per hour.
LOOK_BACK = 35 * DAY
#: Persistence looks back no further, whatever its limit.
FARTHEST_BACK = 400 * DAY
Row = tuple[int, int, int, float, int, bool]

COLUMNS = {"stream": "i", "at": "t", "version": "h", "value": "f", "flags": "h", "estimated": "b"}
#: Every version from the first instant touched on; a day's partition is read only where it may matter.
SINCE = """
SELECT r.datastream_id, r.at, r.version, r.value, r.flags, r.estimated
FROM unnest('{streams}'::bigint[], '{firsts}'::bigint[]) AS w(stream, first)
JOIN telemetry_reading r ON r.datastream_id = w.stream AND r.at >= timestamptz '2000-01-01 00:00+00' + w.first * interval '1 us'
WHERE r.at >= '{first}' AND r.at < '{until}' ORDER BY r.datastream_id, r.at, r.version"""
#: What held before: the good values of the time that persistence looks back, and the last good one of the newest days.
BEFORE = """
SELECT w.stream, b.at, b.version, b.value, b.flags, b.estimated
FROM unnest('{streams}'::bigint[], '{firsts}'::bigint[], '{backs}'::bigint[]) AS w(stream, first, back)
CROSS JOIN LATERAL (SELECT timestamptz '2000-01-01 00:00+00' + w.first * interval '1 us' AS at) t
CROSS JOIN LATERAL (
    (SELECT h.* FROM (SELECT DISTINCT ON (at) at, version, value, flags, estimated FROM telemetry_reading
                      WHERE datastream_id = w.stream AND at < t.at AND at >= t.at - w.back * interval '1 us' AND {bounded}
                      ORDER BY at DESC, version DESC) h WHERE h.flags = 0)
    UNION
    (SELECT h.* FROM (SELECT DISTINCT ON (at) at, version, value, flags, estimated FROM telemetry_reading
                      WHERE datastream_id = w.stream AND at < t.at AND {bounded}
                      ORDER BY at DESC, version DESC) h WHERE h.flags = 0 LIMIT 1)
) b ORDER BY w.stream, b.at"""


@dataclass(slots=True)
class Version:
    """One version of one instant."""

    number: int
    value: float
    flags: int
    estimated: bool
    fresh: bool = False


@dataclass
class Outcome:
    """What late rows come to: versions to write, counts, and by entry of `said` the newest version and the track, if they moved."""

    stream: list[int] = field(default_factory=list)
    at: list[int] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    accepted: int = 0
    corrected: int = 0
    duplicate: int = 0
    newest: dict[int, tuple[int, Version, Track]] = field(default_factory=dict)

    def write(self, stream: int, at: int, version: Version) -> None:
        """Remember a version to be written."""
        self.stream.append(stream)
        self.at.append(at)
        self.versions.append(version)


def settle(rows: Rows, said: Said, held: Catalogue, using: str) -> Outcome:
    """Settle the rows of datastreams of which some are no newer than what is stored; one entry of `said` for each of them."""
    outcome = Outcome()
    starts = np.flatnonzero(np.diff(rows.place, prepend=-1))
    ends = np.append(starts[1:], len(rows))
    firsts, horizon = rows.at[starts], int(rows.at.max()) + 2 * DAY
    before = _by_stream(_before(using, held, said.place, firsts))
    stored = _by_stream(_since(using, held.stream[said.place], firsts, horizon))
    streams = held.stream[said.place].tolist()
    for n, (place, stream) in enumerate(zip(said.place.tolist(), streams, strict=True)):
        known = _versions(stored.get(stream, []))
        touched = _apply(rows.pick(slice(starts[n], ends[n])), known, outcome)
        if not touched:
            continue
        whole = int(said.at[n]) < horizon
        track = _track(before.get(stream, []))
        if not _fold(known, touched, track, held, place, to_the_end=whole):
            if not whole:
                for at, versions in _versions(_since(using, held.stream[[place]], firsts[[n]], None).tolist()).items():
                    known.setdefault(at, versions)
                track = _track(before.get(stream, []))
                _fold(known, touched, track, held, place, to_the_end=True)
            newest = max(known)
            outcome.newest[n] = (newest, known[newest][-1], track)
        for at, versions in known.items():
            for version in versions:
                if version.fresh:
                    outcome.write(stream, at, version)
    return outcome


def _before(using: str, held: Catalogue, places: Ints, firsts: Ints) -> Array:
    stuck = np.nan_to_num(held.stuck[places], nan=0.0)
    backs = (3 * stuck + DAY).astype(np.int64)
    # Constants, beside what each row asks for: only with them are the partitions of other days not even opened.
    earliest = int(firsts.min()) - min(max(int(backs.max()), LOOK_BACK), FARTHEST_BACK)
    bounded = f"at >= '{instant(earliest).isoformat()}' AND at < '{instant(int(firsts.max())).isoformat()}'"
    query = BEFORE.format(streams=listed(held.stream[places]), firsts=listed(firsts), backs=listed(backs), bounded=bounded)
    return fetch_packed(using, query, COLUMNS)


def _since(using: str, streams: Ints, firsts: Ints, until: int | None) -> Array:
    query = SINCE.format(
        streams=listed(streams),
        firsts=listed(firsts),
        first=instant(int(firsts.min())).isoformat(),
        until="infinity" if until is None else instant(until).isoformat(),
    )
    return fetch_packed(using, query, COLUMNS)


def _by_stream(rows: Array) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows.tolist():
        found[row[0]].append(row)
    return found


def _versions(rows: list[Row]) -> dict[int, list[Version]]:
    known: dict[int, list[Version]] = {}
    for _stream, at, version, value, flags, estimated in rows:
        known.setdefault(at, []).append(Version(version, value, flags, estimated))
    return known


def _apply(rows: Rows, known: dict[int, list[Version]], outcome: Outcome) -> set[int]:
    """Add what the rows say to what is known; returns the instants that changed."""
    touched = set()
    columns = (rows.at, rows.value, rows.estimated, rows.correction)
    for at, value, estimated, correction in zip(*(column.tolist() for column in columns), strict=True):
        versions = known.get(at)
        if versions is None:
            known[at] = [Version(1, value, 0, estimated, fresh=True)]
            outcome.accepted += 1
        elif _is_known(versions, value, estimated, correction):
            outcome.duplicate += 1
            continue
        else:
            versions.append(Version(versions[-1].number + 1, value, 0, estimated, fresh=True))
            outcome.corrected += 1
        touched.add(at)
    return touched


def _is_known(versions: list[Version], value: float, estimated: bool, correction: bool) -> bool:
    newest = versions[-1]
    if estimated != newest.estimated:
        return estimated  # an observation takes the place of an estimate, never the other way round
    if value == newest.value:
        return True
    return not correction and any(v.value == value and v.estimated == estimated for v in versions)


def _track(before: list[Row]) -> Track:
    """Return what a datastream had said from the good values before; a run of one value begins at another value or an estimate."""
    track = Track()
    for _stream, at, _version, value, _flags, estimated in before:
        if track.good_at == NEVER or estimated or value != track.good_value:
            track.same_since = at
        track.good_at, track.good_value = at, value
    return track


def _fold(
    known: dict[int, list[Version]], touched: set[int], track: Track, held: Catalogue, place: int, to_the_end: bool = False
) -> bool:
    """Give every instant the flags it deserves; returns whether the verdicts after the last change are those of before.

    That is so once two good values in a row differ or one of them is zero: earlier values cannot change the verdict then.
    """
    last, settled = max(touched), 0
    previous = float("nan")
    for at in sorted(known):
        newest = known[at][-1]
        flags = _flags(newest, at, track, held, place)
        for superseded in known[at][:-1]:
            if superseded.fresh:
                superseded.flags = _possible(superseded.value, at, held, place)
        if newest.fresh:
            newest.flags = flags
        elif newest.flags != flags:
            known[at].append(Version(newest.number + 1, newest.value, flags, newest.estimated, fresh=True))
        steady = at > last and flags == 0 and not newest.flags
        settled = settled + 1 if steady and (settled == 0 or newest.value != previous) else int(steady)
        previous = newest.value
        if not to_the_end and (settled >= 2 or (settled and newest.value == 0)):
            return True
    return False


def _flags(version: Version, at: int, track: Track, held: Catalogue, place: int) -> int:
    beyond = _possible(version.value, at, held, place)
    if beyond:
        return beyond
    return track.follow(
        at,
        version.value,
        version.estimated,
        float(held.step[place]),
        float(held.stuck[place]),
        held.first(place),
        int(held.forgotten[place]),
    )


def _possible(value: float, at: int, held: Catalogue, place: int) -> int:
    worked_on = held.worked_on(np.array([place]), np.array([at]))[0] if len(held.work) else False
    return int((Flag.GOOD if held.low[place] <= value <= held.high[place] else Flag.RANGE) | (Flag.WORK if worked_on else 0))
