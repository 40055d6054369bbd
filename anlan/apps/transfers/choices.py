"""Enumerations of transfers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Urgency(models.TextChoices):
    """The two words of a transfer: get ready, and go now."""

    PREPARE = "prepare", _("Prepare to move")
    NOW = "now", _("Move now")


class JourneyState(models.TextChoices):
    """How far a household is in one action."""

    WAITING = "waiting", _("Not heard of")
    TOLD = "told", _("Notified")
    UNDER_WAY = "under_way", _("Departed")
    ARRIVED = "arrived", _("In safety")
    REFUSED = "refused", _("Refuses to move")
    AWAY = "away", _("Away from home")
    RETURNED = "returned", _("Returned home")


class Refuge(models.TextChoices):
    """Where a household went."""

    SHELTER = "shelter", _("Shelter of the plan")
    KIN = "kin", _("Relatives or friends")
    OTHER = "other", _("Another safe place")


class Stand(models.TextChoices):
    """Where the ledger of shelters has the people of a household."""

    NOWHERE = "", _("Not followed")
    ROAD = "road", _("On the way")
    SHELTER = "shelter", _("In a shelter")
    KIN = "kin", _("Elsewhere")


class Lack(models.TextChoices):
    """Why a shelter's count lacks people who are there."""

    NONE = "", _("Nothing is lacking")
    CLOSED = "closed", _("The shelter is not open")
    FULL = "full", _("The shelter has no room")


#: Nobody knows that they are out of danger, the worst first.
IN_DANGER = (JourneyState.REFUSED, JourneyState.WAITING, JourneyState.TOLD, JourneyState.UNDER_WAY)
#: How a household may have ended when an action is closed.
ENDS = (JourneyState.RETURNED, JourneyState.AWAY, JourneyState.REFUSED)
