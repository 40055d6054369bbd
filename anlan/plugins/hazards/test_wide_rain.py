"""Six gauges of a county on a synthetic record: three with 50 mm are yellow, five orange; an hour's downpour leaves the sums after three hours."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried

COUNTY = "441882"


def test_many_gauges_at_once_are_warned_of_for_their_county(live: Scope) -> None:
    equip("WHOLE", "county", ("rain_stations_3h",), area=COUNTY)
    for n in range(6):
        equip(f"W{n}", "rain", ("rain",))
    came = tried("wide_rain", "wide_rain.synthetic")
    assert came.levels == (2, 3, 0)
    assert "3小时强降雨站数5，达到5。" in next(w for w in came.drafts if w.level == 3).description_zh
