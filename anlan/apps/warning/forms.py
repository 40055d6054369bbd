"""The form for a warning drafted by hand."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.apps.warning.choices import Level
from anlan.apps.warning.rules import LONGEST_HOURS


class DraftForm(forms.Form):
    """What a drafter says: where, how grave, for how long, in which words."""

    area = forms.CharField(label=_("Division code"), max_length=12, help_text=_("For example 441881 for Yingde."))
    level = forms.TypedChoiceField(label=_("Level"), choices=Level.choices, coerce=int)
    hours = forms.IntegerField(label=_("Valid for (hours)"), min_value=1, max_value=LONGEST_HOURS, initial=48)
    headline_zh = forms.CharField(label=_("Headline (Chinese)"), max_length=150)
    description_zh = forms.CharField(label=_("Description (Chinese)"), widget=forms.Textarea(attrs={"rows": 3}))
    instruction_zh = forms.CharField(label=_("What to do (Chinese)"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    headline_en = forms.CharField(label=_("Headline (English)"), max_length=200, required=False)
    description_en = forms.CharField(label=_("Description (English)"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    instruction_en = forms.CharField(label=_("What to do (English)"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
