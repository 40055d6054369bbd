"""Actions of indicators: enter a figure or a table of them, sign, take back; draw up and sign the report of a year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anlan.apps.indicators import queries, rules, snapshot
from anlan.apps.indicators.events import FigureRevoked, FigureSigned, ReportSigned
from anlan.apps.indicators.kinds import BASES, INDICATORS, in_order
from anlan.apps.indicators.models import ReportedFigure, YearReport
from anlan.apps.places.api import Division
from anlan.kit import sheets
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input, Lines, Reason, Ref, Upload
from anlan.kit.languages import in_every_language
from anlan.kit.refusals import Conflict, NotAuthorised, Refusal

#: A table of figures has at most so many lines.
MOST = 2000
LARGEST = Decimal("999999999999")


def subjects(_row: Any = None) -> Iterator[tuple[str, str]]:
    """Yield of what a figure may be: the indicators in the plan's order, then the base quantities."""
    for one in in_order():
        yield one.code, f"{one.number} {one.name} ({one.unit})"
    for base in BASES.values():
        yield base.code, f"{base.name} ({base.unit})"


def _of_a_level(rows: Any) -> Any:
    return rows.filter(level__in=["city", "county"]).order_by("code")


Where = Annotated[Ref[Division], Input(_("City or county"), among=_of_a_level, needs="indicators.enter_figure")]
Reported = Annotated[Ref[Division], Input(_("City or county"), among=_of_a_level, needs="indicators.draw_report")]
Subject = Annotated[str, Input(_("Figure of"), choices=subjects, example="work_deaths")]
Year = Annotated[int, Input(_("Year"), example=2021)]
Months = Annotated[int, Input(_("Up to month"), help=_("12 for the whole year."), example=12)]
Amount = Annotated[Decimal, Input(_("Value"), help=_("In the unit of the indicator."), example=136)]
Origin = Annotated[str, Input(_("Source"), help=_("Which document, of whom, of which day."), example="清远市统计公报 2021")]
Remark = Annotated[str, Input(_("Note"), rows=2)]
of_figure = partial(action, record="indicators.ReportedFigure")
of_report = partial(action, record="indicators.YearReport")


@dataclass(frozen=True)
class FigureLine:
    """A figure in a table: of what, where, for which period, from which source."""

    division: Where
    subject: Subject
    year: Year
    value: Amount
    source: Origin
    months: Months = rules.WHOLE_YEAR
    note: Remark = ""


@action("indicators.enter", needs="indicators.enter_figure", label=_("Enter a figure"), icon="plus")
def enter(
    deed: Deed,
    *,
    division: Where,
    subject: Subject,
    year: Year,
    value: Amount,
    source: Origin,
    months: Months = rules.WHOLE_YEAR,
    note: Remark = "",
) -> ReportedFigure:
    """Enter a figure for a year and place; it counts once a second person has signed it."""
    return _entered(deed, FigureLine(division, subject, year, value, source, months, note))


@action("indicators.enter_several", needs="indicators.enter_figure", label=_("Enter several figures"), icon="table-plus")
def enter_several(deed: Deed, *, lines: Lines[FigureLine]) -> list[ReportedFigure]:
    """Enter a table of figures, all or none; each counts once a second person has signed it."""
    if not lines:
        raise Refusal(_("Give at least one figure."), field="lines")
    return [_entered(deed, line, f"lines.{at}.") for at, line in enumerate(lines)]


@action("indicators.bring_in", needs="indicators.enter_figure", label=_("Bring in a table of figures"), icon="upload")
def bring_in(
    deed: Deed, *, file: Annotated[Upload, Input(_("Spreadsheet (CSV or Excel)"), accept=".csv,.xlsx")]
) -> list[ReportedFigure]:
    """Bring in a spreadsheet of figures, all or none: columns division, subject, year, months, value, source, note."""
    sheet = sheets.read(file, MOST)
    at, faults = sheets.columns(sheet, _columns())
    if faults:
        raise Refusal("；".join(f"{fault.column}: {fault.reason}" for fault in faults), field="file")
    return [
        _entered(deed, _line(line, {key: cells[place].strip() for key, place in at.items()}), line=line)
        for line, cells in sheet.rows
    ]


def _columns() -> list[sheets.Wanted]:
    names = {"division": _("Division"), "subject": _("Figure of"), "year": _("Year"), "months": _("Up to month")}
    named = names | {"value": _("Value"), "source": _("Source"), "note": _("Note")}
    return [sheets.Wanted(key, label, required=key not in ("months", "note")) for key, label in named.items()]


def _line(number: int, cells: dict[str, str]) -> FigureLine:
    """Return a line of a spreadsheet; a Refusal names the line."""
    division = Division.objects.filter(code=cells["division"], level__in=["city", "county"]).first()
    if division is None:
        raise Refusal(
            _("Line %(line)d: there is no city or county %(code)s.") % {"line": number, "code": cells["division"]}, field="file"
        )
    named = {told: one.code for one in [*INDICATORS, *BASES.values()] for told in in_every_language(one.name)}
    subject = named.get(cells["subject"], cells["subject"])
    try:
        year, months = int(cells["year"]), int(cells.get("months") or rules.WHOLE_YEAR)
        value = Decimal(cells["value"].replace(",", ""))
    except (ValueError, InvalidOperation):
        raise Refusal(_("Line %(line)d: year, month and value are numbers.") % {"line": number}, field="file") from None
    return FigureLine(division, subject, year, value, cells["source"], months, cells.get("note", ""))


