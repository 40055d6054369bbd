"""Methane up to the cut-off level and down again: synthetic."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_methane_is_told_at_both_levels(live: Scope) -> None:
    equip("M1", "mine", ("methane", "carbon_monoxide"))
    came = tried("mine_gas", "mine_gas.synthetic")
    assert (came.levels, came.open_now) == ((3, 4, 3, 0), 0)
    assert not came.drafts, "the desk's alone"
