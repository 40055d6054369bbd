"""What losses put on the workbench: reports owed by towns, reports to check, reports returned."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.apps.losses import queries
from anlan.apps.losses.choices import ReportState, TownState
from anlan.kit import clock
from anlan.kit.board import Rank, Waiting, step, waiting
from anlan.kit.scope import current

OWED = Q(state__in=(TownState.AWAITING, TownState.REPORTING, TownState.VERIFYING))


@waiting(needs="losses.write_lossreport", about="losses.reportingtown", where=OWED)
def reports_owed() -> Iterator[Waiting]:
    """Yield the reports that the viewer's town owes; of towns below a county or the city only what is overdue."""
    now, own = clock.now(), current().areas_for("losses.write_lossreport")
    for town, term in queries.owing():
        late = term.due_at is not None and term.due_at <= now
        if not late and town.area not in own:
            continue
        doing = step("losses.write_lossreport", town.area, "write", _("Fill in figures"))
        rank = Rank.DANGER if late else Rank.WORK
        yield Waiting(rank, "report", "file-pencil", "", str(town), str(term.rule), town.desk_url(), term.due_at, **doing)


@waiting(needs="losses.check_lossreport", about="losses.lossreport", where=Q(state=ReportState.SUBMITTED))
def reports_to_check() -> Iterator[Waiting]:
    """Yield the reports that wait for the county's check."""
    for one in queries.to_check():
        doing = step("losses.check_lossreport", one.area, "approve", _("Approve the figures"))
        yield Waiting(
            Rank.SIGN,
            "report",
            "file-analytics",
            "",
            str(one),
            str(one.process),
            one.desk_url(),
            one.submitted_at,
            at_once=True,
            **doing,
        )


@waiting(needs="losses.write_lossreport", about="losses.lossreport", where=Q(state=ReportState.RETURNED))
def reports_returned() -> Iterator[Waiting]:
    """Yield the reports that the county returned."""
    for one in queries.returned():
        doing = step("losses.write_lossreport", one.area, "revise", _("Correct the figures"))
        yield Waiting(
            Rank.WORK,
            "report",
            "file-pencil",
            "",
            str(one),
            one.returned,
            one.desk_url(),
            one.submitted_at,
            at_once=True,
            **doing,
        )
