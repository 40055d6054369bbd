"""What may become of an operation."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """How an operation ended."""

    DONE = "done", _("Done")
    WAITING = "waiting", _("Waiting for a second person")
    REFUSED = "refused", _("Refused")
