"""The form for a warning drafted by hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from anlan.apps.warning import languages
from anlan.apps.warning.choices import CAP_WORDS, Level
from anlan.apps.warning.models import HazardKind
from anlan.apps.warning.queries import in_force
from anlan.kit.desk.fields import MOMENT
from anlan.kit.records import narrowed

WORDS = ("headline_zh", "description_zh", "instruction_zh", "headline_en", "description_en", "instruction_en")
CERTAINTIES = [(word, CAP_WORDS[word]) for word in ("Observed", "Likely", "Possible", "Unlikely")]


PARTS = {"headline": _("Headline"), "description": _("Description"), "instruction": _("What to do")}


def further(code: str, part: str) -> str:
    """Return how a field of a further language is called."""
    return f"{part}__{code}"


def further_of(values: Any) -> list[languages.Words]:
    """Return what is said in further languages: those of which anything is."""
    said = [languages.Words(code, *(str(values.get(further(code, part)) or "") for part in PARTS)) for code in languages.known()]
    return [one for one in said if any(getattr(one, part).strip() for part in PARTS)]


def spoken_before(replaces: Any) -> list[languages.Words]:
    """Return what the warning that a draft would replace says in further languages."""
    old = in_force().filter(pk=int(replaces)).first() if str(replaces or "").isdecimal() else None
    return languages.copied(old) if old is not None else []


def as_fields(words: Iterable[languages.Words]) -> dict[str, str]:
    """Return words in further languages as the form's fields hold them."""
    return {further(one.language, part): getattr(one, part) for one in words for part in PARTS}


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
        for code, language in languages.known().items():
            for part, label in PARTS.items():
                widget = None if part == "headline" else _text(2)
                named = format_lazy("{}: {}", language, label)
                fields[further(code, part)] = forms.CharField(label=named, max_length=2000, required=False, widget=widget)
        fields["hazard"].choices = [(kind.code, str(kind)) for kind in HazardKind.objects.all()]
        standing = [(w.pk, f"{w} · {w.get_level_display()}") for w in narrowed(in_force(), "warning.draft_warning")]
        fields["replaces"].choices = [("", _("Nothing: what stands for the same place is replaced anyway")), *standing]
