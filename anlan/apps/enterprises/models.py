"""Enterprises with ground of their own."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.apps.enterprises.choices import Grade
from anlan.kit.records import Named, Record


class Enterprise(Named, Record):
    """A body with ground of its own: who is told of its alarms first, and how grave an installation stands there.

    Only one whose jurisdiction is ground has alarms of its own; of several on one ground the first entered counts.
    """

    mirrored = True

    code = models.CharField(_("Code"), max_length=40, unique=True)
    grade = models.PositiveSmallIntegerField(_("Major hazard installation"), choices=Grade.choices, default=Grade.NONE)
    organisation = models.ForeignKey(
        "people.Organisation",
        verbose_name=_("Told at"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("The organisation whose addresses its alarms go to first."),
    )
    source = models.CharField(_("Source"), max_length=200, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Enterprise")
