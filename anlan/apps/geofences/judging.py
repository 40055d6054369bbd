"""What vehicles and vessels break where they are; the newest place of each is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import timezone

from anlan.apps.geofences import queries, rules
from anlan.apps.geofences.choices import Broken
from anlan.apps.geofences.models import Position
from anlan.apps.telemetry.kinds import Placed
from anlan.kit.worlds import alias


def judge(placed: Sequence[Placed], known: Mapping[str, tuple[int, str]]) -> list[tuple[Placed, Broken]]:
    """Judge where stations are, of those that are known (name → number and kind); returns what each breaks there."""
    areas = queries.areas()
    verdicts = [(one, _verdict(areas, one, known[one.station][1])) for one in placed if one.station in known]
    newest: dict[int, tuple[Placed, tuple[Broken, int]]] = {}
    for one, verdict in verdicts:
        number = known[one.station][0]
        if number not in newest or newest[number][0].at <= one.at:
            newest[number] = one, verdict
    held = Position.objects.using(alias()).in_bulk(newest)
    fresh = [
        _moved(held.get(number), number, one, *verdict)
        for number, (one, verdict) in sorted(newest.items())
        if number not in held or held[number].at <= one.at
    ]
    Position.objects.using(alias()).bulk_create(
        fresh,
        update_conflicts=True,
        unique_fields=["station_id"],
        update_fields=["at", "lon", "lat", "kmh", "broken", "fence_id", "since"],
    )
    return [(one, verdict[0]) for one, verdict in verdicts]


def _verdict(areas: Sequence[rules.Area], one: Placed, kind: str) -> tuple[Broken, int]:
    return rules.broken(areas, one.lon, one.lat, one.kmh, kind, timezone.localtime(one.at).time())


def _moved(before: Position | None, number: int, one: Placed, state: Broken, fence: int) -> Position:
    since: datetime | None = None
    if state != Broken.NOTHING:
        same = before is not None and (before.broken, before.fence_id) == (state, fence)
        since = before.since if same and before is not None else one.at
    return Position(
        station_id=number,
        at=one.at,
        lon=one.lon,
        lat=one.lat,
        kmh=one.kmh,
        broken=int(state),
        fence_id=fence or None,
        since=since,
    )
