"""Gale on the strongest mean wind of Shangchuan (WMO 59478) in February 2000, recorded: 28 m/s on the twelfth."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_a_recorded_gale_is_warned_of_and_passes(live: Scope) -> None:
    equip("59478", "weather", ("wind_speed", "wind_gust"))
    came = tried("gale", "gale.recorded")
    assert (came.levels, came.open_now) == ((3, 0), 0)
    assert "平均风速28.0m/s，达到24.5m/s。" in came.drafts[0].description_zh
