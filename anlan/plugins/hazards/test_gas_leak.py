"""A leak on a synthetic minute-by-minute record of one detector: up to 58 %LEL and down again."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_a_leak_is_warned_of_at_both_levels_and_ends_with_hysteresis(live: Scope) -> None:
    equip("G1", "gas_detector", ("flammable_gas",))
    came = tried("gas_leak", "gas_leak.synthetic")
    assert (came.levels, came.open_now) == ((2, 3, 2, 0), 0)
    assert "可燃气体浓度28%LEL，达到25%LEL。" in came.drafts[0].description_zh
    assert "the flammable gas was 28 %LEL" in came.drafts[0].description_en
