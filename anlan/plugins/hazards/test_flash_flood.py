"""A flash flood's rain on a synthetic hour-by-hour storm over a village."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_a_villages_storm_is_warned_of_by_its_own_ladder(live: Scope) -> None:
    equip("V1", "village", ("rain",))
    came = tried("flash_flood", "flash_flood.synthetic")
    assert came.levels[:3] == (1, 2, 4)
    red = next(w for w in came.drafts if w.level == 4)
    assert "3小时雨量129.0mm，达到120.0mm。" in red.description_zh
    assert red.event_code == "11A51"


def test_a_gauge_that_is_no_villages_has_no_flash_flood(live: Scope) -> None:
    equip("V1", "rain", ("rain",))
    assert tried("flash_flood", "flash_flood.synthetic").levels == ()
