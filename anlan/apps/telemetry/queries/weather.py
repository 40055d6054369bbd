"""The weather of the day as the stations measured it: the wettest, the warmest and coldest, the strongest gust since midnight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from django.db import connections
from django.utils import timezone

from anlan.apps.telemetry.kinds import QUANTITIES, measures
from anlan.apps.telemetry.models import Datastream
from anlan.apps.telemetry.queries.newest import NEWEST_VERSIONS
from anlan.kit import clock
from anlan.kit.worlds import alias

#: What good readings come to since midnight, a row for each datastream.
SINCE = f"""
SELECT datastream_id, sum(value), min(value), max(value), max(at) FROM {NEWEST_VERSIONS} r
WHERE flags = 0 GROUP BY datastream_id"""


@dataclass(frozen=True)
class Extreme:
    """What a quantity came to since midnight: the highest, where it was, and the lowest where a day is told by both."""

    quantity: str
    lowest: float | None
    highest: float
    station: str
    station_code: str
    stations: int
    last_at: datetime

    @property
    def name(self) -> str:
        """Return the quantity in words."""
        return measures.label_of(self.quantity)

    @property
    def figure(self) -> str:
        """Return the highest, or the lowest and the highest, with the unit."""
        highest = measures.shown(self.quantity, self.highest)
        digits = measures.digits_of(self.quantity)
        return highest if self.lowest is None else f"{self.lowest:,.{digits}f} – {highest}"


def weather_of_today() -> list[Extreme]:
    """Return what the stations that the viewer may read measured since midnight, rain first; nothing of what none measured. Two queries."""
    told = {q.code: q.day for q in QUANTITIES if q.day}
    rows = Datastream.objects.readable("telemetry.view_station").filter(quantity__in=told).order_by("pk")
    streams = {d.pk: d for d in rows.select_related("station").defer("station__location")}
    now = clock.now()
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(now), time()))
    with connections[alias()].cursor() as cursor:
        cursor.execute(SINCE, {"streams": list(streams), "since": midnight, "until": now})
        sums = cursor.fetchall()
    found = []
    for code in (q for q in measures.precedence() if q in told):
        mine = [row for row in sums if streams[row[0]].quantity == code]
        if not mine:
            continue
        most = max(mine, key=lambda row: row[1] if told[code] == "sum" else row[3])
        station = streams[most[0]].station
        lowest = min(row[2] for row in mine) if told[code] == "range" else None
        highest = most[1] if told[code] == "sum" else most[3]
        last = max(row[4] for row in mine)
        found.append(Extreme(code, lowest, highest, str(station), station.code, len(mine), last))
    return found
