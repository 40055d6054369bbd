"""Closed lists of radar."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class GridState(models.TextChoices):
    STANDING = "standing", _("Standing")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Origin(models.TextChoices):
    RADAR = "radar", _("Radar")
    SATELLITE = "satellite", _("Satellite")
    ANALYSIS = "analysis", _("Analysis of a model")
    SYNTHETIC = "synthetic", _("Synthetic (not observed)")
