"""Hail of 8, then 25 mm, and none for more than three hours: synthetic."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_the_largest_stone_of_three_hours_counts(live: Scope) -> None:
    equip("W4", "hail", ("hail_size", "hail_size_3h"))
    came = tried("hail", "hail.synthetic")
    assert (came.levels, came.open_now) == ((3, 4, 0), 0)
    assert came.drafts[0].event_code == "11B15"
