"""The door to plans."""

from anlan.apps.plans.choices import ResponseLevel
from anlan.apps.plans.queries import CardFact, LevelFact, PlanFact, cards, conditions, in_force, level
from anlan.apps.plans.rules import AlarmFact, Evidence, Facts, Verdict, evaluate

__all__ = [
    "AlarmFact",
    "CardFact",
    "Evidence",
    "Facts",
    "LevelFact",
    "PlanFact",
    "ResponseLevel",
    "Verdict",
    "cards",
    "conditions",
    "evaluate",
    "in_force",
    "level",
]
