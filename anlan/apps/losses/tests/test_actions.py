"""Tests of losses through their verbs: from the village to the town, to the county, to what the city adds up."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from anlan.apps.law.api import open_terms
from anlan.apps.losses import actions, letters, queries, showing
from anlan.apps.losses.models import LossReport, LostPerson, Process, ReportingTown, VillageReturn
from anlan.apps.losses.tests import factories
from anlan.apps.losses.tests.factories import told
from anlan.apps.messages.models import Receipt
from anlan.apps.transfers import api as transfers
from anlan.kit import clock, outbox
from anlan.kit.models import JournalEntry, OutboxEvent
from anlan.kit.refusals import Conflict, NotAuthorised, NotFound, Refusal, SamePerson
from anlan.kit.scope import entered
from anlan.kit.testing.plugin import assert_nothing_happened
from anlan.lib.spreadsheets import write

COUNTY, TOWN, NEXT, VILLAGE = "441802", "441802107", "441802106", "441802107001"
READS = ("losses.view_process", "losses.view_reportingtown", "losses.view_lossreport", "places.*", "people.*", "law.view_term")
TOWNS = (*READS, "losses.write_lossreport", "losses.send_villagereturn", "losses.view_villagereturn", "losses.view_lostperson")


def a_flood(*towns: str, **given: Any) -> Process:
    lines = [{"division": code} for code in towns or (TOWN, NEXT)]
    return actions.open_process(title="2022年6月洪涝", kind="flood", towns=lines, **given)


def town_of(process: Process, area: str = TOWN) -> ReportingTown:
    return ReportingTown.objects.get(process=process, area=area)


def owed(town: ReportingTown) -> list[str]:
    return sorted(term.rule.code for term in open_terms("losses.reportingtown", town.pk))


def test_from_the_village_to_the_county_and_the_city(live: Any, as_: Any) -> None:
    with as_(COUNTY, *READS, "losses.open_process", "losses.view_disasterkind", actor="qingcheng"):
        process = a_flood()
        town = town_of(process)
        assert (process.area, process.state, owed(town)) == (COUNTY, "running", ["losses.first"])
    with as_(VILLAGE, "losses.view_process", "losses.send_villagereturn", "losses.view_villagereturn", actor="jiangkou"):
        first = actions.tell(process=process.pk, affected=40, relocated_together=10, relocated_apart=2)
        actions.tell(process=process.pk, affected=60)
        assert (first.area, first.figures["relocated"]) == (VILLAGE, 12)  # the total is filled in
    with as_(TOWN, *TOWNS, actor="fltown"):
        assert [one.figures for one in queries.newest_of_villages(town)] == [{"affected": 60}]
        report = actions.write(town=town.pk, affected=60, dead=0, loss=Decimal("120.50"))
        assert (report.kind, report.state, report.told["loss"]) == ("initial", "draft", "120.50")
        actions.submit(report=report.pk)
        town.refresh_from_db()
        assert (town.state, owed(town)) == ("reporting", ["losses.follow"])
    with as_(COUNTY, *READS, "losses.check_lossreport", actor="qingcheng"):
        assert list(queries.to_check()) == [report]
        actions.approve(report=report.pk)
        report.refresh_from_db()
        assert (report.state, report.approved_by) == ("approved", "qingcheng")
    with as_("4418", *READS, actor="duty"):
        whole = queries.rolled(process)
        assert (whole.figures["affected"], whole.figures["loss"]) == (60, Decimal("120.50"))
        assert "injured" not in whole.figures
        assert [line.area for line in whole.missing] == [NEXT]
    acts = set(JournalEntry.objects.values_list("action", flat=True))
    assert {"losses.open", "losses.tell", "losses.write", "losses.submit", "losses.approve"} <= acts
    assert OutboxEvent.objects.filter(name="losses.report_submitted").count() == 1


def test_neighbours_and_readers_do_nothing(live: Any, as_: Any) -> None:
    process = factories.a_process(COUNTY)
    town = factories.a_town(TOWN, process=process)
    report = factories.a_report(TOWN, town=town, state="submitted", submitted_by="fltown")
    for area, permissions, refusal in (("441881", ("*",), NotFound), (COUNTY, READS, NotAuthorised), (NEXT, ("*",), NotFound)):
        with as_(area, *permissions), assert_nothing_happened(LossReport, ReportingTown), pytest.raises(refusal):
            actions.approve(report=report.pk)
        with as_(area, *permissions), assert_nothing_happened(LossReport), pytest.raises(refusal):
            actions.write(town=town.pk, affected=1)
    with as_("441881", "*"), assert_nothing_happened(Process), pytest.raises((NotFound, Refusal)):
        actions.end(process=process.pk)
    # a town sees that its county counts, and nothing of the towns beside it
    with as_(NEXT, "*", actor="x"):
        shown = showing.rolled(Process.objects.get(pk=process.pk))
        assert (shown["towns"], shown["partly"]) == (0, True)


def test_who_submits_does_not_approve(live: Any, as_: Any) -> None:
    town = factories.a_town(TOWN, process=factories.a_process(COUNTY))
    with as_(COUNTY, *TOWNS, "losses.check_lossreport", actor="qingcheng"):
        report = told(town, affected=1)
        with assert_nothing_happened(LossReport), pytest.raises(SamePerson):
            actions.approve(report=report.pk)


@pytest.mark.parametrize(
    ("figures", "words", "field"),
    [
        ({}, "至少填一项", "affected"),
        ({"affected": 10, "dead": 11}, "因灾死亡人口（11）不能大于“受灾人口”（10）", "dead"),
        ({"affected": -1}, "不能为负", "affected"),
        (
            {"crops_affected": 1, "crops_damaged": Decimal("1.5")},
            "（1.5）不能大于“农作物受灾面积”（1）",
            "crops_damaged",
        ),
        ({"relocated": 9, "relocated_together": 4, "relocated_apart": 4}, "分项之和为 8，合计填的是 9", "relocated"),
        ({"affected": 10**10}, "过大", "affected"),
    ],
)
def test_bad_figures_are_refused_in_words(live: Any, figures: dict[str, Any], words: str, field: str) -> None:
    town = factories.a_town(TOWN)
    with assert_nothing_happened(LossReport), pytest.raises(Refusal) as refused:
        actions.write(town=town.pk, **figures)
    assert words in str(refused.value) and refused.value.field == field


def test_figures_fall_or_leap_only_with_a_reason(live: Any) -> None:
    town = factories.a_town(TOWN)
    told(town, affected=500, urgent_aid=50)
    with assert_nothing_happened(LossReport), pytest.raises(Refusal, match="受灾人口 500 → 400"):
        actions.write(town=town.pk, affected=400)
    with assert_nothing_happened(LossReport), pytest.raises(Refusal, match="超过上次报告的3倍：受灾人口 500 → 5,000"):
        actions.write(town=town.pk, affected=5000)
    second = told(town, affected=400, urgent_aid=0, why="两村重复统计")
    assert (second.kind, second.seq, second.why) == ("follow_up", 1, "两村重复统计")
    assert queries.rolled(second.process).figures == {"affected": 400, "urgent_aid": 0}


def test_a_late_report_goes_with_its_reason_and_stays_late(live: Any) -> None:
    process = a_flood(TOWN)
    town = town_of(process)
    report = actions.write(town=town.pk, affected=5)
    with clock.frozen(clock.now() + timedelta(hours=2)):
        with assert_nothing_happened(LossReport, ReportingTown), pytest.raises(Refusal, match="超过时限"):
            actions.submit(report=report.pk)
        actions.submit(report=report.pk, late_reason="道路与通信中断")
    report.refresh_from_db()
    assert (report.late, report.late_reason) == (True, "道路与通信中断")
    assert OutboxEvent.objects.get(name="losses.report_submitted").payload["late"] is True


def test_returned_figures_count_no_longer_until_they_are_corrected(live: Any) -> None:
    town = factories.a_town(TOWN)
    first = told(town, affected=10)
    second = told(town, affected=25)
    with pytest.raises(Refusal), assert_nothing_happened(LossReport):
        actions.send_back(report=second.pk, returned=" ")
    actions.send_back(report=second.pk, returned="与村报数不符")
    assert queries.rolled(first.process).figures == {"affected": 10}
    with assert_nothing_happened(LossReport), pytest.raises(Conflict, match="正在填写"):
        actions.write(town=town.pk, affected=30)
    actions.revise(report=second.pk, affected=20)
    actions.submit(report=second.pk)
    second.refresh_from_db()
    assert (second.state, second.kind, second.seq, second.returned) == ("submitted", "follow_up", 1, "")
    assert queries.rolled(first.process).figures == {"affected": 20}


def test_the_verified_report_agrees_with_the_ledgers(live: Any) -> None:
    process = a_flood(TOWN, NEXT)
    town = town_of(process)
    told(town, affected=10, dead=1, missing=1, collapsed_households=1)  # names follow
    actions.end(process=process.pk)
    town.refresh_from_db()
    assert (town.state, owed(town), town_of(process, NEXT).state) == ("verifying", ["losses.verify"], "verifying")
    report = actions.write(town=town.pk, affected=10, dead=2, missing=0, collapsed_households=1)
    with assert_nothing_happened(LossReport, ReportingTown), pytest.raises(Refusal, match="合计 2 人，台账⑧有效登记 0 人"):
        actions.submit(report=report.pk)
    found = [factories.a_person(VILLAGE, n, process=process, fate="dead") for n in range(3)]
    with assert_nothing_happened(LossReport), pytest.raises(Refusal, match="台账⑧有效登记 3 人"):
        actions.submit(report=report.pk)
    with assert_nothing_happened(LostPerson), pytest.raises(Refusal, match="注销原因"):
        actions.strike_person(person=found[0].pk, reason="")
    actions.strike_person(person=found[0].pk, reason="已找到")
    with assert_nothing_happened(LossReport), pytest.raises(Refusal, match="台账⑨有效登记 0 户"):
        actions.submit(report=report.pk)
    factories.a_home(TOWN, 2, process=process, damage="collapsed")
    actions.submit(report=report.pk)
    town.refresh_from_db()
    assert (town.state, owed(town)) == ("verified", [])
    actions.send_back(report=report.pk, returned="房屋数核对")
    town.refresh_from_db()
    assert town.state == "verifying"
    assert "甲1" not in str(list(JournalEntry.objects.values_list("diff", flat=True)))  # names are masked there


def test_who_may_not_read_the_ledgers_is_told_so(live: Any, as_: Any) -> None:
    process = factories.a_process(COUNTY)
    factories.a_person(TOWN, process=process)
    with as_("4418", *READS, actor="duty"):
        assert [one["shown"] for one in showing.ledgers(process)["ledgers"]] == [False, False]
        assert showing.ledgers(process)["ledgers"][0]["counts"] == [("死亡", 0), ("失踪", 0)]
    with as_(COUNTY, *READS, "losses.view_lostperson", actor="qingcheng"):
        assert showing.ledgers(process)["ledgers"][0]["counts"] == [("死亡", 0), ("失踪", 1)]


def test_towns_are_added_and_released(live: Any, as_: Any) -> None:
    with as_("4418", "*", actor="duty"):
        with assert_nothing_happened(Process), pytest.raises(Refusal, match="请指明受灾"):
            actions.open_process(title="全市洪涝", kind="flood")
        process = actions.open_process(title="全市洪涝", kind="flood", subkind="flood_river", towns=[{"division": TOWN}])
        assert process.area == "4418"
        with assert_nothing_happened(Process), pytest.raises(Refusal, match="亚灾种"):
            actions.open_process(title="x", kind="quake", subkind="flood_river", towns=[{"division": TOWN}])
    with as_(COUNTY, "*", actor="qingcheng"):
        actions.add_towns(process=process.pk, towns=[{"division": COUNTY}])
        assert ReportingTown.objects.filter(process=process).count() > 5
        with assert_nothing_happened(ReportingTown), pytest.raises(Conflict):
            actions.add_towns(process=process.pk, towns=[{"division": NEXT}])
        with assert_nothing_happened(ReportingTown), pytest.raises((NotAuthorised, NotFound, Refusal)):
            actions.add_towns(process=process.pk, towns=[{"division": "441881101"}])
        actions.release(town=town_of(process, NEXT).pk, reason="未受灾")
        assert owed(town_of(process, NEXT)) == []
        told(town_of(process), affected=1)
    with as_(VILLAGE[:6] + "106201", "*", actor="x"), assert_nothing_happened(VillageReturn), pytest.raises(Conflict):
        actions.tell(process=process.pk, affected=1)


def test_towns_and_counties_are_told(live: Any) -> None:
    process = a_flood(TOWN)
    report = told(town_of(process), affected=3)
    actions.send_back(report=report.pk, returned="请核对")
    outbox.drain()
    told_to = set(Receipt.objects.values_list("recipient_code", flat=True))
    assert {"441802107-gov", "441802-emb"} <= told_to


def test_the_form_says_what_nobody_told(live: Any) -> None:
    process = a_flood(TOWN, NEXT)
    told(town_of(process), affected=3, loss=Decimal("1.5"))
    content = letters._form(process)
    cells = {row[0]: row[2] for table in content.tables for row in table.rows}
    assert (cells["受灾人口"], cells["因灾死亡人口"], cells["直接经济损失合计"]) == ("3", "未报", "1.5")
    assert any("未报：石角镇" in line for line in content.body)
    sheet = load_workbook(BytesIO(write("xlsx", letters.headings(), letters.lines(process)).read())).active
    rows = [[cell.value for cell in row] for row in sheet.rows]
    assert rows[0][5].startswith("受灾人口") and [row[5] for row in rows[1:]] == [3, 3, "未报", 3]


def test_a_towns_page_and_its_form_tell_what_the_transfers_say(live: Any, cast: Any, monkeypatch: Any) -> None:
    town = factories.a_town("441802107", 1)
    said = transfers.Moved(persons=12, households=3, sheltered=8, elsewhere=4)
    monkeypatch.setattr(showing.transfers, "moved", lambda *_asked: said)
    page = cast["county_officer"].client.get(town.desk_url()).content.decode()
    assert "经转移避险行动 3 户 12 人脱险" in " ".join(page.split())
    with entered(cast["integrator"].scope):
        assert showing.brought_away(town) == {"moved": None}, "who may not look is told so, not nought"
