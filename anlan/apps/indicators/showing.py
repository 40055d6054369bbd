"""What the pages of indicators show of a line: texts, charts, tables."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from anlan.apps.indicators.choices import How, Sense, Span, Standing
from anlan.apps.indicators.kinds import BASES, PEOPLE, Indicator
from anlan.apps.indicators.letters import DASH, amount
from anlan.apps.indicators.queries import Line, Reading, Value
from anlan.apps.indicators.rules import differs
from anlan.kit.actions import Action
from anlan.kit.desk import Desk
from anlan.kit.figures import Chart, Figure, Point, Series, shown
from anlan.kit.languages import in_chinese, listed
from anlan.kit.scope import current
from anlan.lib.charts import Mark
from anlan.lib.halves import half
from anlan.lib.spreadsheets import harmless

#: Badges of standings: never by colour alone, the word stands in them.
TONES = {
    Standing.MISSED: "red",
    Standing.DANGER: "orange",
    Standing.DOUBTFUL: "yellow",
    Standing.COURSE: "teal",
    Standing.MET: "green",
}
#: The small picture of a trend, in its own units.
WIDE, HIGH = 120, 28


def address(one: Indicator, area: str, year: int | None = None) -> str:
    """Return the address of an indicator's page."""
    return f"{reverse('indicators:indicator', args=[one.code])}?area={area}" + (f"&year={year}" if year else "")


def begin(desk: type[Desk], verb: Action[Any, Any], area: str, subject: str = "") -> str:
    """Return the address of a verb that begins a record, filled in; "" for whoever may not."""
    if not any(area.startswith(held) or held.startswith(area) for held in current().areas_for(verb.spec.needs)):
        return ""
    given = f"?division={area}" + (f"&subject={subject}" if subject else "")
    return reverse(desk.name("begin"), args=[verb.spec.last]) + given


def row(line: Line, area: str) -> dict[str, Any]:
    """Return a line as the board shows it."""
    one, value, ahead = line.indicator, line.value, line.ahead
    aim = f"{Sense(line.goal.sense).label} {amount(one.code, line.goal.value)}" if line.goal else ""
    return {
        "line": line,
        "one": one,
        "url": address(one, area),
        "value": value,
        "shown": amount(one.code, value.amount) if value else "",
        "period": period(one, value) if value else "",
        "estimate": bool(one.estimate and value and value.rows),
        "beside": beside(one, value),
        "aim": aim,
        "base": amount(one.code, line.goal.base) if line.goal and line.goal.base is not None else "",
        "attained": line.attained,
        "short": amount(one.code, line.short) if line.short else "",
        "ahead": {name: amount(one.code, getattr(ahead, name)) for name in ("value", "low", "high")} if ahead else None,
        "years": ahead.years if ahead else 0,
        "tone": TONES.get(line.standing, "secondary"),
        "spark": spark(line.series),
        "told": half(line.target.told, chinese=in_chinese()) if line.target else "",
        "source": half(line.target.source, chinese=in_chinese()) if line.target else "",
    }


def period(one: Indicator, value: Value) -> str:
    """Return of which time a value tells."""
    if one.span == Span.NOW and value.rows:
        return _("as things stand now")
    return str(value.year) if value.whole else _("%(year)s to month %(months)s") % {"year": value.year, "months": value.months}


def beside(one: Indicator, value: Value | None) -> str:
    """Return what else is said of the same year where it differs as it is shown, "" else."""
    other = value.beside if value else None
    if value is None or other is None or not differs(value.amount, other.amount, one.digits):
        return ""
    return _("%(kind)s besides: %(value)s") % {"kind": other.kind.label, "value": amount(one.code, other.amount)}


def spark(series: list[Value]) -> str:
    """Return the points of a small line through the years, "" for fewer than two."""
    told = [value.amount for value in series]
    if len(told) < 2:
        return ""
    low, reach = min(told), (max(told) - min(told)) or 1.0
    step = WIDE / (len(told) - 1)
    return " ".join(f"{n * step:.0f},{HIGH - 2 - (HIGH - 4) * (v - low) / reach:.0f}" for n, v in enumerate(told))


