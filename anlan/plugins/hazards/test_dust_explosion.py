"""A collector that clogs, stops, grows hot and sparks: synthetic."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_each_state_has_its_level(live: Scope) -> None:
    equip("D1", "dust_collector", ("dust_state",))
    came = tried("dust_explosion", "dust_explosion.synthetic")
    assert (came.levels, came.open_now) == ((1, 2, 3, 4, 0), 0)
    assert not came.drafts, "the desk's alone"
