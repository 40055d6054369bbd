"""Screens, when each was last heard of, and what each has shown of which warning."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.gis.db import models
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from anlan.apps.screens.choices import Kind, ShowingState, Tongue
from anlan.kit import clock
from anlan.kit.lives import Life, Move
from anlan.kit.records import Named, Record, ScopedManager


class WithContact(ScopedManager):
    """Screens with when each was last heard of: a list asks once for all."""

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("contact")


class Screen(Named, Record):
    """A screen, panel or crawl that shows the warnings in force where it stands."""

    class State(models.TextChoices):
        ACTIVE = "active", _("In use")
        OUT = "out", _("Out of use")

    life = Life(
        Move("withdraw", State.ACTIVE, State.OUT), Move("restore", State.OUT, State.ACTIVE), Move("renew_key", State.ACTIVE)
    )

    #: Part of its page's address and of its crawl's file name.
    code = models.SlugField(_("Code"), max_length=40, unique=True, db_index=False)
    kind = models.CharField(_("Kind of screen"), max_length=10, choices=Kind.choices, default=Kind.DISPLAY)
    language = models.CharField(_("Language"), max_length=5, choices=Tongue.choices, default=Tongue.BOTH)
    width = models.PositiveSmallIntegerField(
        _("Width (pixels)"), default=1920, validators=[MinValueValidator(64), MaxValueValidator(8192)]
    )
    height = models.PositiveSmallIntegerField(
        _("Height (pixels)"), default=1080, validators=[MinValueValidator(32), MaxValueValidator(8192)]
    )
    address = models.CharField(_("Address"), max_length=200, blank=True)
    location = models.PointField(_("Location"), srid=4326)
    silent_after = models.PositiveSmallIntegerField(
        _("Silent after (minutes)"), default=10, validators=[MinValueValidator(1), MaxValueValidator(1440)]
    )
    key_number = models.PositiveIntegerField(default=1, editable=False)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.ACTIVE)

    objects = WithContact()

    class Meta:
        ordering = ["code"]
        verbose_name = _("Screen")

    @property
    def heard_at(self) -> datetime | None:
        """Return when the screen last asked; None before that."""
        found: Contact | None = getattr(self, "contact", None)
        return found.at if found else None

    @property
    def silent(self) -> bool:
        """Return whether the screen has not asked for longer than it may."""
        return self.heard_at is None or self.heard_at < clock.now() - timedelta(minutes=self.silent_after)


class Contact(models.Model):
    """When a screen last asked for what it should show. Operational, like a heartbeat."""

    screen = models.OneToOneField(Screen, models.CASCADE, related_name="contact")
    at = models.DateTimeField(_("Last heard of"))
    agent = models.CharField(_("Program"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("Contact of a screen")


class Showing(Record):
    """A warning on a screen: when it was meant to be shown, when the screen said that it shows it, when it was over."""

    is_trace = True
    life = Life(
        Move("show", ShowingState.ORDERED, ShowingState.SHOWN, stamps="shown"),
        Move("end", ShowingState.SHOWN, ShowingState.OVER, stamps="ended"),
        Move("miss", ShowingState.ORDERED, ShowingState.MISSED, stamps="ended"),
    )

    screen = models.ForeignKey(Screen, models.PROTECT, verbose_name=_("Screen"), related_name="showings")
    warning = models.ForeignKey("warning.Warning", models.PROTECT, verbose_name=_("Warning"), related_name="+")
    identifier = models.CharField(_("Identifier"), max_length=40)
    state = models.CharField(_("State"), max_length=10, choices=ShowingState.choices, default=ShowingState.ORDERED)
    ordered_at = models.DateTimeField(_("To be shown since"))
    shown_at = models.DateTimeField(_("Shown"), null=True, blank=True)
    ended_at = models.DateTimeField(_("Ended"), null=True, blank=True)

    class Meta:
        ordering = ["-ordered_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["screen", "warning"], name="a_warning_once_on_a_screen")]
        indexes = [models.Index(fields=["warning", "state"])]
        verbose_name = _("Showing")

    def __str__(self) -> str:
        return f"{self.screen} · {self.get_state_display()}"
