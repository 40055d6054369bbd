"""The door to indicators."""

from anlan.apps.indicators.choices import Category, How, Span
from anlan.apps.indicators.kinds import INDICATORS, Counted, Indicator
from anlan.apps.indicators.queries import Reading

__all__ = ["INDICATORS", "Category", "Counted", "How", "Indicator", "Reading", "Span"]
