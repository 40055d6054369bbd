"""Whom losses tell: towns of what they owe and what was returned, counties of what is to be checked and what is overdue."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.incidents.api import bureau
from anlan.apps.law.events import TermBreached
from anlan.apps.losses.events import ProcessEnded, ProcessOpened, ReportReturned, ReportSubmitted, VillageTold
from anlan.apps.losses.models import LossReport, Process, ReportingTown, VillageReturn
from anlan.apps.messages import api as messages
from anlan.apps.people import api as people
from anlan.kit.events import on


@on(ProcessOpened)
def ask_towns(event: ProcessOpened) -> None:
    """Tell each town that it owes a first report."""
    process = Process.objects.get(pk=event.process)
    subject = messages.in_both(_("Losses are counted: %(title)s"), title=process.title)
    body = messages.in_both(
        _("Send the first report of your town; what is not known yet stays empty. Its deadline stands on its page.")
    )
    _send(process, subject, body, _governments(process))


@on(ProcessEnded)
def ask_verified(event: ProcessEnded) -> None:
    """Tell each town that it owes its verified report."""
    process = Process.objects.get(pk=event.process)
    subject = messages.in_both(_("Over, to be verified: %(title)s"), title=process.title)
    body = messages.in_both(
        _("Go through house by house and send the verified report of your town; ledgers ⑧ and ⑨ must agree with it.")
    )
    _send(process, subject, body, _governments(process))


@on(VillageTold)
def tell_town(event: VillageTold) -> None:
    """Tell the town that one of its villages told its losses."""
    row = VillageReturn.objects.select_related("process").get(pk=event.village_return)
    subject = messages.in_both(_("A village told its losses: %(title)s"), title=row.process.title)
    body = messages.in_both(_("Look at it and take it into the next report of your town."))
    _send(row, subject, body, _government(row.area[:9]))


@on(ReportSubmitted)
def tell_county(event: ReportSubmitted) -> None:
    """Tell the county's bureau that a town's figures wait to be checked, and whether they are late."""
    row = LossReport.objects.select_related("process").get(pk=event.report)
    subject = messages.in_both(_("Loss report to check: %(title)s"), title=row.process.title)
    words = _("It came late: %(reason)s") if row.late else _("Check the figures, approve them or return them.")
    room = bureau(row.area)
    _send(row, subject, messages.in_both(words, reason=row.late_reason), [room.code] if room else [])


@on(ReportReturned)
def tell_back(event: ReportReturned) -> None:
    """Tell the town what is to be corrected."""
    row = LossReport.objects.select_related("process").get(pk=event.report)
    subject = messages.in_both(_("Loss report returned: %(title)s"), title=row.process.title)
    _send(row, subject, messages.in_both(_("To be corrected: %(words)s"), words=row.returned), _government(row.area))


@on(TermBreached)
def tell_overdue(event: TermBreached) -> None:
    """Tell a town and its county that its report is overdue."""
    if event.record != ReportingTown._meta.label_lower:
        return
    town = ReportingTown.objects.select_related("process").get(pk=int(event.record_id))
    room = bureau(town.area)
    subject = messages.in_both(_("Loss report overdue: %(title)s"), title=town.process.title)
    body = messages.in_both(_("The report has not come in time. Send it, with the reason for the delay."))
    _send(town, subject, body, [*_government(town.area), *([room.code] if room else [])])


def _government(area: str) -> list[str]:
    """Return the government of a town."""
    return [one.code for one in people.organisations_at({area}, (people.OrganisationKind.GOVERNMENT,))]


def _governments(process: Process) -> list[str]:
    areas = set(process.towns.values_list("area", flat=True))
    return [one.code for one in people.organisations_at(areas, (people.OrganisationKind.GOVERNMENT,))]


def _send(row: Any, subject: tuple[str, str], body: tuple[str, str], to: list[str]) -> None:
    messages.tell("incident", f"{row._meta.model_name}:{row.pk}", row.area, subject, body, to, reachable=True)
