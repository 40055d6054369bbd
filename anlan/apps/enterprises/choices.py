"""Enumerations of enterprises: the grades of major hazard installations."""

from django.db.models import IntegerChoices
from django.utils.translation import gettext_lazy as _


class Grade(IntegerChoices):
    NONE = 0, _("No major hazard installation")
    FIRST = 1, _("Grade I installation")
    SECOND = 2, _("Grade II installation")
    THIRD = 3, _("Grade III installation")
    FOURTH = 4, _("Grade IV installation")
