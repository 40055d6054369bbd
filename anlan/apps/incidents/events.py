"""Facts that incidents announce."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from anlan.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class RapidReported(Event):
    """Somebody sent word from the spot."""

    name = "incidents.rapid_reported"
    label = _("Rapid report sent")
    rapid: int


@dataclass(frozen=True, kw_only=True)
class RapidHandled(Event):
    """A duty room said what becomes of a rapid report."""

    name = "incidents.rapid_handled"
    label = _("Rapid report handled")
    rapid: int
    incident: int | None = None


@dataclass(frozen=True, kw_only=True)
class IncidentFact(Event):
    """What every event of an incident tells."""

    incident: int


@dataclass(frozen=True, kw_only=True)
class IncidentOpened(IncidentFact):
    """An incident was opened."""

    name = "incidents.incident_opened"
    label = _("Incident opened")


@dataclass(frozen=True, kw_only=True)
class IncidentGraded(IncidentFact):
    """An incident was given a grade, or another."""

    name = "incidents.incident_graded"
    label = _("Incident graded")
    grade: int
    before: int | None = None


@dataclass(frozen=True, kw_only=True)
class IncidentClosed(IncidentFact):
    """An incident is over."""

    name = "incidents.incident_closed"
    label = _("Incident closed")


@dataclass(frozen=True, kw_only=True)
class IncidentMerged(IncidentFact):
    """An incident was found to be the same as another, which goes on."""

    name = "incidents.incident_merged"
    label = _("Incident merged")
    into: int


@dataclass(frozen=True, kw_only=True)
class ReportFact(Event):
    """What every event of a report tells."""

    report: int
    incident: int


@dataclass(frozen=True, kw_only=True)
class ReportSent(ReportFact):
    """A body reported to the body above."""

    name = "incidents.report_sent"
    label = _("Incident report sent")
    late: bool = False


@dataclass(frozen=True, kw_only=True)
class ReportAnswered(ReportFact):
    """The body above confirmed a report, or sent it back."""

    name = "incidents.report_answered"
    label = _("Incident report answered")
    accepted: bool


@dataclass(frozen=True, kw_only=True)
class ReportOverdue(IncidentFact):
    """A report is overdue and was told one step further up."""

    name = "incidents.report_overdue"
    label = _("Incident report overdue")
    rule: str
    body: str
    step: int
