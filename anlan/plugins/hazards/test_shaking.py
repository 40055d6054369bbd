"""The shaking of one station, up to VIII and down: synthetic."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_acceleration_goes_up_the_intensities(live: Scope) -> None:
    equip("E1", "seismograph", ("pga",))
    came = tried("shaking", "shaking.synthetic")
    assert (came.levels, came.open_now) == ((1, 3, 4, 2, 0), 0)
    assert not came.drafts, "the desk's alone"
