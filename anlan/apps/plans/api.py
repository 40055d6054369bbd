"""The door to plans."""

from anlan.apps.plans.choices import Phase, ResponseLevel
from anlan.apps.plans.queries import (
    CardFact,
    LevelFact,
    PlanFact,
    SeatFact,
    card,
    cards,
    conditions,
    facts_now,
    hazards,
    in_force,
    level,
    plan,
    seats,
)
from anlan.apps.plans.rules import HOLDS_FOR, AlarmFact, Evidence, Facts, ReadingFact, Verdict, evaluate

__all__ = [
    "HOLDS_FOR",
    "AlarmFact",
    "CardFact",
    "Evidence",
    "Facts",
    "LevelFact",
    "Phase",
    "PlanFact",
    "ReadingFact",
    "ResponseLevel",
    "SeatFact",
    "Verdict",
    "card",
    "cards",
    "conditions",
    "evaluate",
    "facts_now",
    "hazards",
    "in_force",
    "level",
    "plan",
    "seats",
]
