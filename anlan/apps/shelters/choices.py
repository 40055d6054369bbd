"""Enumerations of shelters."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Grade(models.TextChoices):
    """Who answers for a shelter, by GB/T 44013-2024."""

    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    COUNTY = "county", _("County")
    TOWN = "town", _("Town")
    VILLAGE = "village", _("Village")


class Danger(models.TextChoices):
    """What people flee from: not every site serves against everything."""

    FLOOD = "flood", _("Flood or typhoon")
    QUAKE = "quake", _("Earthquake")
    SLIDE = "slide", _("Landslide or debris flow")
    FIRE = "fire", _("Fire or hazardous substances")


class Whence(models.TextChoices):
    """Where people come from who are let in."""

    HOME = "home", _("From home")
    ON_THE_WAY = "on_the_way", _("On the way")
    ELSEWHERE = "elsewhere", _("From elsewhere")
    REGISTER = "register", _("Not counted before")


class Whither(models.TextChoices):
    """Where people go who leave."""

    HOME = "home", _("Home")
    ELSEWHERE = "elsewhere", _("Elsewhere")


class Step(models.TextChoices):
    """One step of people whom somebody else follows: out of the house, into a shelter, and home again."""

    LEAVE = "leave", _("Leave home")
    ENTER = "enter", _("Come into a shelter")
    TO_KIN = "to_kin", _("Come to relatives or another place")
    TURN_BACK = "turn_back", _("Turn back home")
    GO_HOME = "go_home", _("Go home from a shelter")
    FROM_KIN = "from_kin", _("Go home from elsewhere")
