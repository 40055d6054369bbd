"""A pond of six points on a synthetic record: one by one blue, then three yellow, then as before."""

from anlan.apps.alarms.models import Alarm
from anlan.apps.telemetry.models import Datastream
from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, set_threshold, tried

VALUES = {"phreatic_depth": (5.0, 4.5, 4.2, 4.0), "beach_length": (70, 60, 50, 40)}


def test_four_blue_points_are_a_yellow_item_and_three_yellow_an_orange_one(live: Scope) -> None:
    pond = equip("POND", "tailings", ("tailings_level",))
    for code in ("W1", "W2", "W3", "W4", "W5", "B1"):
        (quantity,) = quantities = ("beach_length" if code == "B1" else "phreatic_depth",)
        point = equip(code, "tailings", quantities, part_of=pond)
        stream = Datastream.objects.get(station=point)
        for colour, value in zip(("blue", "yellow", "orange", "red"), VALUES[quantity], strict=True):
            set_threshold(stream, "tailings_point", colour, value)
    came = tried("tailings_dam", "tailings_dam.synthetic")
    assert came.levels == (1, 2, 3, 0)
    assert "综合预警等级为橙色。" in next(w for w in came.drafts if w.level == 3).description_zh
    points = Alarm.objects.filter(hazard="tailings_point")
    assert points.count() == 5, "four of the phreatic line and the beach; the fifth never moved"
    assert {a.peak_value for a in points.filter(datastream__quantity="phreatic_depth")} == {4.4, 4.9}, "the lowest is the gravest"
