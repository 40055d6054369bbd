"""A funnel cloud is seen, reaches the ground and is gone: synthetic; states, not heights."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_what_is_seen_is_told_by_name(live: Scope) -> None:
    equip("T1", "weather", ("funnel_cloud",))
    came = tried("tornado", "tornado.synthetic")
    assert (came.levels, came.open_now) == ((3, 4, 0), 0)
    assert any("已触地" in w.description_zh for w in came.drafts)
