"""A threshold is changed by a proposal with its effect on history, signed by a second person, in force from an instant on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from anlan.apps.telemetry import api, proposing
from anlan.apps.telemetry.desk import StationDesk, ThresholdDesk
from anlan.apps.telemetry.jobs import enter_thresholds
from anlan.apps.telemetry.models import Station, Threshold, ThresholdChange
from anlan.apps.telemetry.queries.thresholds import then
from anlan.apps.telemetry.rules import RawReading
from anlan.apps.telemetry.tests import factories
from anlan.kit import clock
from anlan.kit.models import JournalEntry
from anlan.kit.refusals import Conflict, Refusal, SamePerson
from anlan.kit.scope import Scope
from anlan.kit.testing.plugin import assert_nothing_happened

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)
H = timedelta(hours=1)


def guarantee() -> Threshold:
    return Threshold.objects.get(datastream__station__code="QY-H01", hazard="river_flood", level="guarantee")


def rise() -> None:
    rows = [
        RawReading(n, "QY-H01", "water_level", T0 + n * 6 * H, v)
        for n, v in enumerate((20.0, 24.5, 26.5, 29.0, 32.0, 36.0, 20.0), 2)
    ]
    api.ingest(rows, "test")


def test_what_no_threshold_judges_is_not_called_normal(cast: dict[str, Any], live: Scope) -> None:
    bare, judged = factories.stream("441802107", 901).station, Station.objects.get(code="QY-H01")
    for station, unjudged in ((bare, True), (judged, False)):
        stream = station.datastreams.get(quantity="water_level")
        api.ingest([RawReading(1, station.code, stream.quantity, clock.now(), 20.0)], "test")
        said = cast["city_officer"].client.get(f"/telemetry/stations/{station.pk}/").content.decode()
        assert ("未设阈值" in said) is unjudged


def propose(value: float = 28.0, **more: Any) -> ThresholdChange:
    given = {"effective_at": clock.now() + H, "source": "复核 review", "reason": "来得太迟"}
    return proposing.propose_threshold(threshold=guarantee().pk, value=value, **{**given, **more})


@pytest.mark.parametrize(
    ("value", "more"),
    [(30.0, {}), (99.0, {}), (25.0, {}), (28.0, {"source": " "}), (28.0, {"reason": ""}), (28.0, {"effective_at": T0})],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(live: Scope, value: float, more: dict[str, Any]) -> None:
    assert guarantee().value == 30.0
    with assert_nothing_happened(ThresholdChange, Threshold), pytest.raises(Refusal):
        propose(value, **more)


def test_a_value_is_not_edited_by_hand(live: Scope) -> None:
    with assert_nothing_happened(Threshold), pytest.raises(Refusal):
        ThresholdDesk.change(row=guarantee().pk, values={"value": 25.0})


def test_a_proposal_shows_what_it_would_have_meant_and_a_second_person_signs(live: Scope, as_: Any) -> None:
    rise()
    with as_("4418", actor="first"):
        asked = propose()
        assert (asked.effect["values"], asked.effect["events"], asked.effect["earlier"]) == (7, 1, 360.0)
        assert asked.effect["old"] == asked.effect["new"] == {"alarms": 1, "hits": 1, "misses": 0, "false": 0}
        with assert_nothing_happened(ThresholdChange), pytest.raises(Conflict):
            propose(29.0)
        with assert_nothing_happened(ThresholdChange), pytest.raises(SamePerson):
            proposing.sign_threshold(change=asked.pk)
    assert [line.label for line in proposing.signing(asked, {}).effects][-1]
    assert {"江河洪水", "水位"} <= {line.value for line in proposing.signing(asked, {}).about}, "a level alone says not of what"
    with as_("4418", actor="second"):
        proposing.sign_threshold(change=asked.pk)
    assert JournalEntry.objects.filter(action="telemetry.sign_threshold", record_id=str(asked.pk), actor="second").exists()
    with assert_nothing_happened(Threshold):
        enter_thresholds()
    with clock.frozen(asked.effective_at):
        enter_thresholds()
    assert (guarantee().value, guarantee().source) == (28.0, "复核 review")
    with assert_nothing_happened(Threshold):
        enter_thresholds()


def test_a_declined_one_never_enters(live: Scope) -> None:
    asked = propose()
    with assert_nothing_happened(ThresholdChange), pytest.raises(Refusal):
        proposing.decline_threshold(change=asked.pk, reason=" ")
    proposing.decline_threshold(change=asked.pk, reason="no")
    with clock.frozen(asked.effective_at + H):
        enter_thresholds()
    assert guarantee().value == 30.0


def test_history_is_judged_by_the_threshold_then_in_force(live: Scope, as_: Any) -> None:
    api.ingest([RawReading(2, "QY-H01", "water_level", clock.now() - H, 29.0)], "test")
    with as_("4418", actor="first"):
        asked = propose()
    with as_("4418", actor="second"):
        proposing.sign_threshold(change=asked.pk)
    with clock.frozen(asked.effective_at):
        enter_thresholds()
    held = then(Threshold.objects.filter(pk=guarantee().pk), asked.effective_at - H).get()
    assert (held.held, held.value) == (30.0, 28.0)
    assert then(Threshold.objects.filter(pk=guarantee().pk), asked.effective_at).get().held == 28.0
    past = StationDesk.tile_then(clock.now())["mark"]
    mark = Station.objects.filter(code="QY-H01").annotate(then=past).get().then
    assert mark["level"] == "yellow", "29 m was below the 30 m that held then"
