"""Water over a road, a crowd and an intrusion that cameras see: synthetic."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_each_kind_of_event_is_an_alarm_of_its_own(live: Scope) -> None:
    equip("CAM2", "camera", ("camera_water", "camera_crowd", "camera_intrusion"))
    came = tried("camera_event", "camera_event.synthetic")
    assert (came.levels, came.open_now) == ((2, 1), 2), "the water is over, crowd and intrusion are not"
    assert not came.drafts, "the desk's alone"
