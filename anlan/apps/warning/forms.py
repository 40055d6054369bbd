"""The form for a warning drafted by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.apps.warning.choices import CAP_WORDS, Level
from anlan.apps.warning.models import HazardKind
from anlan.apps.warning.queries import in_force
from anlan.kit.desk.fields import MOMENT
from anlan.kit.records import narrowed

WORDS = ("headline_zh", "description_zh", "instruction_zh", "headline_en", "description_en", "instruction_en")
CERTAINTIES = [(word, CAP_WORDS[word]) for word in ("Observed", "Likely", "Possible", "Unlikely")]


def _text(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class DraftForm(forms.Form):
    """What a drafter says: of which hazard, how grave, for how long, in which words. Where is chosen beside it."""

    hazard = forms.ChoiceField(label=_("Hazard"))
    level = forms.TypedChoiceField(label=_("Level"), choices=Level.choices, coerce=int)
    certainty = forms.ChoiceField(label=_("How certain"), choices=CERTAINTIES)
    onset_at = forms.DateTimeField(label=_("Danger from"), required=False, widget=MOMENT, help_text=_("Empty: at once."))
    expires_at = forms.DateTimeField(label=_("Valid until"), widget=MOMENT)
    replaces = forms.TypedChoiceField(label=_("Replaces"), required=False, coerce=int, empty_value=None)
    outline = forms.CharField(
        label=_("Outline drawn (GeoJSON or WKT)"),
        required=False,
        widget=_text(2),
        help_text=_(
            "Optional, besides divisions or instead of them: draw on the map, or paste. Degrees, longitude before latitude."
        ),
    )
    headline_zh = forms.CharField(label=_("Headline (Chinese)"), max_length=150)
    description_zh = forms.CharField(label=_("Description (Chinese)"), widget=_text(3))
    instruction_zh = forms.CharField(label=_("What to do (Chinese)"), required=False, widget=_text(2))
    headline_en = forms.CharField(label=_("Headline (English)"), max_length=200, required=False)
    description_en = forms.CharField(label=_("Description (English)"), required=False, widget=_text(3))
    instruction_en = forms.CharField(label=_("What to do (English)"), required=False, widget=_text(2))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["hazard"].choices = [(kind.code, str(kind)) for kind in HazardKind.objects.all()]
        standing = [(w.pk, f"{w} · {w.get_level_display()}") for w in narrowed(in_force(), "warning.draft_warning")]
        fields["replaces"].choices = [("", _("Nothing: what stands for the same place is replaced anyway")), *standing]
