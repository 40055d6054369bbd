"""What is done to figures: entered, signed by a second person, superseded, taken back; a refusal leaves nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from anlan.apps.indicators import actions, board, queries
from anlan.apps.indicators.kinds import in_order
from anlan.apps.indicators.models import ReportedFigure, YearReport
from anlan.apps.indicators.tests import factories
from anlan.apps.places.api import Division
from anlan.kit import clock
from anlan.kit.models import JournalEntry, OutboxEvent
from anlan.kit.refusals import Conflict, NotAuthorised, NotFound, Refusal, SamePerson
from anlan.kit.testing.plugin import assert_nothing_happened

AREA, NEXT = "441802", "441881"


def given(**changed: Any) -> dict[str, Any]:
    facts = {"division": Division.objects.get(code=AREA), "subject": "staff_training", "year": 2021, "value": Decimal(97)}
    return {**facts, "source": "培训台账", **changed}


def journal_of(row: Any) -> list[str]:
    entries = JournalEntry.objects.filter(record=row._meta.label_lower, record_id=str(row.pk)).order_by("seq")
    return list(entries.values_list("action", flat=True))


def events() -> list[str]:
    return list(OutboxEvent.objects.order_by("id").values_list("name", flat=True))


def test_a_figure_counts_once_a_second_person_has_signed_it(live: Any, as_: Any) -> None:
    with as_(AREA, actor="statistician"):
        figure = actions.enter(**given())
        assert (figure.state, figure.entered_by) == ("entered", "statistician")
        assert queries.Reading().figures.get(("staff_training", AREA, 2021)) is None
        with assert_nothing_happened(ReportedFigure), pytest.raises(SamePerson):
            actions.sign(figure=figure.pk)
    with as_(AREA, actor="commander"):
        actions.sign(figure=figure.pk)
        held = queries.Reading().figures["staff_training", AREA, 2021]
        assert (held.value, held.by) == (97, "commander")
    assert journal_of(figure) == ["indicators.enter", "indicators.sign"]
    assert "indicators.figure_signed" in events()


def test_what_somebody_else_entered_waits_on_the_workbench_for_who_may_sign(live: Any, as_: Any) -> None:
    mine, other = factories.a_figure(AREA, 1, entered_by="commander"), factories.a_figure(AREA, 2)
    report = factories.a_report(AREA)
    with as_(AREA, actor="commander"):
        assert [line.url for line in board.figures_to_sign()] == [other.desk_url()], mine
        assert [line.url for line in board.reports_to_sign()] == [report.desk_url()]
    with as_(NEXT, actor="commander"):
        assert [*board.figures_to_sign(), *board.reports_to_sign()] == []


def test_a_later_figure_supersedes_and_overwrites_nothing(live: Any, as_: Any) -> None:
    first = factories.signed(AREA, "staff_training", 2021, 90)
    second = factories.a_figure(AREA, 1, subject="staff_training", year=2021, value=Decimal(95))
    with as_(AREA, actor="commander"):
        actions.sign(figure=second.pk)
        assert queries.Reading().figures["staff_training", AREA, 2021].value == 95
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.value, first.ended_by) == ("superseded", 90, "commander")
    assert second.supersedes_id == first.pk
    assert "indicators.supersede" in journal_of(first)


def test_what_is_taken_back_counts_no_more(live: Any, as_: Any) -> None:
    waiting, held = factories.a_figure(AREA), factories.signed(AREA, "staff_training", 2021, 90)
    for verb, row in ((actions.withdraw, waiting), (actions.revoke, held)):
        with as_(AREA, actor="commander"):
            with assert_nothing_happened(ReportedFigure), pytest.raises(Refusal):
                verb(figure=row.pk, reason=" ")
            verb(figure=row.pk, reason="口径有误")
    held.refresh_from_db()
    assert (held.state, held.value) == ("withdrawn", 90)
    assert ("staff_training", AREA, 2021) not in queries.Reading().figures
    assert "indicators.figure_revoked" in events()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"subject": "none_such"}, "subject"),
        ({"year": 1999}, "year"),
        ({"year": 2199}, "year"),
        ({"months": 13}, "months"),
        ({"value": Decimal(-1)}, "value"),
        ({"value": Decimal(101)}, "value"),  # more than all of them
        ({"source": "  "}, "source"),
    ],
)
def test_a_figure_that_cannot_be_is_refused(live: Any, changed: dict[str, Any], field: str) -> None:
    with assert_nothing_happened(ReportedFigure), pytest.raises(Refusal) as refused:
        actions.enter(**given(**changed))
    assert refused.value.field == field


def test_a_town_has_no_figure(live: Any) -> None:
    town = Division.objects.filter(level="town", code__startswith=AREA).first()
    with assert_nothing_happened(ReportedFigure), pytest.raises(Refusal):
        actions.enter(**given(division=town))


def test_nobody_enters_or_signs_for_the_neighbour(live: Any, as_: Any) -> None:
    figure = factories.a_figure(NEXT)
    with as_(AREA, actor="someone"):
        with assert_nothing_happened(ReportedFigure), pytest.raises((NotAuthorised, NotFound)):
            actions.enter(**given(division=Division.objects.get(code=NEXT)))
        with assert_nothing_happened(ReportedFigure), pytest.raises(NotFound):
            actions.sign(figure=figure.pk)


def table(*lines: str) -> SimpleUploadedFile:
    heads = "division,subject,year,months,value,source,note"
    return SimpleUploadedFile("figures.csv", "\n".join([heads, *lines]).encode("utf-8-sig"), content_type="text/csv")


def test_a_table_is_brought_in_whole(live: Any) -> None:
    rows = actions.bring_in(
        file=table(
            "441802,gdp,2021,,880.5,统计局,",
            "441881,work_deaths,2021,9,12,应急局,1—9月",
            "441881,应急管理干部专业培训率,2021,12,100,人事,",
        )
    )
    assert [(r.area, r.subject, r.months, float(r.value)) for r in rows] == [
        ("441802", "gdp", 12, 880.5),
        ("441881", "work_deaths", 9, 12),
        ("441881", "staff_training", 12, 100),
    ]


@pytest.mark.parametrize(
    "line",
    ["999999,gdp,2021,,1,统计局,", "441802,gdp,abc,,1,统计局,", "441802,gdp,2021,,x,统计局,", "441802,nope,2021,,1,统计局,"],
)
def test_a_table_with_a_fault_brings_nothing_and_names_the_line(live: Any, line: str) -> None:
    with assert_nothing_happened(ReportedFigure), pytest.raises(Refusal) as refused:
        actions.bring_in(file=table("441802,gdp,2021,,880.5,统计局,", line))
    assert "3" in str(refused.value)


def test_several_at_once_name_the_line_at_fault(live: Any) -> None:
    lines = [actions.FigureLine(**given()), actions.FigureLine(**given(year=1990))]
    with assert_nothing_happened(ReportedFigure), pytest.raises(Refusal) as refused:
        actions.enter_several(lines=lines)
    assert refused.value.field == "lines.1.year"
    assert len(actions.enter_several(lines=lines[:1])) == 1


def test_the_report_of_a_year_is_kept_and_signed_by_another(live: Any, as_: Any) -> None:
    year = timezone.localtime(clock.now()).year
    factories.signed(AREA, "staff_training", year, 98)
    with as_(AREA, actor="statistician"):
        report = actions.draw_up(division=Division.objects.get(code=AREA), year=year)
        kept = {row["code"]: row for row in report.rows}
        assert len(kept) == len(in_order()) == 24
        assert (kept["staff_training"]["value"], kept["staff_training"]["kind"]) == (98, "reported")
        with assert_nothing_happened(YearReport), pytest.raises(SamePerson):
            actions.sign_report(report=report.pk)
    factories.signed(AREA, "enforcement_system", year, 50)
    report.refresh_from_db()
    assert {row["code"]: row for row in report.rows}["enforcement_system"]["value"] is None, "it stays as it was drawn up"
    with as_(AREA, actor="commander"):
        assert actions.sign_report(report=report.pk).state == "signed"
    assert journal_of(report) == ["indicators.draw_up", "indicators.sign_report"]
    assert "indicators.report_signed" in events()


def test_an_older_report_is_signed_no_more(live: Any, as_: Any) -> None:
    old = factories.a_report(AREA, drawn_at=clock.now() - timezone.timedelta(days=1))
    factories.a_report(AREA)
    with as_(AREA, actor="commander"), assert_nothing_happened(YearReport), pytest.raises(Conflict):
        actions.sign_report(report=old.pk)


def test_the_report_of_a_year_wants_one_that_has_begun_and_a_city_or_county(live: Any) -> None:
    town = Division.objects.filter(level="town", code__startswith=AREA).first()
    for division, year in ((Division.objects.get(code=AREA), 2199), (town, 2021)):
        with assert_nothing_happened(YearReport), pytest.raises(Refusal):
            actions.draw_up(division=division, year=year)
