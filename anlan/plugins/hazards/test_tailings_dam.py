"""A pond of six points on a synthetic record: one by one blue, then three yellow, then as before; and points that come and go."""

from datetime import UTC, datetime, timedelta

from anlan.apps.alarms.models import Alarm
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.desk import StationDesk
from anlan.apps.telemetry.models import Batch, Datastream, Station
from anlan.kit import clock
from anlan.kit.scope import Scope
from anlan.kit.testing.factory import created
from anlan.plugins.hazards._trial import AREA, equip, set_threshold, tried

COLOURS = ("blue", "yellow", "orange", "red")
T0 = datetime(2026, 6, 1, tzinfo=UTC)

VALUES = {"phreatic_depth": (5.0, 4.5, 4.2, 4.0), "beach_length": (70, 60, 50, 40)}


def test_four_blue_points_are_a_yellow_item_and_three_yellow_an_orange_one(live: Scope) -> None:
    pond = equip("POND", "tailings", ("tailings_level",))
    for code in ("W1", "W2", "W3", "W4", "W5", "B1"):
        (quantity,) = quantities = ("beach_length" if code == "B1" else "phreatic_depth",)
        point = equip(code, "tailings", quantities, part_of=pond)
        stream = Datastream.objects.get(station=point)
        for colour, value in zip(COLOURS, VALUES[quantity], strict=True):
            set_threshold(stream, "tailings_point", colour, value)
    came = tried("tailings_dam", "tailings_dam.synthetic")
    assert came.levels == (1, 2, 3, 0)
    assert "综合预警等级为橙色。" in next(w for w in came.drafts if w.level == 3).description_zh
    points = Alarm.objects.filter(hazard="tailings_point")
    assert points.count() == 5, "four of the phreatic line and the beach; the fifth never moved"
    assert {a.peak_value for a in points.filter(datastream__quantity="phreatic_depth")} == {4.4, 4.9}, "the lowest is the gravest"


def pond(*points: str) -> tuple[Station, list[Station]]:
    """Set up a pond and points that measure the phreatic line, none of which is part of it."""
    whole = created(Station, area=AREA, code="POND", name="库", kind="tailings", source="test")
    made = [created(Station, area=AREA, code=code, name=code, kind="tailings", source="test") for code in points]
    for point in made:
        stream = created(Datastream, area=AREA, station=point, quantity="phreatic_depth", stale_after=timedelta(hours=1))
        for colour, value in zip(COLOURS, (5.0, 4.0, 3.0, 2.0), strict=True):
            set_threshold(stream, "tailings_point", colour, value)
    return whole, made


def tell(values: dict[str, float], minute: float = 0) -> None:
    at = T0 + timedelta(minutes=minute)
    with clock.frozen(at + timedelta(minutes=5)):
        rows = [telemetry.RawReading(n, code, "phreatic_depth", at, value) for n, (code, value) in enumerate(values.items(), 2)]
        telemetry.detect(telemetry.ingest(rows, "test").batch)


def give(point: Station, whole: Station | None, minute: float) -> None:
    """Give a point to a whole, or take it away, and let detection see it."""
    with clock.frozen(T0 + timedelta(minutes=minute)):
        StationDesk.change(row=point.pk, values={"part_of": whole})
        telemetry.detect(*telemetry.undetected())


def stands() -> list[tuple[str, int]]:
    return list(Alarm.objects.filter(hazard="tailings_dam").order_by("id").values_list("state", "level"))


def test_a_whole_is_judged_when_parts_are_given_to_it_that_measure_already(live: Scope) -> None:
    whole, points = pond("W1", "W2", "W3", "W4")
    tell({"W1": 4.9, "W2": 4.9, "W3": 4.9, "W4": 4.9})
    for minute, point in enumerate(points[:3], 10):
        give(point, whole, minute)
    assert stands() == [("raised", 1)], "three blue points leave it at blue"
    give(points[3], whole, 20)
    assert stands() == [("raised", 2)]
    give(points[0], None, 30)
    assert stands() == [("raised", 1)]
    for point in points[1:]:
        give(point, None, 40)
    assert stands() == [("returned", 1)], "of no part nothing is left to stand"


def test_a_point_behind_the_others_counts_at_once(live: Scope) -> None:
    whole, points = pond("W1", "W2", "W3", "W4")
    for point in points:
        give(point, whole, -10)
    tell({"W1": 4.9, "W2": 4.9, "W3": 4.9}, minute=4)
    tell({"W4": 4.9}, minute=2)
    assert stands() == [("raised", 2)]
    tell({"W4": 6.0}, minute=3)
    assert stands() == [("raised", 1)]


def test_a_change_of_a_part_s_name_judges_nothing(live: Scope) -> None:
    whole, points = pond("W1")
    give(points[0], whole, 0)
    count = Batch.objects.count()
    StationDesk.change(row=points[0].pk, values={"name": "新名"})
    assert Batch.objects.count() == count
