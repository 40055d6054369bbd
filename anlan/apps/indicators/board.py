"""What indicators put on the workbench: figures and reports that wait for a second person's signature."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from anlan.apps.indicators import queries
from anlan.apps.indicators.choices import FigureState, ReportState
from anlan.kit.board import Rank, Waiting, step, waiting
from anlan.kit.names import name_of

SIGNS = "indicators.sign_figure"


@waiting(needs=SIGNS, about="indicators.reportedfigure", where=Q(state=FigureState.ENTERED))
def figures_to_sign() -> Iterator[Waiting]:
    """Yield the figures that somebody else has entered; lesser than any danger, so that they stand among the viewer's own work."""
    for row in queries.figures_to_sign(SIGNS):
        doing = step(SIGNS, row.area, "sign", _("Sign"))
        text = f"{name_of('area', row.area)} · {row.shown} · {row.source}"
        yield Waiting(Rank.WORK, "figure", "signature", "", str(row), text, row.desk_url(), row.entered_at, at_once=True, **doing)


@waiting(needs=SIGNS, about="indicators.yearreport", where=Q(state=ReportState.DRAWN))
def reports_to_sign() -> Iterator[Waiting]:
    """Yield the reports of a year that somebody else has drawn up."""
    for row in queries.reports_to_sign(SIGNS):
        doing = step(SIGNS, row.area, "sign_report", _("Sign the report"))
        text = str(row.get_state_display())
        yield Waiting(Rank.WORK, "report", "report", "", str(row), text, row.desk_url(), row.drawn_at, at_once=True, **doing)
