"""The door to incidents."""

from anlan.apps.incidents.actions import open_incident, report
from anlan.apps.incidents.choices import Grade, IncidentState
from anlan.apps.incidents.models import FIGURES, Incident, Report
from anlan.apps.incidents.queries import bureau, going_on, happened, open_incidents

__all__ = [
    "FIGURES",
    "Grade",
    "Incident",
    "IncidentState",
    "Report",
    "bureau",
    "going_on",
    "happened",
    "open_incident",
    "open_incidents",
    "report",
]
