"""The door to losses."""

from anlan.apps.losses.actions import approve, open_process, submit, write
from anlan.apps.losses.models import LossReport, Process, ReportingTown
from anlan.apps.losses.queries import Toll, tolls

__all__ = ["LossReport", "Process", "ReportingTown", "Toll", "approve", "open_process", "submit", "tolls", "write"]
