"""Facts that roads announce."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from anlan.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class RoadClosed(Event):
    """Roads were closed."""

    name = "roads.road_closed"
    label = _("Road closed (event)")
    closure: int


@dataclass(frozen=True, kw_only=True)
class ClosureChanged(Event):
    """A closure reaches over other roads than before."""

    name = "roads.closure_changed"
    label = _("Closure changed")
    closure: int


@dataclass(frozen=True, kw_only=True)
class RoadReopened(Event):
    """Closed roads are open again."""

    name = "roads.road_reopened"
    label = _("Road reopened")
    closure: int
