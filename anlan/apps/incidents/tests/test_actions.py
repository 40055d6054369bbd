"""Tests of incidents through their verbs: from a reporter to the county, to the city, and what the clocks make of it."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point

from anlan.apps.alarms.tests.factories import alarm as an_alarm
from anlan.apps.incidents import actions, queries
from anlan.apps.incidents.jobs import watch
from anlan.apps.incidents.models import Incident, RapidReport, Report
from anlan.apps.incidents.tests import factories
from anlan.apps.law.api import open_terms
from anlan.apps.law.models import Term
from anlan.apps.messages.models import Receipt
from anlan.kit import clock, outbox
from anlan.kit.models import OutboxEvent
from anlan.kit.refusals import Conflict, NotAuthorised, NotFound, Refusal
from anlan.kit.testing.plugin import assert_nothing_happened

AREA, TOWN = "441802", "441802107"
COUNTY = ("incidents.*", "law.run_term", "places.*", "people.*", "kit.add_storedfile")


def owed(incident: Incident) -> list[str]:
    return sorted(term.rule.code.removeprefix("incidents.") for term in open_terms("incidents.incident", incident.pk))


def told(name: str) -> int:
    return OutboxEvent.objects.filter(name=f"incidents.{name}").count()


def an_open(live: Any, **given: Any) -> Incident:
    facts = {"title": "滑坡", "kind": factories.a_kind(0), "division": TOWN, **given}
    return actions.open_incident(**facts)


def test_from_a_reporter_to_the_county_and_the_city(live: Any, as_: Any) -> None:
    with as_(TOWN, "incidents.send_rapidreport", "incidents.view_rapidreport", "places.view_division", actor="reporter"):
        rapid = actions.report(kind="11D01", text="滑坡埋了两户", location=Point(113.2, 23.8, srid=4326), hurt=2)
        assert (rapid.area[:9], rapid.state) == (TOWN, "new")
    with as_(AREA, *COUNTY, actor="qingcheng"):
        actions.take_up(rapid=rapid.pk, title="江口村滑坡", kind="11D01")
        rapid.refresh_from_db()
        incident = rapid.incident
        assert (rapid.state, incident.known_at, incident.summary) == ("taken_up", rapid.reported_at, "滑坡埋了两户")
        assert owed(incident) == ["natural_county"]
        draft = actions.draft_report(incident=incident.pk, kind="initial", nature="两户被埋", dead=1, missing=2)
        assert (draft.sender, draft.receiver, draft.known_at) == ("441802-emb", "qy-emb", incident.known_at)
        actions.send(report=draft.pk)
        incident.refresh_from_db()
        assert (incident.dead, incident.missing, incident.grade) == (1, 2, None)
        assert queries.proposed(incident).grade == 4
    with as_("4418", *COUNTY, actor="duty"):
        actions.receive(report=draft.pk)
        assert Report.objects.get(pk=draft.pk).state == "received"
    # the county owes the next within a day; what it told is not grave enough for the province
    assert owed(incident) == ["follow_county"]
    assert Term.objects.get(record_id=str(incident.pk), rule__code="incidents.natural_county").state == "kept"


def test_a_neighbour_and_a_reader_do_nothing(live: Any, as_: Any) -> None:
    rapid, incident = factories.a_rapid(AREA), factories.an_incident(AREA)
    for area, permissions, refusal in (
        ("441881", ("*",), (NotFound, Refusal)),
        (AREA, ("incidents.view_rapidreport",), NotAuthorised),
    ):
        with as_(area, *permissions), assert_nothing_happened(Incident, RapidReport), pytest.raises(refusal):
            actions.dismiss(rapid=rapid.pk, answer="x")
        with as_(area, *permissions), assert_nothing_happened(Incident, Report), pytest.raises((NotFound, Refusal)):
            actions.grade(incident=incident.pk, grade=1)


def test_an_incident_taken_up_by_the_minute_was_not_known_before_it_happened(live: Any) -> None:
    at = clock.now()
    rapid = factories.a_rapid(AREA, seen_at=at, reported_at=at)
    minute = at.replace(second=0, microsecond=0)
    actions.take_up(rapid=rapid.pk, title="滑坡", kind="11D01", known_at=minute)
    rapid.refresh_from_db()
    assert (rapid.incident.occurred_at, rapid.incident.known_at) == (minute, minute)


def test_a_place_outside_is_reported_at_home(live: Any, as_: Any) -> None:
    with as_(TOWN, "incidents.*", "places.view_division", actor="reporter"):
        assert actions.report(kind="12H", text="对岸翻车", location=Point(113.4, 24.2, srid=4326)).area == TOWN


@pytest.mark.parametrize("given", [{"text": " "}, {"hurt": -1}, {"kind": "12U99"}])
def test_a_rapid_report_that_says_nothing_is_refused(live: Any, given: dict[str, Any]) -> None:
    with assert_nothing_happened(RapidReport), pytest.raises(Refusal):
        actions.report(**{"kind": "12H", "text": "翻车", **given})


def test_whoever_reported_adds_to_it_and_nobody_else(live: Any, as_: Any) -> None:
    rapid = factories.a_rapid(AREA)
    with as_(AREA, "incidents.*", actor="reporter"):
        actions.add(rapid=rapid.pk, text="又塌了一段")
    assert [one.text for one in rapid.additions.all()] == ["又塌了一段"]
    with as_(AREA, "incidents.*", actor="other"), assert_nothing_happened(RapidReport), pytest.raises(Refusal):
        actions.add(rapid=rapid.pk, text="假的")


def test_one_incident_of_two_reports(live: Any) -> None:
    incident, twice, third = factories.an_incident(AREA), factories.a_rapid(AREA, 3), factories.a_rapid(AREA, 5)
    actions.attach(rapid=twice.pk, incident=incident.pk)
    assert [one.pk for one in incident.rapid_reports.all()] == [twice.pk]
    with assert_nothing_happened(RapidReport), pytest.raises(Conflict):
        actions.dismiss(rapid=twice.pk, answer="重复")
    with assert_nothing_happened(RapidReport), pytest.raises(Refusal):
        actions.dismiss(rapid=third.pk, answer=" ")


def test_a_late_report_goes_only_with_its_reason(live: Any, as_: Any) -> None:
    known = clock.now() - timedelta(hours=3)
    with as_(AREA, *COUNTY, actor="qingcheng"):
        incident = an_open(live, known_at=known)
        draft = actions.draft_report(incident=incident.pk, kind="initial", nature="滑坡")
        with assert_nothing_happened(Incident, Report), pytest.raises(Refusal) as refused:
            actions.send(report=draft.pk)
        assert refused.value.field == "late_reason" and "第十六条" in str(refused.value.article)
        sent = actions.send(report=draft.pk, late_reason="道路和通信中断")
    assert (sent.late, sent.due_at - known, sent.minutes) == (True, timedelta(hours=2), 180)
    assert Term.objects.get(record_id=str(incident.pk), rule__code="incidents.natural_county").state == "late"


def test_an_overdue_report_climbs_once_for_each_rung(live: Any) -> None:
    start = clock.now()
    with clock.frozen(start):
        incident = an_open(live)
    for minutes, count in ((119, 0), (121, 1), (122, 1), (136, 2), (300, 2)):
        with clock.frozen(start + timedelta(minutes=minutes)):
            watch()
        assert told("report_overdue") == count
    incident.refresh_from_db()
    assert incident.told_step == 2


def test_a_graver_grade_is_due_from_when_it_is_known(live: Any) -> None:
    start = clock.now()
    with clock.frozen(start):
        incident = an_open(live)
    with clock.frozen(start + timedelta(hours=1)):
        actions.set_figures(incident=incident.pk, dead=11)  # calls for II; nobody has graded it
        assert owed(incident) == ["grave_county", "grave_phone_county", "natural_county"]
        actions.grade(incident=incident.pk, grade=2)
        assert owed(incident) == ["grave_county", "grave_phone_county", "natural_county"]
        phone = next(t for t in open_terms("incidents.incident", incident.pk) if "phone" in t.rule.code)
        assert phone.due_at == start + timedelta(minutes=90)
        factories.sent_report(incident, mode="phone")
        assert owed(incident) == [
            "follow_county",
            "grave_city",
            "grave_county",
            "grave_phone_city",
            "natural_city",
            "natural_county",
        ]


def test_figures_fall_only_with_a_reason(live: Any) -> None:
    incident = an_open(live)
    actions.set_figures(incident=incident.pk, dead=3, missing=4, trapped=5)
    with assert_nothing_happened(Incident), pytest.raises(Refusal) as refused:
        actions.set_figures(incident=incident.pk, missing=2)
    assert refused.value.field == "reason"
    actions.set_figures(incident=incident.pk, missing=2, trapped=0, reason="两人获救")
    incident.refresh_from_db()
    assert (incident.dead, incident.missing, incident.trapped) == (3, 2, 0)
    with assert_nothing_happened(Report), pytest.raises(Refusal):
        actions.draft_report(incident=incident.pk, kind="initial", nature="x", dead=1)


def test_follow_ups_are_numbered_and_due_every_day(live: Any) -> None:
    start = clock.now()
    with clock.frozen(start):
        incident = an_open(live)
        with assert_nothing_happened(Report), pytest.raises(Conflict):
            actions.draft_report(incident=incident.pk, kind="follow_up", nature="x")
        factories.sent_report(incident)
    for day, named in ((1, "续报一"), (2, "续报二")):
        with clock.frozen(start + timedelta(hours=20 * day)):
            assert factories.sent_report(incident, "follow_up").named == named
            [term] = open_terms("incidents.incident", incident.pk)
            assert term.due_at == clock.now() + timedelta(hours=24)
    with clock.frozen(start + timedelta(hours=50)):
        actions.close(incident=incident.pk, reason="处置结束")
        assert owed(incident) == ["verify_county"]
        factories.sent_report(incident, "verified")
        assert owed(incident) == []
        with assert_nothing_happened(Report), pytest.raises(Conflict):
            actions.draft_report(incident=incident.pk, kind="final", nature="x")


def test_what_goes_on_after_all_is_followed_up_by_all_who_reported(live: Any, as_: Any) -> None:
    incident = an_open(live)
    with as_(AREA, *COUNTY, actor="qingcheng"):
        factories.sent_report(incident)
    with as_("4418", *COUNTY, actor="duty"):
        factories.sent_report(incident)
    assert owed(incident) == ["follow_city", "follow_county"]
    actions.close(incident=incident.pk, reason="处置结束")
    assert owed(incident) == ["verify_county"]
    actions.reopen(incident=incident.pk, reason="再次滑坡")
    assert owed(incident) == ["follow_city", "follow_county"]


def test_a_correction_counts_the_deadline_again(live: Any) -> None:
    incident = an_open(live)
    earlier = incident.known_at - timedelta(hours=1)
    given = {"title": "滑坡", "kind": "11D01", "occurred_at": earlier.replace(second=0, microsecond=0), "reason": "值班记录"}
    actions.correct(incident=incident.pk, known_at=earlier, **given)
    [term] = open_terms("incidents.incident", incident.pk)
    assert term.due_at == earlier + timedelta(hours=2)
    actions.correct(incident=incident.pk, **given, known_at=earlier.replace(second=0, microsecond=0))
    assert open_terms("incidents.incident", incident.pk)[0].due_at == term.due_at  # the same minute is no other time
    for wrong in ({"known_at": clock.now() + timedelta(hours=1)}, {"known_at": earlier - timedelta(minutes=1)}):
        with assert_nothing_happened(Incident), pytest.raises(Refusal):
            actions.correct(incident=incident.pk, **given, **wrong)


def test_two_incidents_become_one_and_both_keep_their_history(live: Any) -> None:
    one, other = an_open(live), an_open(live, title="同一滑坡")
    with assert_nothing_happened(Incident), pytest.raises(Refusal):
        actions.merge(incident=one.pk, into=one.pk, reason="x")
    actions.merge(incident=other.pk, into=one.pk, reason="同一地点")
    other.refresh_from_db()
    assert (other.state, other.into_id, owed(other), owed(one)) == ("merged", one.pk, [], ["natural_county"])
    with assert_nothing_happened(Incident), pytest.raises((Conflict, Refusal)):
        actions.merge(incident=one.pk, into=other.pk, reason="x")


def test_only_the_body_above_confirms_and_sends_back(live: Any, as_: Any) -> None:
    with as_(AREA, *COUNTY, actor="qingcheng"):
        report = factories.sent_report(an_open(live))
        with assert_nothing_happened(Report), pytest.raises(Refusal):
            actions.receive(report=report.pk)
    with as_("4418", *COUNTY, actor="duty"):
        actions.send_back(report=report.pk, returned="缺少联系人")
    with as_(AREA, *COUNTY, actor="qingcheng"):
        actions.revise(report=report.pk, nature="滑坡，联系人张三")
        actions.send(report=report.pk)
    report.refresh_from_db()
    assert (report.state, report.returned) == ("sent", "缺少联系人")
    assert report.first_sent_at < report.sent_at


def test_the_city_reports_to_the_province_by_name(live: Any, as_: Any) -> None:
    with as_("4418", *COUNTY, actor="duty"):
        incident = an_open(live)
        actions.set_figures(incident=incident.pk, dead=5)
        assert owed(incident) == ["natural_city", "natural_county"]
        report = factories.sent_report(incident)
        assert (report.sender, report.receiver, report.to) == ("qy-emb", "", "广东省应急管理厅")
        with assert_nothing_happened(Report), pytest.raises(Refusal):
            actions.receive(report=report.pk)
        actions.receive(report=report.pk, taken_by="省厅值班员")
        assert owed(incident) == ["follow_city", "natural_county"]


def heard(body: str) -> list[str]:
    """Return the subjects of what a body was told."""
    outbox.drain("live")
    return list(Receipt.objects.filter(recipient_code=body).order_by("id").values_list("message__subject", flat=True))


def test_the_duty_rooms_are_told(live: Any) -> None:
    unhurt, hurt = (actions.report(kind="12H", text="翻车", village=factories.a_village(), hurt=n) for n in (None, 2))
    assert len(heard("441802-emb")) == 2
    assert [subject[:9] for subject in heard("qy-emb")] == ["信息速报：道路交通"[:9]]
    actions.dismiss(rapid=unhurt.pk, answer="重复")
    actions.take_up(rapid=hurt.pk, title="翻车", kind="12H")
    report = factories.sent_report(Incident.objects.get(title="翻车"))
    assert "初报：翻车 / Initial report: 翻车" in heard("qy-emb")
    actions.send_back(report=report.pk, returned="缺地点")
    assert "被退回：初报：翻车 / Sent back: Initial report: 翻车" in heard("441802-emb")


def test_an_overdue_report_is_told_to_the_room_its_leader_and_above(live: Any) -> None:
    start = clock.now()
    with clock.frozen(start):
        an_open(live)
    before = [len(heard(body)) for body in ("441802-emb", "qy-emb")]
    for minutes, more in ((121, (1, 0)), (136, (2, 1))):
        with clock.frozen(start + timedelta(minutes=minutes)):
            watch()
        assert [len(heard(body)) - was for body, was in zip(("441802-emb", "qy-emb"), before, strict=True)] == list(more)


def test_the_page_of_timeliness_leads_to_the_reports(live: Any, cast: Any) -> None:
    known = clock.now() - timedelta(hours=3)
    late, soon = an_open(live, known_at=known), an_open(live, title="塌方")
    draft = actions.draft_report(incident=late.pk, kind="initial", nature="滑坡")
    actions.send(report=draft.pk, late_reason="断网")
    factories.sent_report(soon)
    officer = cast["city_officer"].client
    page = officer.get("/incidents/timeliness/").content.decode()
    address = next(html.unescape(one) for one in re.findall(r'href="(/incidents/reports/[^"]*late=true[^"]*)"', page))
    listed = officer.get(address).content.decode()
    assert "滑坡" in listed and "塌方" not in listed
    assert "塌方" not in cast["neighbour"].client.get("/incidents/timeliness/").content.decode()


def test_an_incident_begins_from_an_alarm(live: Any, cast: Any) -> None:
    alarm = an_alarm(AREA, 1)
    assert an_open(live, alarm=alarm.pk).alarm_id == alarm.pk
    page = cast["city_officer"].client.get(alarm.desk_url()).content.decode()
    assert f"alarm={alarm.pk}" in page and "滑坡" in page
    with assert_nothing_happened(Incident), pytest.raises(Refusal):
        an_open(live, alarm=10**9)


def test_casualties_that_change_after_the_end_are_reported_again_by_county_and_city(live: Any, as_: Any) -> None:
    with as_(AREA, *COUNTY, actor="qingcheng"):
        incident = an_open(live, title="货车侧翻", kind="12D")
        actions.send(report=actions.draft_report(incident=incident.pk, kind="initial", nature="侧翻", dead=1).pk)
    with as_("4418", *COUNTY, actor="duty"):
        actions.grade(incident=incident.pk, grade=3)
        actions.send(report=actions.draft_report(incident=incident.pk, kind="initial", nature="侧翻", dead=1).pk)
    with as_(AREA, *COUNTY, actor="qingcheng"):
        with assert_nothing_happened(Incident, Report), pytest.raises(Conflict):
            actions.draft_report(incident=incident.pk, kind="supplement", nature="x")
        actions.close(incident=incident.pk, reason="处置结束")
        actions.set_figures(incident=incident.pk, loss="12")
        assert "supplement_county" not in owed(incident)
        actions.set_figures(incident=incident.pk, dead=2)
        assert "supplement_county" in owed(incident)
        draft = actions.draft_report(incident=incident.pk, kind="supplement", nature="一名重伤者死亡", dead=2)
        actions.send(report=draft.pk)
    assert owed(incident) == ["supplement_city"], "the city, which has reported to the province, knows now"
    assert Term.objects.get(record_id=str(incident.pk), rule__code="incidents.supplement_county").state == "kept"


def test_after_the_laws_days_a_change_of_casualties_is_owed_to_nobody(live: Any) -> None:
    incident = an_open(live, title="起火", kind="12G", known_at=clock.now() - timedelta(days=8))
    draft = actions.draft_report(incident=incident.pk, kind="initial", nature="起火", dead=1)
    actions.send(report=draft.pk, late_reason="测试")
    actions.close(incident=incident.pk, reason="扑灭")
    actions.set_figures(incident=incident.pk, dead=2)
    assert owed(incident) == []
