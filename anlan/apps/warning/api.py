"""The door to warning."""

from anlan.apps.warning.actions import answer, draft, publish, sign
from anlan.apps.warning.choices import COLOURS, Level
from anlan.apps.warning.course import Spell, outlines_at, spells
from anlan.apps.warning.queries import WarningFact, calls_waiting, history, people_warned, published, waiting

__all__ = [
    "COLOURS",
    "Level",
    "Spell",
    "WarningFact",
    "answer",
    "calls_waiting",
    "draft",
    "history",
    "people_warned",
    "outlines_at",
    "publish",
    "published",
    "sign",
    "spells",
    "waiting",
]
