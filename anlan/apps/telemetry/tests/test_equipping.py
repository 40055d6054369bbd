"""A station entered by hand warns as one of the pack does: what it measures brings what is worked out of it and the city's thresholds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from anlan.apps.telemetry import actions
from anlan.apps.telemetry.actions import Measured
from anlan.apps.telemetry.models import Datastream, Station, Threshold
from anlan.kit.scope import Scope
from anlan.kit.testing.factory import created


def _bare(kind: str) -> int:
    return created(Station, area="441802107", code="QY-NEW", name="新站", kind=kind, source="test").pk


def _equip(station: int, *lines: Measured) -> dict[str, Datastream]:
    actions.equip(station=station, lines=list(lines), source="test")
    return {d.quantity: d for d in Datastream.objects.filter(station=station)}


def test_what_is_worked_out_comes_with_its_ladder(live: Scope, as_: Any) -> None:
    bare = _bare("hail")
    with as_("441802", "telemetry.add_datastream"):
        streams = _equip(bare, Measured("hail_size", 30))
    assert set(streams) == {"hail_size", "hail_size_3h"}
    assert streams["hail_size_3h"].stale_after == timedelta(minutes=30)
    held = Threshold.objects.filter(datastream=streams["hail_size_3h"])
    assert {(t.hazard, t.level) for t in held} == {("hail", "orange"), ("hail", "red")}
    assert all(t.source and t.area == "441802107" for t in held)


def test_a_threshold_given_by_hand_takes_precedence(live: Scope) -> None:
    streams = _equip(_bare("construction"), Measured("control_share", 30, "construction/share_warn", 75.0))
    held = dict(
        Threshold.objects.filter(datastream=streams["control_share"], hazard="construction").values_list("level", "value")
    )
    assert held["share_warn"] == 75.0 and set(held) == {"share_watch", "share_warn", "share_over"}
    assert held["share_over"] == 100.0


def test_what_it_measures_already_keeps_its_limits(live: Scope) -> None:
    streams = _equip(_bare("construction"), Measured("control_share"))
    count = Threshold.objects.filter(datastream__in=streams.values()).count()
    actions.equip(station=streams["control_share"].station_id, lines=[Measured("control_share")], source="")
    assert Threshold.objects.filter(datastream__in=streams.values()).count() == count


def test_what_comes_once_a_day_is_not_silent_after_an_hour(live: Scope) -> None:
    streams = _equip(_bare("weather"), *(Measured(q) for q in ("air_temperature", "humidity", "rain", "wind_speed")))
    assert streams["fire_danger_index"].stale_after == timedelta(hours=26)
    assert streams["temperature_max_24h"].stale_after == timedelta(hours=1)


def test_a_point_brings_its_pond_what_is_worked_out_of_points_with_its_ladder(live: Scope) -> None:
    pond = _bare("tailings")
    for code in ("P1", "P2"):
        point = created(Station, area="441802107", code=code, name=code, kind="tailings", part_of_id=pond, source="test")
        _equip(point.pk, Measured("phreatic_depth", 30, "tailings_point/blue", 5.0))
    (stream,) = Datastream.objects.filter(station=pond)
    levels = set(Threshold.objects.filter(datastream=stream).values_list("level", flat=True))
    assert stream.quantity == "tailings_level" and {"blue", "red", "blue_are_yellow"} <= levels


def test_who_may_not_enter_a_pond_s_quantities_enters_the_point_s_alone(live: Scope, as_: Any) -> None:
    pond = created(Station, area="4418", code="POND", name="库", kind="tailings", source="test")
    point = created(Station, area="441802107", code="P1", name="点", kind="tailings", part_of=pond, source="test")
    with as_("441802", "telemetry.add_datastream"):
        _equip(point.pk, Measured("phreatic_depth"))
    assert not Datastream.objects.filter(station=pond).exists()
