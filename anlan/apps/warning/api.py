"""The door to warning."""

from anlan.apps.warning import trust
from anlan.apps.warning.actions import answer, draft, follow_source, name_source, publish, sign
from anlan.apps.warning.choices import COLOURS, Level
from anlan.apps.warning.course import Spell, outlines_at, spells
from anlan.apps.warning.devices import Device, devices_of
from anlan.apps.warning.models import Warning
from anlan.apps.warning.notices import ToldGround, ground_told, notices, notices_at
from anlan.apps.warning.queries import (
    WarningFact,
    areas_in_force,
    call_for,
    calls_waiting,
    hazard_by,
    history,
    in_force_by,
    of_alarms,
    people_warned,
    published,
    speaks_for_us,
    waiting,
)
from anlan.apps.warning.reach import Asked, asked
from anlan.apps.warning.verification import Judged, judged

__all__ = [
    "COLOURS",
    "Asked",
    "Device",
    "Judged",
    "Level",
    "Spell",
    "ToldGround",
    "Warning",
    "WarningFact",
    "answer",
    "areas_in_force",
    "asked",
    "call_for",
    "calls_waiting",
    "devices_of",
    "draft",
    "follow_source",
    "ground_told",
    "name_source",
    "hazard_by",
    "history",
    "in_force_by",
    "judged",
    "notices",
    "notices_at",
    "people_warned",
    "of_alarms",
    "outlines_at",
    "publish",
    "published",
    "sign",
    "speaks_for_us",
    "spells",
    "trust",
    "waiting",
]
