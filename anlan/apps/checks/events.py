"""Facts that checks announce: apps above make a danger, a task or a figure of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from anlan.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class VersionEnforced(Event):
    """A version of a sheet is in force."""

    name = "checks.version_enforced"
    label = _("Check sheet put in force")

    version: int
    sheet: str


@dataclass(frozen=True, kw_only=True)
class CheckHandedIn(Event):
    """A sheet was filled in and handed in. `about` and `about_id` name the record, "" where it is the place itself."""

    name = "checks.check_handed_in"
    label = _("Check handed in")

    check: int
    sheet: str
    verdict: str
    about: str = ""
    about_id: str = ""


@dataclass(frozen=True, kw_only=True)
class FindingFact(Event):
    """What every event of a finding tells."""

    finding: int
    check: int
    sheet: str
    item: str
    gravity: str
    about: str = ""
    about_id: str = ""


@dataclass(frozen=True, kw_only=True)
class FindingOpened(FindingFact):
    """A check found something that is not in order."""

    name = "checks.finding_opened"
    label = _("Finding opened")


@dataclass(frozen=True, kw_only=True)
class FindingClosed(FindingFact):
    """A finding was verified as put right, or its risk was accepted."""

    name = "checks.finding_closed"
    label = _("Finding closed")

    accepted: bool = False