def numbers(one: Indicator, value: Value | None) -> list[Figure]:
    """Return the numbers in the formula: the value, what was counted, by what it was divided."""
    if value is None:
        return []
    digits = one.digits
    note = f"{value.kind.label} · {period(one, value)}" + (f" · {_('est.')}" if one.estimate and value.rows else "")
    found = [Figure(one.name, value.amount, one.unit, digits, note=note, at=value.at)]
    made = value if value.rows else value.beside if value.beside and value.beside.rows else None
    if made is None:
        return found
    if made is not value:
        found.append(
            Figure(_("Computed from records"), made.amount, one.unit, digits, note=_("the signed figure comes before it"))
        )
    if one.how == How.LONGEST:
        return [*found, Figure(_("Records counted"), len(made.rows))]
    whole = made.base if one.how == How.RATE else made.wholes if one.how == How.RATIO else None
    found.append(Figure(one.part, made.parts, digits=0 if made.parts == int(made.parts) else 2))
    return found if whole is None else [*found, Figure(one.whole or _("Of"), whole, digits=0 if whole == int(whole) else 2)]


def counted(one: Indicator, value: Value, most: int) -> dict[str, Any]:
    """Return the rows behind a value, the greatest parts first, and their sums."""
    rows = sorted(value.rows, key=lambda r: (-r.part, r.name))
    wholes = one.how == How.RATIO
    return {
        "year": value.year,
        "rows": [
            (r, f"{r.part:,.6g}", f"{r.whole:,.6g}" if wholes else "", half(r.note, chinese=in_chinese())) for r in rows[:most]
        ],
        "more": max(0, len(rows) - most),
        "parts": f"{value.parts:,.8g}",
        "wholes": f"{value.wholes:,.8g}" if wholes else "",
        "longest": one.how == How.LONGEST,
        "columns": wholes,
    }


def trend(line: Line, area: str) -> dict[str, Any]:
    """Return the chart of the years with the target as a line and the forecast as a point of its own."""
    one, ahead = line.indicator, line.ahead
    values = {value.year: value for value in line.series}
    last = line.target.year if line.target else max(values, default=0)
    years = range(min(values), max([*values, last]) + 1) if values else range(0)
    points = tuple(Point(values[y].amount, address(one, area, y)) if y in values else Point(None) for y in years)
    told = [Series(_("Value"), points, kind="line")]
    if ahead:
        ends = ((_("Forecast (estimate)"), ahead.value), (_("Lower end"), ahead.low), (_("Upper end"), ahead.high))
        told += [Series(name, tuple(Point(v if y == ahead.year else None) for y in years), kind="line") for name, v in ends]
    marks = (Mark(_("Target"), line.goal.value),) if line.goal else ()
    chart = Chart(
        _("By year"),
        _("Year"),
        tuple(str(y) for y in years),
        tuple(told) if values else (),
        one.unit,
        one.digits,
        _("Nought in every year that is known.") if values else _("No value of any year is known."),
        marks,
    )
    return shown(chart)


def counties(reading: Reading, one: Indicator) -> list[dict[str, Any]]:
    """Return the counties: the newest value of each, or that it is not shown."""
    return [
        {
            "name": name,
            "code": code,
            "hidden": line is None or (line.hidden and not line.series),
            "row": row(line, code) if line else None,
        }
        for code, name, line in reading.by_county(one)
    ]


def base(reading: Reading, one: Indicator, area: str, value: Value | None) -> str:
    """Return what lacks for a rate to be told: the figure of which quantity and year; "" where nothing does."""
    year = value.year if value and not value.whole else reading.year
    lacking = [BASES[code].name for code in (one.of, one.base) if code in BASES and reading.base(code, area, year - 1) is None]
    if not lacking or one.base == PEOPLE:
        return ""
    return _("No figure is known for %(year)s of: %(names)s.") % {"names": listed(lacking), "year": year - 1}


def cells(line: Line, area: str) -> list[Any]:
    """Return a line as the cells of a table to take away: raw values."""
    one, value, ahead = line.indicator, line.value, line.ahead
    yes = {True: _("Yes"), False: _("No")}
    told: list[Any] = [one.number, str(one.name), yes[one.binding], str(one.unit)]
    if value:
        kind = str(value.kind.label) + (f" ({_('est.')})" if one.estimate and value.rows else "")
        at = f"{timezone.localtime(value.at):%Y-%m-%d %H:%M}"
        told += [value.year, value.amount, kind, yes[value.whole], at, half(value.source, chinese=in_chinese())]
    else:
        told += ["", str(Standing.HIDDEN.label) if line.hidden else "", "", "", "", ""]
    aim = f"{Sense(line.goal.sense).label} {line.goal.value:.10g}" if line.goal else DASH
    forecast = [ahead.value, ahead.low, ahead.high] if ahead else ["", "", ""]
    return [harmless(cell) for cell in (*told, aim, str(line.standing.label), *forecast, area)]
