"""A pier that sinks: synthetic."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_a_pier_goes_up_its_rungs(live: Scope) -> None:
    equip("B1", "bridge", ("control_share",))
    came = tried("bridge", "bridge.synthetic")
    assert (came.levels, came.open_now) == ((2, 4, 0), 0)
    assert not came.drafts, "the desk's alone"
