"""Facts that dispatch announces."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from anlan.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class OrderIssued(Event):
    """A team was given an order."""

    name = "dispatch.order_issued"
    label = _("Order given (event)")
    order: int


@dataclass(frozen=True, kw_only=True)
class OrderMoved(Event):
    """A team said how far it is, or somebody called it back."""

    name = "dispatch.order_moved"
    label = _("An order went on")
    order: int
    state: str


@dataclass(frozen=True, kw_only=True)
class OrderRerouted(Event):
    """An open order has another route, or none any more."""

    name = "dispatch.order_rerouted"
    label = _("Order has another route")
    order: int
    number: int
    found: bool
    late: bool


@dataclass(frozen=True, kw_only=True)
class OrderClimbed(Event):
    """An order that nobody acknowledged goes one rung up."""

    name = "dispatch.order_climbed"
    label = _("Order escalated")
    order: int
    step: int
