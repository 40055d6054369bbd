"""The line above a hydrograph, and what a station's chart shows: the quantity that matters, never blank without a reason, never tomorrow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.display.marks import mark_now
from anlan.apps.telemetry.intake.decoding import from_csv
from anlan.apps.telemetry.kinds import QUANTITIES
from anlan.apps.telemetry.models import Datastream, Station
from anlan.apps.telemetry.queries.caption import Line, Told, caption, caption_of, rate_of
from anlan.apps.telemetry.queries.courses import hydrograph
from anlan.kit import clock
from anlan.kit.scope import Scope
from anlan.kit.testing.factory import created

T0 = datetime(2022, 6, 21, 8, tzinfo=UTC)
LINES = [Line("警戒水位", 26.0), Line("保证水位", 32.0)]


def at(hours: float, value: float) -> Told:
    return Told(T0 + timedelta(hours=hours), value)


@pytest.mark.parametrize(
    ("readings", "zh", "en"),
    [
        ([], "", ""),
        (
            [at(-2, 30.96), at(0, 31.2)],
            "31.20 m · 刚刚 · 超警戒水位 5.20 m · 距保证水位还差 0.80 m · 每小时上涨 0.12 m",
            "rising 0.12 m an hour",
        ),
        ([at(-3, 25.6), at(0, 25.0)], "25.00 m · 刚刚 · 距警戒水位还差 1.00 m · 每小时下降 0.20 m", "falling 0.20 m an hour"),
        ([at(-3, 33.0), at(-1, 33.0)], "33.00 m · 1 小时前 · 超保证水位 1.00 m · 平稳", "steady"),
        ([at(-30, 20.0), at(0, 25.0)], "25.00 m · 刚刚 · 距警戒水位还差 1.00 m", "1.00 m below"),
    ],
)
def test_the_line_tells_value_age_distance_and_rate(readings: list[Told], zh: str, en: str) -> None:
    with translation.override("zh-hans"):
        assert caption(readings, LINES, "m", T0) == zh
    with translation.override("en"):
        assert en in caption(readings, LINES, "m", T0)


def test_what_is_dangerous_when_it_falls_is_told_the_other_way_round() -> None:
    lines = [Line("橙色", 200.0, True), Line("红色", 50.0, True)]
    with translation.override("zh-hans"):
        assert caption([at(0, 40.0)], lines, "m", T0) == "40.00 m · 刚刚 · 低于红色 10.00 m"
        assert caption([at(0, 50.0)], lines, "kPa", T0, 1) == "50.0 kPa · 刚刚 · 达到红色"
        assert caption([at(0, 150.0)], lines, "m", T0) == "150.00 m · 刚刚 · 低于橙色 50.00 m · 再降 100.00 m 达到红色"


def test_an_intensity_is_told_with_its_degree_on_line_mark_and_list(live: Scope, cast: dict[str, Any]) -> None:
    lines = [Line("Intensity VI", 5.5), Line("Intensity VII", 6.5)]
    with translation.override("en"):
        assert caption_of("instrumental_intensity", [at(0, 6.3)], lines, T0) == (
            "6.3 (VI) · just now · above Intensity VI by 0.8 · 0.2 below Intensity VII"
        )
    assert QUANTITIES.get("instrumental_intensity").said(6.5) == ("6.5（VII度）", "6.5 (VII)")
    station = created(Station, area="441802107", code="S1", name="强震台", kind="seismograph", source="test")
    stream = created(
        Datastream, area="441802107", station=station, quantity="instrumental_intensity", stale_after=timedelta(hours=1)
    )
    with clock.frozen(T0):
        created(Datastream, area="441802107", station=station, quantity="pga", stale_after=timedelta(hours=1))
        telemetry.detect(telemetry.ingest([telemetry.RawReading(2, "S1", "pga", T0, 1.1)], "test").batch)
        mark = Station.objects.filter(pk=station.pk).annotate(mark=mark_now()).get().mark["value"]
        assert mark.startswith("6.7 (VII) 估"), mark
        page = cast["city_officer"].client.get("/telemetry/stations/?search=S1").content.decode()
        assert "(VII)" in page and hydrograph(station, datastream=stream.pk)["caption"].startswith("仪器地震烈度 6.7 (VII)")


def test_a_rate_wants_readings_an_hour_apart_and_of_the_same_half_day() -> None:
    assert rate_of([at(-0.5, 1.0), at(0, 2.0)]) is None
    assert rate_of([at(-13, 1.0), at(0, 2.0)]) is None
    assert rate_of([at(-2, 1.0), at(-0.1, 1.9), at(0, 2.0)]) == pytest.approx(0.5)


def test_a_station_red_by_its_flow_shows_its_flow(live: Scope) -> None:
    with clock.frozen(T0):
        sent = [telemetry.RawReading(2, "QY-H04", "flow", T0 - timedelta(hours=1), 17938.0)]
        telemetry.detect(telemetry.ingest(sent, "test").batch)
        shown = hydrograph(Station.objects.get(code="QY-H04"))
    assert shown["unit"] == "m³/s" and len(shown["series"][0]["points"]) == 1
    assert "17938" in shown["caption"] and shown["why_empty"] == ""
    assert shown["until"] == T0.isoformat()


def test_a_chart_with_nothing_to_draw_says_why(live: Scope) -> None:
    station: Any = Station.objects.get(code="QY-H02")
    with clock.frozen(T0):
        assert "从未收到过读数" in hydrograph(station)["why_empty"]
        telemetry.ingest([telemetry.RawReading(2, "QY-H02", "water_level", T0, 30.0)], "test")
    with clock.frozen(T0 + timedelta(days=60)):
        assert "2022-06-21 16:00" in hydrograph(station)["why_empty"]


def test_where_only_a_forecast_came_the_forecast_is_drawn(live: Scope) -> None:
    station: Any = Station.objects.get(code="QY-H02")
    stream = station.datastreams.get(quantity="water_level")
    with clock.frozen(T0):
        csv = b"station_id,time,stage_m,flow_m3s,kind\nQY-H02,2022-06-21T22:00:00+08:00,24.5,,forecast_peak\n"
        telemetry.ingest(from_csv(csv), "test", csv)
        shown = hydrograph(station, datastream=stream.pk)
        assert [value for _at, value in shown["forecast"]] == [24.5]
        assert (shown["why_empty"], "从未收到过读数" in shown["caption"]) == ("", True)


def test_a_state_is_told_by_its_word_for_it_lies_above_nothing() -> None:
    with translation.override("zh-hans"):
        assert caption_of("fence_state", [at(0, 3.0)], LINES, T0) == "驶入禁行区 · 刚刚"
        assert telemetry.shown("fence_state", 3.0) == "驶入禁行区"
    with translation.override("en"):
        assert telemetry.told("fence_state", 3.0) == ("is in a closed area", "", 0)
        assert telemetry.shown("flow", 17938.0) == "17,938 m³/s"
