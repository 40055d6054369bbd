"""Readers of what a set of moves rests on, each thing asked once for all of them: what keeps alarms back, cards, peaks, groups."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property

from django.db import connections

from anlan.apps.alarms import rules
from anlan.apps.alarms.choices import STANDING, Basis
from anlan.apps.alarms.models import Alarm
from anlan.apps.alarms.queries.cards import consequence_of
from anlan.apps.alarms.queries.restraints import Restraints
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.kinds import HAZARDS
from anlan.kit.worlds import alias

#: When an alarm was made, its key, its group: the least is the first of its group.
First = tuple[datetime, int, int | None]


class Ground:
    """What is known of some alarms that stand, and of the stations of others to come."""

    def __init__(self, now: datetime, alarms: Iterable[Alarm] = (), stations: Iterable[int] = ()) -> None:
        self.now, self._alarms = now, {alarm.pk: alarm for alarm in alarms}
        self._stations = {*stations, *(alarm.station_id for alarm in self._alarms.values())}
        self._consequences: dict[tuple[str, int], int] = {}

    @cached_property
    def restraints(self) -> Restraints:
        """Return what keeps alarms of these stations back."""
        return Restraints(self._stations, self.now)

    def priority(self, alarm: Alarm) -> int:
        """Return the priority of an alarm by its level and what its card says happens if nobody acts."""
        key = (alarm.hazard, alarm.level)
        if key not in self._consequences:
            self._consequences[key] = consequence_of(*key)
        return rules.priority_of(alarm.level, self._consequences[key], alarm.basis)

    def peak(self, alarm: Alarm) -> tuple[float, int]:
        """Return the highest good value since an alarm began (the lowest where it falls), and the level that this reaches."""
        hazard, quantity = HAZARDS.get(alarm.hazard), alarm.datastream.quantity
        found = self._extremes.get(alarm.pk)
        value = alarm.value if found is None else found[0 if hazard.falls(quantity) else 1]
        limits = self._thresholds.get((alarm.datastream_id, alarm.hazard), {})
        return value, telemetry.level_reached(hazard, quantity, value, limits)

    @cached_property
    def _extremes(self) -> dict[int, tuple[float, float] | None]:
        asked = [(alarm.datastream_id, alarm.began_at) for alarm in self._alarms.values()]
        return dict(zip(self._alarms, telemetry.extremes(asked), strict=True))

    @cached_property
    def _thresholds(self) -> dict[tuple[int, str], dict[str, float]]:
        return telemetry.thresholds_of(alarm.datastream_id for alarm in self._alarms.values())


class Firsts:
    """The alarm that has stood longest of each origin in each county, while others come to stand that are not written yet."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], First | None] = {}
        self._came: list[tuple[str, str, First]] = []

    def of(self, alarm: Alarm) -> First | None:
        """Return the first one of an alarm's origin where it lies."""
        place = (str(alarm.origin), alarm.area[:6])
        if place not in self._known:
            rows = Alarm.objects.within(place[1]).filter(origin=place[0], basis=Basis.OBSERVED, state__in=STANDING)
            stands = rows.order_by("created_at", "id").values_list("created_at", "pk", "group")[:1]
            came = [first for origin, area, first in self._came if origin == place[0] and area.startswith(place[1])]
            self._known[place] = min([*stands, *came], default=None)
        return self._known[place]

    def stands(self, alarm: Alarm) -> None:
        """Hear that an alarm stands now."""
        mine = (alarm.created_at, alarm.pk, alarm.group)
        self._came.append((str(alarm.origin), alarm.area, mine))
        for (origin, county), first in self._known.items():
            if origin == alarm.origin and alarm.area.startswith(county) and (first is None or mine < first):
                self._known[origin, county] = mine

    def is_over(self) -> None:
        """Hear that one that stood has been written as over."""
        self._known.clear()


def keys_for(count: int) -> list[int]:
    """Draw keys of alarms to be made: an alarm names its group, which may be its own key."""
    with connections[alias()].cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('alarms_alarm', 'id')) FROM generate_series(1, %s)", [count])
        return [key for (key,) in cursor.fetchall()]
