"""Enumerations of dispatch."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class OrderState(TextChoices):
    ISSUED = "issued", _("Order given")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    UNDER_WAY = "under_way", _("On its way there")
    ARRIVED = "arrived", _("Arrived")
    DONE = "done", _("Carried out")
    FAILED = "failed", _("Cannot be carried out")
    RECALLED = "recalled", _("Called back")


class Because(TextChoices):
    """Why a route was reckoned."""

    GIVEN = "given", _("The order was given")
    CLOSED = "closed", _("A road on the way was closed")
    REOPENED = "reopened", _("A road was reopened")
    ASKED = "asked", _("Somebody asked for it")


class Rung(IntegerChoices):
    """Who has been told that an order waits for its acknowledgement."""

    TEAM = 1, _("Team reminded")
    GIVER = 2, _("Who gave the order and the county's bureau told")
    CITY = 3, _("City's bureau told")


#: The team has not arrived yet: its way still matters.
ON_THE_WAY = (OrderState.ISSUED, OrderState.ACKNOWLEDGED, OrderState.UNDER_WAY)
#: The team is bound by it.
OPEN = (*ON_THE_WAY, OrderState.ARRIVED)
