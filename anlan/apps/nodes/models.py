"""The nodes that are known here."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.apps.nodes.rules import MOST
from anlan.kit.languages import localised
from anlan.kit.records import Record


class Node(Record):
    """Another installation of Anlan whose rows may stand here."""

    number = models.PositiveSmallIntegerField(_("Number"), unique=True, validators=[MaxValueValidator(MOST)])
    name = models.CharField(_("Name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    note = models.CharField(_("Note"), max_length=300, blank=True)

    natural_code = "number"

    class Meta:
        ordering = ["number"]
        verbose_name = _("Node")

    def __str__(self) -> str:
        return str(localised(self.name, self.name_en))
