"""What is done with loss reports: written from the last figures and what villages told, submitted, checked by the county, returned."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.losses import queries, rules
from anlan.apps.losses.actions.figures import BASIS, asks_for, check_course, check_ledgers, taken, written
from anlan.apps.losses.choices import ReportKind, TownState
from anlan.apps.losses.events import ReportApproved, ReportReturned, ReportSubmitted
from anlan.apps.losses.items import ITEMS
from anlan.apps.losses.models import LossReport, ReportingTown
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input, Ref
from anlan.kit.names import name_of
from anlan.kit.refusals import Conflict, Refusal

WRITE, CHECK = "losses.write_lossreport", "losses.check_lossreport"
of_report = partial(action, needs=WRITE, record="losses.LossReport")
Why = Annotated[str, Input(_("Why a figure falls or leaps"), help=_("Only where one does: counted twice, found alive …"), rows=2)]
Leader = Annotated[str, Input(_("Leader of the unit"))]
Reporter = Annotated[str, Input(_("Person who reports"), help=_("You, if nobody is named."))]
STEPS = {
    TownState.AWAITING: ReportingTown.life.begin,
    TownState.REPORTING: ReportingTown.life.go_on,
    TownState.VERIFYING: ReportingTown.life.verify,
}


@action(
    "losses.write",
    needs=WRITE,
    label=_("Fill in figures"),
    record="losses.ReportingTown",
    moves=ReportingTown.life.write,
    icon="file-pencil",
    page="losses:fill",
)
@asks_for(ITEMS.values(), before="why")
def write(
    deed: Deed, /, *, town: Ref[ReportingTown], why: Why = "", leader: Leader = "", reporter: Reporter = "", **figures: Any
) -> LossReport:
    """Write a town's next report: initial, follow-up or verified, as the process stands. It is submitted on its own page."""
    if (there := queries.open_draft(town)) is not None:
        raise Conflict(_("“%(report)s” is being written: go on with it.") % {"report": there})
    kind = rules.kind_of(town.state)
    told = taken(figures, final=kind == ReportKind.VERIFIED)
    check_course(_before(town), told, why)
    return deed.create(
        LossReport,
        area=town.area,
        town=town,
        process_id=town.process_id,
        kind=kind,
        told=written(told),
        why=why.strip(),
        leader=leader.strip(),
        reporter=reporter.strip() or name_of("actor", deed.actor),
    )


@of_report("losses.revise", label=_("Correct the figures"), moves=LossReport.life.revise, icon="pencil", page="losses:correct")
@asks_for(ITEMS.values(), before="why")
def revise(
    deed: Deed, /, *, report: Ref[LossReport], why: Why = "", leader: Leader = "", reporter: Reporter = "", **figures: Any
) -> None:
    """Correct the figures of a report that has not gone out, or that was returned."""
    told = taken(figures, final=report.kind == ReportKind.VERIFIED)
    check_course(_before(report.town, report), told, why)
    report.told, report.why, report.leader = written(told), why.strip(), leader.strip()
    report.reporter = reporter.strip() or report.reporter


@of_report(
    "losses.submit",
    label=_("Submit to the county"),
    moves=LossReport.life.submit,
    icon="send",
    story=_("The figures count from now on, marked as not checked. If the report is late, say why."),
)
def submit(deed: Deed, *, report: Ref[LossReport], late_reason: Annotated[str, Input(_("Why it is late"), rows=2)] = "") -> None:
    """Submit a report to the county; figures, course and ledgers are checked once more, and one that is late says why."""
    town = deed.lock(ReportingTown, report.town_id)
    report.kind = rules.kind_of(town.state, report.kind)
    if not report.kind:
        raise Conflict(_("This town owes no report now."))
    final = report.kind == ReportKind.VERIFIED
    taken(report.figures, final=final)
    check_course(_before(town, report), report.figures, report.why)
    check_ledgers(report.figures, town, final=final)
    if report.first_submitted_at is None:
        _judge(report, queries.term_of(town), late_reason, deed.now)
        report.first_submitted_at = deed.now
        rows = LossReport.objects.filter(town=town, kind=report.kind, first_submitted_at__isnull=False)
        report.seq = rows.count() + 1 if report.kind == ReportKind.FOLLOW_UP else 0
    report.returned = ""
    deed.move(town, STEPS[TownState(town.state)])
    deed.emit(ReportSubmitted(report=report.pk, process=report.process_id, late=report.late, area=report.area))


def _judge(report: LossReport, term: Any, reason: str, now: datetime) -> None:
    """Write down by when a report was due and whether it is late; a late one without a reason does not go."""
    report.due_at = term.due_at if term else None
    if report.due_at is None or report.due_at >= now:
        return
    if not reason.strip():
        words = _("This report is late. Say why, then it goes.")
        raise Refusal(words, article=term.rule.basis or BASIS, field="late_reason")
    report.late, report.late_reason = True, reason.strip()


@of_report(
    "losses.approve",
    needs=CHECK,
    label=_("Approve the figures"),
    moves=LossReport.life.approve,
    icon="circle-check",
    separate_from="submitted_by",
)
def approve(deed: Deed, *, report: Ref[LossReport]) -> None:
    """Approve a town's figures: they count as checked. Whoever submitted them does not approve them."""
    deed.emit(ReportApproved(report=report.pk, process=report.process_id, area=report.area))


@of_report("losses.send_back", needs=CHECK, label=_("Return to the town"), moves=LossReport.life.send_back, icon="arrow-back-up")
def send_back(
    deed: Deed, *, report: Ref[LossReport], returned: Annotated[str, Input(_("What is to be corrected"), rows=3)]
) -> None:
    """Return figures to their town with what is wrong; they count no longer, the report before them does. Only the newest is returned."""
    if not returned.strip():
        raise Refusal(_("Say what is to be corrected."), field="returned")
    town = deed.lock(ReportingTown, report.town_id)
    if (other := queries.open_draft(town)) is not None:
        raise Conflict(_("The town is writing its next report (%(report)s): it corrects the figures there.") % {"report": other})
    newest = queries.latest(town)
    if newest is not None and newest.pk != report.pk:
        raise Conflict(
            _("“%(report)s” has gone out since: the figures are corrected there. Return that one.") % {"report": newest}
        )
    if report.kind == ReportKind.VERIFIED and town.state == TownState.VERIFIED:
        deed.move(town, ReportingTown.life.redo)
    report.returned = returned.strip()
    report.approved_at, report.approved_by = None, ""
    deed.emit(ReportReturned(report=report.pk, process=report.process_id, area=report.area))


@of_report("losses.discard", label=_("Give the draft up"), moves=LossReport.life.discard, icon="trash")
def discard(deed: Deed, *, report: Ref[LossReport]) -> None:
    """Give up a draft that has not gone out."""


def _before(town: ReportingTown, report: LossReport | None = None) -> rules.Figures:
    """Return the figures of the report of a town before this one that stands; none before the first."""
    before = queries.latest(town, before=report)
    return before.figures if before else {}
