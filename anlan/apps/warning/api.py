"""The door to warning."""

from anlan.apps.warning.actions import draft, publish, sign
from anlan.apps.warning.choices import COLOURS, Level
from anlan.apps.warning.queries import WarningFact, history, published, waiting

__all__ = ["COLOURS", "Level", "WarningFact", "draft", "history", "publish", "published", "sign", "waiting"]
