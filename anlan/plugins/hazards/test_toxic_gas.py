"""A leak on a synthetic record of one detector, minute by minute: up to 260 %OEL and down again."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_a_leak_is_warned_of_at_both_levels(live: Scope) -> None:
    equip("T1", "gas_detector", ("toxic_gas",))
    came = tried("toxic_gas", "toxic_gas.synthetic")
    assert (came.levels, came.open_now) == ((2, 3, 2, 0), 0)
    assert "有毒气体浓度120%OEL，达到100%OEL。" in came.drafts[0].description_zh
