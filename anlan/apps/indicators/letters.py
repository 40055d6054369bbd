"""The paper of a year's indicators, from the report that was kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.apps.indicators.choices import Kind, Sense, Standing
from anlan.apps.indicators.kinds import INDICATORS
from anlan.apps.indicators.models import YearReport
from anlan.kit.names import name_of
from anlan.kit.papers import Content, Paper, Table

DASH = "—"


def amount(code: str, value: float | None) -> str:
    """Return a value as its indicator is shown."""
    digits = INDICATORS.get(code).digits if code in INDICATORS else 2
    return DASH if value is None else f"{value:,.{digits}f}"


def told(row: YearReport) -> list[dict[str, Any]]:
    """Return the kept rows in the reader's language."""
    return [_told(one) for one in row.rows]


def _told(one: dict[str, Any]) -> dict[str, Any]:
    known = INDICATORS.get(one["code"]) if one["code"] in INDICATORS else None
    value = amount(one["code"], one["value"])
    how = str(Kind(one["kind"]).label) if one.get("kind") else ""
    if one.get("estimate"):
        how = _("%(kind)s, estimate") % {"kind": how}
    if one["value"] is not None and not one["whole"]:
        how = _("%(kind)s, to month %(months)d") % {"kind": how, "months": one["months"]}
    said = {True: _("kept"), False: _("not kept"), None: DASH}[one["met"]]
    said = str(Standing.HIDDEN.label) if one["value"] is None and one["hidden"] else said
    ahead = DASH
    if one.get("forecast") is not None:
        parts = {name: amount(one["code"], one[name]) for name in ("forecast", "low", "high")}
        ahead = _("%(forecast)s (%(low)s to %(high)s)") % parts
    aim = f"{Sense(one['sense']).label} {amount(one['code'], one['goal'])}" if one["goal"] is not None else DASH
    return one | {
        "name": str(known.name) if known else one["code"],
        "unit": str(known.unit) if known else "",
        "shown": value,
        "how": how or DASH,
        "aim": aim,
        "said": said,
        "ahead": ahead,
        "source": one.get("source", ""),
    }


def _minute(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else DASH


def _content(row: YearReport) -> Content:
    rows = told(row)
    heads = (
        _("No."),
        _("Indicator"),
        _("Unit"),
        _("Value"),
        _("Where from"),
        _("Target"),
        _("By the target"),
        _("Forecast (estimate)"),
    )
    cells = tuple((str(r["number"]), r["name"], r["unit"], r["shown"], r["how"], r["aim"], r["said"], r["ahead"]) for r in rows)
    kept = sum(r["met"] is True for r in rows)
    missing = sum(r["value"] is None for r in rows)
    words = {"kept": kept, "known": len(rows) - missing, "missing": missing}
    return Content(
        title=_("Indicators of the plan: %(area)s, %(year)s") % {"area": name_of("area", row.area), "year": row.year},
        at=row.drawn_at,
        facts=(
            (_("Drawn up at"), _minute(row.drawn_at)),
            (_("Drawn up by"), name_of("actor", row.drawn_by)),
            (_("Signed at"), _minute(row.signed_at)),
            (_("Signed by"), name_of("actor", row.signed_by) if row.signed_by else _("not signed yet")),
        ),
        tables=(Table(heads, cells, _("Indicators of the year")),),
        body=(
            _("Of %(known)d indicators with a value %(kept)d keep their target; %(missing)d have no value of this year.") % words,
            _(
                "Forecasts go on at the yearly rate of change of the years told (of shares: by as much a year) and give the range in which four of five values fall; they are estimates."
            ),
        ),
        lines=(_("Drawn up: "), _("Checked by: ")),
    )


write_report = Paper(
    "indicators.write_paper",
    record="indicators.YearReport",
    needs="indicators.draw_report",
    label=gettext_lazy("Write the paper"),
    template="indicators",
    fill=_content,
    icon="printer",
    word=True,
).verb()