def _entered(deed: Deed, given: FigureLine, prefix: str = "", line: int = 0) -> ReportedFigure:
    field, words = _fault(deed, given)
    if words:
        told = _("Line %(line)d: %(fault)s") % {"line": line, "fault": words} if line else words
        raise Refusal(told, field="file" if line else f"{prefix}{field}")
    return deed.create(
        ReportedFigure,
        area=given.division.code,
        subject=given.subject,
        year=given.year,
        months=given.months,
        value=given.value,
        source=given.source.strip(),
        note=given.note.strip(),
        entered_at=deed.now,
        entered_by=deed.actor,
    )


def _fault(deed: Deed, given: FigureLine) -> tuple[str, Any]:
    """Return which field of a figure is wrong, and why."""
    today = timezone.localtime(deed.now)
    field, what = rules.fault_of(given.year, given.months, float(given.value), today.year, today.month)
    if given.subject not in dict(subjects()):
        return "subject", _("There is no such indicator.")
    if given.division.level not in ("city", "county"):
        return "division", _("A figure is told of the city or of a county.")
    if what:
        words = {
            "year": _("Give a year from 2000 on that has begun."),
            "months": _("Give the month up to which it tells, none to come."),
            "value": _("A figure is nought or more."),
        }
        return field, words[what]
    one = INDICATORS.get(given.subject) if given.subject in INDICATORS else None
    if given.value > LARGEST or (one and one.most is not None and float(given.value) > one.most):
        return "value", _("This is more than there can be.")
    return ("", "") if given.source.strip() else ("source", _("Say from which document it is."))


@of_figure("indicators.supersede", needs="indicators.sign_figure", label=_("Supersede"), moves=ReportedFigure.life.supersede)
def supersede(deed: Deed, *, figure: int) -> ReportedFigure:
    """Put a figure out of force, since another one of the same period takes its place."""
    return deed.lock(ReportedFigure, figure)


@of_figure(
    "indicators.sign",
    needs="indicators.sign_figure",
    label=_("Sign"),
    icon="signature",
    separate_from="entered_by",
    moves=ReportedFigure.life.sign,
)
def sign(deed: Deed, *, figure: int) -> ReportedFigure:
    """Put a figure in force, as somebody other than who entered it; what was in force for the same period is superseded."""
    held = deed.lock(ReportedFigure, figure)
    before = queries.in_force_beside(held)
    if before is not None:  # an action of its own, which saves first: of a period one figure is in force at a time
        held.supersedes = supersede(figure=before.pk)
    deed.emit(FigureSigned(figure=held.pk, subject=held.subject, year=held.year))
    return held


@of_figure(
    "indicators.withdraw",
    needs="indicators.enter_figure",
    label=_("Take back"),
    icon="arrow-back-up",
    moves=ReportedFigure.life.withdraw,
)
def withdraw(deed: Deed, *, figure: int, reason: Reason) -> ReportedFigure:
    """Take a figure back that nobody has signed yet, with the reason."""
    _say_why(reason)
    return deed.lock(ReportedFigure, figure)


@of_figure(
    "indicators.revoke",
    needs="indicators.sign_figure",
    label=_("Revoke"),
    icon="ban",
    danger=True,
    separate_from="entered_by",
    moves=ReportedFigure.life.revoke,
)
def revoke(deed: Deed, *, figure: int, reason: Reason) -> ReportedFigure:
    """Take a signed figure out of force, with the reason; it stays readable as it was."""
    _say_why(reason)
    held = deed.lock(ReportedFigure, figure)
    deed.emit(FigureRevoked(figure=held.pk, subject=held.subject, year=held.year))
    return held


def _say_why(reason: str) -> None:
    if not reason.strip():
        raise Refusal(_("Say why."), field="reason")


@action("indicators.draw_up", needs="indicators.draw_report", label=_("Draw up the report of a year"), icon="report")
def draw_up(
    deed: Deed,
    *,
    division: Reported,
    year: Year,
) -> YearReport:
    """Keep the indicators of an area and a year as they stand now, with who said what, for the paper and its signature."""
    if division.level not in ("city", "county"):
        raise Refusal(_("A figure is told of the city or of a county."), field="division")
    if not 2000 <= year <= timezone.localtime(deed.now).year:
        raise Refusal(_("Give a year from 2000 on that has begun."), field="year")
    if division.code not in queries.own_areas():
        raise NotAuthorised(_("Your role does not include reading this."))
    rows = snapshot.of_year(division.code, year)
    return deed.create(YearReport, area=division.code, year=year, rows=rows, drawn_at=deed.now, drawn_by=deed.actor)


@of_report(
    "indicators.sign_report",
    needs="indicators.sign_figure",
    label=_("Sign the report"),
    icon="signature",
    separate_from="drawn_by",
    moves=YearReport.life.sign,
)
def sign_report(deed: Deed, *, report: int) -> YearReport:
    """Sign the report of a year, as somebody other than who drew it up."""
    held = deed.lock(YearReport, report)
    if YearReport.objects.filter(area=held.area, year=held.year, drawn_at__gt=held.drawn_at).exists():
        raise Conflict(_("A later report of this year was drawn up. Sign that one."))
    deed.emit(ReportSigned(report=held.pk, year=held.year))
    return held
