"""The paper of form ①: a process as the county or the city hands it up, and the same as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.apps.incidents.api import bureau
from anlan.apps.losses import queries
from anlan.apps.losses.items import BLOCKS, ITEMS, SOURCE
from anlan.apps.losses.models import Process, figure_text
from anlan.kit.languages import listed
from anlan.kit.names import name_of
from anlan.kit.papers import Content, Paper, Table

DASH = "—"


def _minute(at: Any) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else DASH


def _form(row: Process) -> Content:
    whole = queries.rolled(row)
    figures = whole.figures
    not_told = _("not reported")
    tables = tuple(
        Table(
            (_("Item of the form"), _("Unit"), _("Figure told")),
            tuple(
                (
                    str(item.label),
                    str(item.unit),
                    figure_text(item.code, figures[item.code]) if item.code in figures else not_told,
                )
                for item in block.items
            ),
            str(block.label),
        )
        for block in BLOCKS
    )
    newest = max((line.report.first_submitted_at for line in whole.towns if line.report), default=row.started_at)
    room = bureau(row.area)
    missing, unchecked = whole.missing, whole.unchecked
    body = [_("%(told)d of %(of)d towns have reported.") % {"told": len(whole.towns) - len(missing), "of": len(whole.towns)}]
    if missing:
        body.append(_("Not reported: %(towns)s. Their losses are in no sum.") % {"towns": listed(one.name for one in missing)})
    if unchecked:
        body.append(_("Not checked by the county: %(towns)s.") % {"towns": listed(one.name for one in unchecked)})
    body.append(_("Source of the items: %(source)s") % {"source": SOURCE})
    return Content(
        title=_("Quick report of natural-disaster losses (form ①): %(title)s") % {"title": row.title},
        at=newest,
        issuer=name_of("unit", room.code) if room else "",
        facts=(
            (_("Kind of disaster"), str(row.kind)),
            (_("Sub-kind"), str(row.subkind or DASH)),
            (_("Disaster began"), _minute(row.started_at)),
            (_("Disaster ended"), _minute(row.ended_at)),
            (_("Figures as of"), _minute(newest)),
            (_("State"), str(row.get_state_display())),
        ),
        tables=tables,
        body=tuple(body),
        lines=(_("Leader of the unit: "), _("Checked by: "), _("Filled in by: ")),
    )


write_form = Paper(
    "losses.write_form",
    record="losses.Process",
    needs="losses.write_form",
    label=gettext_lazy("Write form ①"),
    template="form",
    fill=_form,
    icon="printer",
    word=True,
).verb()


def headings() -> list[str]:
    """Return the heads of the spreadsheet of a process."""
    items = [_("%(item)s (%(unit)s)") % {"item": item.label, "unit": item.unit} for item in ITEMS.values()]
    return [_("Division"), _("Code"), _("Loss report"), _("State"), _("Submitted at"), *items]


def lines(process: Process) -> Iterator[list[Any]]:
    """Yield the rows of the spreadsheet: all of it, each county, each town; a figure that nobody told says so."""
    whole = queries.rolled(process)
    yield _cells(whole, _("Total"))
    for county in whole.below:
        yield _cells(county)
        for town in county.below:
            yield _cells(town)


def _cells(line: queries.Line, name: str = "") -> list[Any]:
    report, figures = line.report, line.figures
    state = str(report.get_state_display()) if report else ""
    head = [name or line.name, line.area, report.named if report else "", state, _minute(report.submitted_at) if report else ""]
    return [*head, *(figures.get(code, _("not reported")) for code in ITEMS)]
