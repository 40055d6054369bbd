"""Verification: hits, late, missed and false ones by tables; the page's numbers come from records and open them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.apps.alarms import api as alarms
from anlan.apps.alarms.models import Alarm
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.kinds import HAZARDS, Verification
from anlan.apps.telemetry.models import Datastream, Station
from anlan.apps.warning import actions
from anlan.apps.warning import outcomes as public
from anlan.apps.warning.choices import Accuracy
from anlan.apps.warning.models import IssuingBody, Warning
from anlan.apps.warning.queries import history
from anlan.apps.warning.verification import verify
from anlan.apps.warning.verifying import (
    Event,
    Issued,
    Outcome,
    answered,
    by_month,
    by_office_and_month,
    holding,
    once,
    outcomes,
    score,
)
from anlan.kit import clock, outbox
from anlan.kit.records import writing
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.factory import created

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)
H = timedelta(hours=1)


def event(level: int = 3, began: int = 10, peak: int | None = 20, over: int = 30, area: str = "441881105") -> Event:
    return Event(1, "站", area, "river_flood", level, T0 + began * H, None if peak is None else T0 + peak * H, T0 + over * H)


def issued(at: int, over: int = 40, level: int = 3, place: str = "441881", hazard: str = "river_flood") -> Issued:
    return Issued(at, "警", (place,), hazard, level, T0 + at * H, T0 + over * H)


@pytest.mark.parametrize(
    ("events", "warnings", "counts", "lead"),
    [
        ([event()], [issued(12)], (1, 0, 0, 0), 480.0),
        ([event()], [issued(12), issued(8)], (1, 0, 0, 0), 720.0),
        ([event()], [issued(25)], (0, 1, 0, 0), None),
        ([event()], [issued(35)], (0, 0, 1, 1), None),
        ([event()], [issued(0, over=9)], (0, 0, 1, 1), None),
        ([event()], [], (0, 0, 1, 0), None),
        ([], [issued(12)], (0, 0, 0, 1), None),
        ([event(level=2)], [issued(12)], (0, 0, 0, 1), None),
        ([event(level=4)], [issued(12, level=2)], (0, 0, 1, 0), None),
        ([event()], [issued(12, place="441802")], (0, 0, 1, 1), None),
        ([event()], [issued(12, place="4418")], (1, 0, 0, 0), 480.0),
        ([event()], [issued(12, hazard="rainstorm")], (0, 0, 1, 0), None),
        ([event(peak=None)], [issued(10)], (1, 0, 0, 0), None),
        ([event(peak=None)], [issued(11)], (0, 1, 0, 0), None),
    ],
)
def test_the_score(events: list[Event], warnings: list[Issued], counts: tuple[int, ...], lead: float | None) -> None:
    found = score("river_flood", 3, events, warnings)
    assert (len(found.hits), len(found.late), len(found.missed), len(found.false)) == counts
    assert found.lead_minutes == lead


M = timedelta(minutes=1)
TOWN, COUNTY = Verification(scale="town"), Verification(scale="county")


@pytest.mark.parametrize(
    ("events", "warnings", "rule", "counts"),
    [
        ([event()], [issued(0, over=9)], Verification(), (0, 0, 1, 1)),
        ([event()], [issued(0, over=9)], Verification(before=H), (1, 0, 0, 0)),
        ([event()], [issued(0, over=8)], Verification(before=H), (0, 0, 1, 1)),
        ([event()], [issued(31)], Verification(), (0, 0, 1, 1)),
        ([event()], [issued(31)], Verification(after=H), (0, 1, 0, 0)),
        ([event()], [issued(32)], Verification(after=H), (0, 0, 1, 1)),
        ([event()], [issued(12)], Verification(held=20 * H), (1, 0, 0, 0)),
        ([event()], [issued(12)], Verification(held=20 * H + M), (0, 0, 0, 1)),
        ([event(), event(area="441881106")], [issued(12)], Verification(), (2, 0, 0, 0)),
        ([event(), event(area="441881106")], [issued(12)], TOWN, (2, 0, 0, 0)),
        ([event(), event(area="441881105001")], [issued(12)], TOWN, (1, 0, 0, 0)),
        ([event(), event(area="441881106")], [issued(12)], COUNTY, (1, 0, 0, 0)),
        ([event(), event(area="441881106")], [issued(12, place="441881106")], COUNTY, (1, 0, 0, 0)),
        ([event(), event(area="441881106")], [issued(12, place="441881106")], Verification(), (1, 0, 1, 0)),
        ([event(), event(area="441802001")], [], COUNTY, (0, 0, 2, 0)),
        ([event(), event(began=31, peak=32, over=40)], [], COUNTY, (0, 0, 2, 0)),
        ([event(), event(began=30, peak=32, over=40)], [], COUNTY, (0, 0, 1, 0)),
        ([event(), event(level=4, began=25, peak=35, over=40)], [issued(30)], COUNTY, (1, 0, 0, 0)),
        ([replace(event(), quantity="flow")], [issued(12)], Verification(quantities=("flow",)), (1, 0, 0, 0)),
        ([replace(event(), quantity="flow")], [issued(12)], Verification(quantities=("water_level",)), (0, 0, 0, 1)),
    ],
)
def test_the_score_goes_by_the_hazard_s_own_rule(
    events: list[Event], warnings: list[Issued], rule: Verification, counts: tuple[int, ...]
) -> None:
    found = score("river_flood", 3, events, warnings, rule)
    assert (len(found.hits), len(found.late), len(found.missed), len(found.false)) == counts


@pytest.mark.parametrize(("lead", "led"), [(timedelta(0), 2), (8 * H, 2), (9 * H, 1), (13 * H, 0)])
def test_hits_with_the_lead_that_is_wanted(lead: timedelta, led: int) -> None:
    events = [event(), event(began=110, peak=120, over=130), event(began=210, peak=None, over=230)]
    found = score("river_flood", 3, events, [issued(12), issued(108, over=140), issued(205, over=240)], Verification(lead=lead))
    assert (len(found.hits), len(found.leads), found.led) == (3, 2, led)
    parts = [part for _office, _month, part in by_office_and_month(found, UTC)]
    assert sum(part.led for part in parts) == led


@pytest.mark.parametrize(
    ("answer", "unreal", "counts"),
    [(10, False, (1, 0, 0, 0)), (11, False, (0, 1, 0, 0)), (None, False, (0, 0, 1, 0)), (5, True, (0, 0, 0, 1))],
)
def test_the_desk_is_held_to_its_answers(answer: int | None, unreal: bool, counts: tuple[int, ...]) -> None:
    one = event()
    one = replace(one, answered_at=None if answer is None else one.began_at + answer * M, unreal=unreal)
    brief = replace(one, answered_at=None, unreal=False, over_at=one.began_at + 10 * M)
    found = answered("river_flood", 3, [one, replace(one, level=2), brief], Verification())
    assert (len(found.hits), len(found.late), len(found.missed), len(found.false)) == counts
    assert [alarm.alarm for alarm in found.false] == [1] * counts[3]


EVENTS = st.lists(st.builds(event, level=st.integers(1, 4), began=st.integers(0, 9), peak=st.none() | st.integers(10, 20)))
ISSUED = st.lists(st.builds(issued, st.integers(0, 40), level=st.integers(1, 4), place=st.sampled_from(["441881", "441802"])))


@given(EVENTS, ISSUED, st.integers(1, 4))
def test_every_event_is_judged_once_and_ratios_are_ratios(events: list[Event], warnings: list[Issued], level: int) -> None:
    found = score("river_flood", level, events, warnings)
    assert found.events == sum(e.level >= level for e in events)
    assert all(ratio is None or 0 <= ratio <= 1 for ratio in (found.pod, found.far, found.csi))


@given(EVENTS, ISSUED, st.integers(1, 4))
def test_parts_by_office_and_month_add_up_and_the_ratios_agree_with_each_other(
    events: list[Event], warnings: list[Issued], level: int
) -> None:
    whole = score("river_flood", level, events, warnings)
    parts = [part for _office, _month, part in by_office_and_month(whole, UTC)]
    for name in ("hits", "late", "missed", "false"):
        assert sum(len(getattr(p, name)) for p in parts) == len(getattr(whole, name))
    assert sum(p.in_time for p in parts) == whole.in_time <= whole.events
    if whole.pod and whole.csi and whole.far is not None:  # Roebber 2009: CSI follows from the other two
        assert 1 / whole.csi == pytest.approx(1 / whole.pod + 1 / (1 - whole.far) - 1)


def test_accuracy_goes_by_the_formula_that_the_city_picks() -> None:
    found = score("river_flood", 3, [event(), event(began=60, peak=70, over=80)], [issued(12), issued(200, over=210)])
    assert [found.accuracy(formula) for formula in ("success", "pod", "csi")] == [0.5, 0.5, pytest.approx(1 / 3)]


def test_what_still_holds_is_no_false_alarm_yet() -> None:
    assert score("river_flood", 3, [], [replace(issued(12), holds=True)]).far is None
    assert score("river_flood", 3, [event()], [replace(issued(12), holds=True)]).csi == 1


def test_what_the_counts_say_of_thresholds() -> None:
    missed, false = (
        [event(began=n, peak=n + 1, over=n + 1) for n in range(0, 12, 2)],
        [issued(50 + n, over=51 + n) for n in range(6)],
    )
    assert score("river_flood", 3, missed, []).advice == "lower"
    assert score("river_flood", 3, [], false).advice == "raise"
    assert score("river_flood", 3, missed[:4], false[:4]).advice == "", "too few to say anything"


def test_an_event_is_warned_of_before_it_began_or_only_before_its_peak() -> None:
    assert score("river_flood", 3, [event()], [issued(9)]).in_time == 1
    assert score("river_flood", 3, [event()], [issued(12)]).in_time == 0


@pytest.mark.parametrize(
    ("events", "warnings", "came"),
    [
        ([event()], [issued(8)], {8: Outcome("early", 720.0)}),
        ([event()], [issued(12)], {12: Outcome("hit", 480.0)}),
        ([event()], [issued(25)], {25: Outcome("late", -300.0)}),
        ([event()], [issued(8), issued(12)], {8: Outcome("early", 720.0), 12: Outcome("followed")}),
        ([event(level=2)], [issued(8)], {8: Outcome("lesser")}),
        ([], [issued(8)], {8: Outcome("false")}),
        ([], [replace(issued(8), holds=True)], {}),
        ([event(), event(began=12, peak=16)], [issued(11)], {11: Outcome("early", 300.0)}),
    ],
)
def test_what_came_of_each_warning(events: list[Event], warnings: list[Issued], came: dict[int, Outcome]) -> None:
    assert outcomes([score("river_flood", level, events, warnings) for level in (1, 2, 3, 4)], warnings) == came


@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(0, 90), st.integers(0, 9)), max_size=6),
    st.lists(st.tuples(st.integers(1, 4), st.integers(0, 90)), max_size=6, unique_by=lambda w: w[1]),
)
def test_each_warning_that_is_over_has_one_class_and_the_months_add_up(
    events: list[tuple[int, int, int]], warnings: list[tuple[int, int]]
) -> None:
    real = [event(level, began, began + peak, began + 10) for level, began, peak in events]
    said = [issued(at, over=at + 8, level=level) for level, at in warnings]
    scores = [score("river_flood", level, real, said) for level in (1, 2, 3, 4)]
    came = outcomes(scores, said)
    assert came.keys() == {w.warning for w in said}
    own = {w.warning for s in scores for w in s.false if w.level == s.level}
    assert {pk for pk, one in came.items() if one.code in ("false", "lesser")} == own
    months = [s for _month, s in by_month(scores, UTC)]
    assert sum(s.events for s in months) == len(real)
    assert sum(len(s.hits) for s in months) == len(scores[0].hits) and sum(len(s.false) for s in months) == len(scores[0].false)


def chain(*steps: tuple[int, int, int]) -> list[Issued]:
    """A warning and what updated it: published, over, level of each message."""
    found: list[Issued] = []
    for at, over, level in steps:
        before = found[-1].warning if found else 0
        found.append(replace(issued(at, over, level), replaces=before, first=steps[0][0]))
    return found


@pytest.mark.parametrize(
    ("events", "messages", "counts", "lead", "told"),
    [
        # from blue on, from orange on: hits, late, missed, false
        ([event()], [(5, 12, 2), (12, 40, 3)], ((1, 0, 0, 0), (1, 0, 0, 0)), 900.0, (2, "lower")),
        ([event()], [(5, 8, 2), (8, 40, 3)], ((1, 0, 0, 0), (1, 0, 0, 0)), 900.0, (3, "met")),
        ([event(level=2)], [(5, 8, 2), (8, 40, 3)], ((1, 0, 0, 0), (0, 0, 0, 1)), 900.0, (3, "higher")),
        ([event(level=2, began=20, peak=25)], [(5, 12, 3), (12, 40, 2)], ((1, 0, 0, 0), (0, 0, 0, 1)), 1200.0, (2, "met")),
        ([event()], [(12, 15, 2), (15, 40, 3)], ((1, 0, 0, 0), (1, 0, 0, 0)), 480.0, (2, "lower")),
        ([event()], [(5, 15, 2), (15, 40, 2), (40, 50, 1)], ((1, 0, 0, 0), (0, 0, 1, 0)), 900.0, (2, "lower")),
        ([], [(5, 8, 2), (8, 12, 3), (12, 20, 4), (20, 30, 3)], ((0, 0, 0, 1), (0, 0, 0, 1)), None, None),
    ],
)
def test_one_danger_is_one_event_and_what_updated_a_warning_is_the_same_warning(
    events: list[Event], messages: list[tuple[int, int, int]], counts: tuple[Any, Any], lead: float | None, told: Any
) -> None:
    scores = [score("river_flood", level, events, chain(*messages)) for level in (1, 2, 3, 4)]
    for found, wanted in zip((scores[0], scores[2]), counts, strict=True):
        assert (len(found.hits), len(found.late), len(found.missed), len(found.false)) == wanted
    assert scores[0].lead_minutes == lead
    whole = once([s for s in scores if s.events or s.false])
    assert [(s.events, len(s.false)) for s in whole] == [(len(events), 1 - len(events))]
    if told is not None:
        assert (scores[0].hits[0].told, scores[0].levels) == (told[0], {"met": 0, "lower": 0, "higher": 0, told[1]: 1})


def test_a_warning_of_which_one_message_came_true_is_not_false_and_each_message_has_its_class() -> None:
    false = chain((5, 8, 2), (8, 40, 3))
    assert outcomes([score("river_flood", n, [], false) for n in (1, 2, 3)], false) == {5: Outcome("false"), 8: Outcome("false")}
    assert [w.level for w in score("river_flood", 1, [], false).false] == [3], "told at its highest level"
    lesser = [score("river_flood", n, [event(level=2)], false) for n in (1, 2, 3)]
    assert outcomes(lesser, false) == {5: Outcome("early", 900.0), 8: Outcome("lesser")}
    risen = [score("river_flood", n, [event()], false) for n in (1, 2, 3)]
    assert {pk: one.code for pk, one in outcomes(risen, false).items()} == {5: "early", 8: "early"}
    still = [false[0], replace(false[1], holds=True)]
    assert (holding(still), outcomes([score("river_flood", n, [], still) for n in (1, 2, 3)], still)) == ({5, 8}, {})


def test_where_an_update_leaves_a_place_out_the_earlier_message_ended_there() -> None:
    first, second = chain((5, 8, 3), (8, 40, 3))
    smaller = [first, replace(second, places=("441802",))]
    found = score("river_flood", 3, [event()], smaller)
    assert (len(found.missed), found.false[0].warning) == (1, 5)


def test_the_public_archive_tells_what_came_of_each_warning_and_nothing_of_alarms(
    live: Scope, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    public._kept.clear()
    with clock.frozen(T0 + timedelta(minutes=5)):
        water(30.47, T0)
        put_in_force(Warning.objects.get())
        hail = {"headline_zh": "冰雹", "description_zh": "冰雹。", "expires_at": T0 + 5 * H, "hazard": "hail"}
        put_in_force(actions.draft(areas=["441881"], level=2, **hail))
        assert "评定" in client.get("/warnings/archive/").content.decode()
    with clock.frozen(T0 + 6 * H):
        water(31.5, T0 + 6 * H)
        water(20.0, T0 + 6 * H + timedelta(minutes=1))
    public._kept.clear()
    with clock.frozen(T0 + 200 * H):
        flood = Warning.objects.get(hazard="river_flood", message_type="Alert")
        page = client.get("/warnings/archive/?lang=en").content.decode()
        assert "the warning was out before its peak" in page and "5.9 h before the peak" in page
        assert "Not judged" in page, "nothing measures hail"
        assert "POD 1.00" in page and "2022-06" in page
        assert "QY-H01" not in page and "飞来峡" not in page, "no alarm and no station"
        told = client.get("/warnings/archive.json").json()
        mine = next(one for one in told["warnings"] if one["identifier"] == flood.identifier)
        assert (mine["outcome"], mine["lead_minutes"]) == ("hit", 355.0)
        assert (told["months"][0]["hits"], told["months"][0]["pod"]) == (1, 1.0)
        assert "提前 5.9 小时" in client.get(f"/warnings/{flood.identifier}/?lang=zh").content.decode()
        monkeypatch.setattr(public, "verify", None)
        assert client.get("/warnings/archive/?lang=en").content.decode() == page, "judged once"


def water(level: float, at: datetime) -> None:
    telemetry.detect(telemetry.ingest([telemetry.RawReading(2, "QY-H01", "water_level", at, level)], "test").batch)
    outbox.drain()


def put_in_force(warning: Warning) -> None:
    with entered(Scope.everything("system:signer")):
        actions.sign(warning=warning.pk)
        actions.publish(warning=warning.pk)
    outbox.drain()


def test_the_numbers_come_from_records_and_open_them(live: Scope, cast: dict[str, Any]) -> None:
    with clock.frozen(T0 + timedelta(minutes=5)):
        water(30.47, T0)
        put_in_force(Warning.objects.get())
        hail = {"headline_zh": "冰雹", "description_zh": "冰雹。", "expires_at": T0 + 20 * H, "hazard": "hail"}
        put_in_force(actions.draft(areas=["441881"], level=2, **hail))
    with clock.frozen(T0 + 6 * H):
        water(31.5, T0 + 6 * H)
        water(20.0, T0 + 6 * H + timedelta(minutes=1))
    with clock.frozen(T0 + 12 * H):
        found = verify(T0 - H, T0 + 12 * H)
        flood = next(s for s in found.scores if (s.hazard, s.level) == ("river_flood", 3))
        assert (len(flood.hits), flood.missed, flood.pod, flood.far, flood.csi) == (1, [], 1.0, 0.0, 1.0)
        assert flood.lead_minutes == 355.0
        assert any("1" in gap for gap in found.gaps), "hail cannot be judged, and the page says so"
        duty = cast["city_officer"].client
        page = duty.get("/warning/verification/?hazard=river_flood&level=3&number=hits")
        assert flood.hits[0].warning is not None
        assert flood.hits[0].warning.name in page.content.decode()
        assert "2022-06" in page.content.decode(), "by office and month"
        told = duty.get("/api/v1/warning/verification/?since=2022-06-01&until=2022-06-30").json()["scores"]
        mine = next(s for s in told if (s["hazard"], s["level"]) == ("river_flood", 3))
        assert (mine["hits"], mine["lead_minutes"]) == (1, 355.0)
        assert [(p["office"], p["month"], p["hits"]) for p in mine["parts"]] == [("441881", "2022-06", 1)]
        assert cast["anonymous"].client.get("/warning/verification/").status_code == 302


def test_a_warning_in_force_is_judged_when_it_is_over_by_the_citys_formula(live: Scope, cast: dict[str, Any]) -> None:
    rain = {"headline_zh": "暴雨", "description_zh": "暴雨。", "expires_at": T0 + 5 * H, "hazard": "rainstorm"}
    with clock.frozen(T0):
        put_in_force(actions.draft(areas=["441881"], level=2, **rain))
        assert verify(T0 - H, T0 + H).scores == []
        assert any("生效" in gap for gap in verify(T0 - H, T0 + H).gaps)
    with writing():
        IssuingBody.objects.filter(division="4418").update(accuracy="csi")
    with clock.frozen(T0 + 6 * H):
        assert [len(s.false) for s in verify(T0 - H, T0 + 6 * H).scores] == [1, 1]
        page = cast["city_officer"].client.get("/warning/verification/").content.decode()
        assert str(Accuracy.CSI.label) in page and str(Accuracy.SUCCESS.label) not in page


def test_what_an_update_goes_on_with_is_no_false_alarm_while_that_holds(live: Scope, client: Any) -> None:
    rain = {"headline_zh": "暴雨", "description_zh": "暴雨。", "expires_at": T0 + 5 * H, "hazard": "rainstorm"}
    with clock.frozen(T0):
        put_in_force(actions.draft(areas=["441881"], level=2, **rain))
    first = Warning.objects.get()
    with clock.frozen(T0 + H):
        put_in_force(actions.draft(areas=["441881"], level=2, replaces=first.pk, **rain))
        assert verify(T0 - H, T0 + H).scores == [], "the first goes on in the second"
        public._kept.clear()
        page = client.get("/warnings/archive/?lang=en").content.decode()
        assert page.count("Judged when it is over.") == 2 and "false alarm" not in page.split("<h2>")[0]
    with clock.frozen(T0 + 2 * H):
        put_in_force(actions.draft(areas=["441881"], level=1, replaces=Warning.objects.latest("id").pk, **rain))
        false = {(s.level, len(s.false)) for s in verify(T0 - H, T0 + 2 * H).scores}
        assert false == {(2, 1)}, "a lower level ended what was said of the higher, once for all that was said; it holds itself"


def test_a_danger_whose_warning_was_updated_to_another_level_is_told_once(live: Scope, cast: dict[str, Any]) -> None:
    with clock.frozen(T0 + timedelta(minutes=5)):
        water(30.47, T0)
        put_in_force(Warning.objects.get())
    with clock.frozen(T0 + 2 * H):
        water(35.9, T0 + 2 * H)
        put_in_force(Warning.objects.get(state="draft"))
    assert len(set(Warning.objects.values_list("level", flat=True))) == 2
    with clock.frozen(T0 + 6 * H):
        water(20.0, T0 + 6 * H)
    with clock.frozen(T0 + 100 * H):
        (flood,) = once(verify(T0 - H, T0 + 100 * H).scores)
        assert (len(flood.hits), flood.events, flood.false, flood.lead_minutes) == (1, 1, [], 115.0)
        page = cast["city_officer"].client.get("/warning/verification/").content.decode()
        assert (
            page.split('id="from-levels"')[0].count("<th>江河洪水</th>") == page.split('id="from-levels"')[0].count("偏低 ") == 1
        )
        told = cast["city_officer"].client.get("/api/v1/warning/verification/?since=2022-06-01&until=2022-06-30").json()["scores"]
        assert [(s["level"], s["hits"], s["levels"]) for s in told if s["each_once"]] == [(1, 1, flood.levels)]


def test_each_hazard_is_judged_by_its_own_rule_on_page_and_api(live: Scope, cast: dict[str, Any]) -> None:
    station = created(Station, area="441881105", code="C1", name="视频点", kind="camera", source="test")
    for hazard, level in (("camera_event", 2), ("process_alarm", 3)):
        stream = created(Datastream, area="441881105", station=station, quantity=HAZARDS.get(hazard).quantities[0], stale_after=H)
        at = {"reading_at": T0, "began_at": T0, "raised_at": T0, "acknowledged_at": T0 + 5 * M}
        values = {"level": level, "peak_level": level, "value": 1.0, "threshold": 1.0, "peak_value": 1.0}
        created(Alarm, area="441881105", station=station, datastream=stream, hazard=hazard, state="acknowledged", **at, **values)
    said = {"headline_zh": "地震", "description_zh": "地震。", "expires_at": T0 + 5 * H, "hazard": "tremor"}
    with clock.frozen(T0 + H):
        put_in_force(actions.draft(areas=["441881"], level=2, **said))
        found = verify(T0 - H, T0 + 2 * H)
        assert (found.scores, [(s.hazard, s.level, len(s.hits)) for s in found.desk]) == (
            [],
            [("process_alarm", level, 1) for level in (1, 2, 3)],
        )
        assert any("不以预警评定" in gap for gap in found.gaps)
        duty = cast["city_officer"].client
        page = duty.get("/warning/verification/").content.decode()
        assert "6 小时" in page and "先有震动" in page, "each rule in words"
        assert str(HAZARDS.get("process_alarm").name) in page.split('id="rules"')[0], "named though it has no warning of its own"
        behind = duty.get("/warning/verification/?hazard=process_alarm&level=3&number=hits").content.decode()
        assert "视频点" in behind.split('id="behind"')[1]
        told = duty.get("/api/v1/warning/verification/?since=2022-06-01&until=2022-06-30").json()
        assert [(d["hazard"], d["level"], d["hits"]) for d in told["desk"]] == [
            ("process_alarm", level, 1) for level in (1, 2, 3)
        ]
        rules = {rule.pop("hazard"): rule for rule in told["rules"]}
        assert rules.keys() == {hazard.code for hazard in HAZARDS}
        assert (rules["river_flood"]["before_minutes"], rules["tornado"]["before_minutes"]) == (360, 15)
        assert (rules["camera_event"]["by"], rules["shaking"]["by"], rules["heat"]["scale"]) == ("nothing", "alarm", "county")


def test_alarms_outside_the_period_are_not_read(live: Scope) -> None:
    with clock.frozen(T0 + timedelta(minutes=5)):
        water(30.47, T0)
    with clock.frozen(T0 + 6 * H):
        water(20.0, T0 + 6 * H)
    for since, until, count in ((-10, -1, 0), (-10, 1, 1), (5, 50, 1), (7, 50, 0)):
        assert len(alarms.alarm_history(T0 + since * H, T0 + until * H)) == count, (since, until)
    assert [r.at for r in alarms.levels_reached(T0 + 5 * H)] == [T0], "an alarm that still stood is told from its beginning"
    assert alarms.levels_reached(T0 + 7 * H) == []


def test_the_lead_is_of_the_alarm_that_led_to_it_not_of_a_later_worse_one(live: Scope) -> None:
    with clock.frozen(T0 + timedelta(minutes=5)):
        water(30.47, T0)
        put_in_force(Warning.objects.get())
    with clock.frozen(T0 + 2 * H):
        water(20.0, T0 + 2 * H)
    with clock.frozen(T0 + 500 * H):
        water(35.9, T0 + 500 * H)
    assert history()[0]["lead_time_minutes"] == -5.0


def test_a_warning_by_hand_is_held_against_the_alarm_that_came_while_it_was_in_force(live: Scope) -> None:
    with clock.frozen(T0):
        text = {"headline_zh": "洪水", "description_zh": "水位将上涨。", "expires_at": T0 + 20 * H, "hazard": "river_flood"}
        put_in_force(actions.draft(areas=["441881"], level=3, **text))
        put_in_force(actions.draft(areas=["441802"], level=3, **text))
    with clock.frozen(T0 + 2 * H):
        water(30.47, T0 + 2 * H)
    found = {w["area"]: w["lead_time_minutes"] for w in history()}
    assert found["441881"] == 120.0
    assert found["441802"] is None, "nothing came there"
