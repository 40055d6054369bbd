"""Smoke that a camera sees and that is over: synthetic."""

from anlan.apps.estimates.kinds import of_alarm
from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_smoke_is_seen_and_leads_to_an_estimate(live: Scope) -> None:
    equip("CAM1", "camera", ("camera_smoke",))
    came = tried("camera_smoke", "camera_smoke.synthetic")
    assert (came.levels, came.open_now) == ((3, 0), 0)
    assert not came.drafts, "the desk's alone"
    model = of_alarm("camera_smoke")
    assert model is not None
    assert model.verb == "spread"
