"""Facts that losses announce."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from anlan.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class ProcessFact(Event):
    """What every event of a process tells."""

    process: int


@dataclass(frozen=True, kw_only=True)
class ProcessOpened(ProcessFact):
    """A disaster process was opened."""

    name = "losses.process_opened"
    label = _("Disaster process opened")


@dataclass(frozen=True, kw_only=True)
class ProcessEnded(ProcessFact):
    """A disaster is over: its figures are to be verified."""

    name = "losses.process_ended"
    label = _("Disaster over")


@dataclass(frozen=True, kw_only=True)
class VillageTold(ProcessFact):
    """A village told its town what it lost."""

    name = "losses.village_told"
    label = _("Village return sent")
    village_return: int


@dataclass(frozen=True, kw_only=True)
class ReportFact(ProcessFact):
    """What every event of a loss report tells."""

    report: int


@dataclass(frozen=True, kw_only=True)
class ReportSubmitted(ReportFact):
    """A town submitted its figures."""

    name = "losses.report_submitted"
    label = _("Loss report submitted")
    late: bool = False


@dataclass(frozen=True, kw_only=True)
class ReportApproved(ReportFact):
    """A county approved a town's figures."""

    name = "losses.report_approved"
    label = _("Loss report approved")


@dataclass(frozen=True, kw_only=True)
class ReportReturned(ReportFact):
    """A town's figures were returned to it."""

    name = "losses.report_returned"
    label = _("Loss report returned")
