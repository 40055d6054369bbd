"""A synthetic thunderstorm, counts of ten minutes: yellow, orange, and over."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_a_thunderstorm_is_warned_of_and_passes(live: Scope) -> None:
    equip("L1", "county", ("lightning_count",))
    came = tried("lightning", "lightning.synthetic")
    assert (came.levels, came.open_now) == ((2, 3, 2, 0), 0)
    assert "1小时地闪次数" in came.drafts[0].description_zh
