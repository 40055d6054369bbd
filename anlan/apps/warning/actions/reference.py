"""Reference data of warning: issuing bodies, hazards, words, call-out rules."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.apps.warning.models import CalloutRule, HazardKind, IssuingBody, Language, LanguageText, WarningText
from anlan.kit.actions import Deed, action

Rows = list[dict[str, Any]]


@action("warning.load_reference", needs="warning.load_pack", label=_("Load reference data"))
def load_reference(
    deed: Deed, *, bodies: Rows, hazards: Rows, texts: Rows, callouts: Rows, tongues: Rows, tongue_texts: Rows
) -> int:
    """Take over a pack's rows: new ones are added, changed ones changed; returns how many rows the pack has."""
    for model, keys, rows in (
        (IssuingBody, ("division",), bodies),
        (HazardKind, ("code",), hazards),
        (WarningText, ("hazard", "level"), texts),
        (CalloutRule, ("hazard", "level"), callouts),
        (Language, ("code",), tongues),
        (LanguageText, ("language", "hazard", "level"), tongue_texts),
    ):
        for row in rows:
            _take_over(deed, model, keys, row)
    return sum(map(len, (bodies, hazards, texts, callouts, tongues, tongue_texts)))


def _take_over(deed: Deed, model: type[models.Model], keys: tuple[str, ...], row: dict[str, Any]) -> None:
    manager: Any = model._default_manager
    known = manager.filter(**{key: row[key] for key in keys}).first()
    if known is None:
        deed.create(model, **row)
        return
    held = deed.lock(model, known)
    for name, value in row.items():
        field: Any = model._meta.get_field(name)
        setattr(held, name, field.to_python(value))
