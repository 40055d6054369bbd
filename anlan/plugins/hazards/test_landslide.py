"""Creep on a synthetic point: five days steady at 2 mm a day, then faster by the hour."""

from anlan.apps.telemetry.models import Datastream
from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, set_threshold, tried


def test_creep_that_accelerates_is_warned_of_and_steady_creep_is_not(live: Scope) -> None:
    point = equip("P1", "gnss", ("displacement", "displacement_rate", "tangent_angle"))
    set_threshold(Datastream.objects.get(station=point, quantity="tangent_angle"), "landslide", "steady_rate", 2.2)
    came = tried("landslide", "landslide.synthetic")
    assert came.levels == (2, 3, 4)
    assert "改进切线角" in came.drafts[-1].description_zh
    assert came.drafts[-1].level == 4


def test_a_point_without_its_own_steady_rate_has_no_angle(live: Scope) -> None:
    equip("P1", "gnss", ("displacement", "tangent_angle"))
    assert tried("landslide", "landslide.synthetic").levels == ()
