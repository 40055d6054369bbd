"""What a confirmation asks for, in words: the record it is about, and each detail under its label; secrets are not shown."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models

from anlan.kit.actions import ACTIONS, Action, concealed
from anlan.kit.desk.forms import LABELS
from anlan.kit.desk.words import in_words
from anlan.kit.models import PendingAction
from anlan.kit.names import kind_of


def asked(pending: PendingAction) -> dict[str, Any]:
    """Return the verb, the record and the labelled details of a confirmation for its page."""
    verb = ACTIONS.get(pending.action)
    details = dict(concealed(pending.arguments))
    about = _about(verb, details) if verb else None
    return {
        "verb": verb.spec.label if verb else pending.action,
        "about": str(about) if about else "",
        "address": about.desk_url() if about is not None and hasattr(about, "desk_url") else "",
        "details": [_line(pending.action, name, value) for name, value in details.items() if value not in ("", None, [])],
    }


def _about(verb: Action[Any, Any], details: dict[str, Any]) -> Any:
    """Take the record out of the details: the one keyword that is named like it, if the viewer may see that row."""
    if not verb.spec.record:
        return None
    model: Any = apps.get_model(verb.spec.record)
    pk = details.pop(model._meta.model_name, None)
    return model.objects.filter(pk=pk).first() if pk is not None else None


def _line(action: str, name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
        about = _noun(action)
        rows = [[_line(action, key, one) for key, one in row.items() if one not in ("", None) and key != about] for row in value]
        return {"label": _label(action, name), "rows": rows}
    return {"label": _label(action, name), "value": str(in_words(value, kind_of(name)))}


def _noun(action: str) -> str:
    """Return the keyword of the record that the page names already."""
    return ACTIONS[action].spec.record.rpartition(".")[2].lower() if action in ACTIONS else ""


def _label(action: str, name: str) -> Any:
    """Return a detail's label: the house's word for it, or that of a field of this name in the action's app."""
    if name in LABELS:
        return LABELS[name]
    app = action.split(".")[0]
    for model in apps.get_app_config(app).get_models() if app in apps.app_configs else ():
        found: Any = next((f for f in model._meta.concrete_fields if f.name == name), None)
        if isinstance(found, models.Field):
            return found.verbose_name
    return name.replace("_", " ").capitalize()
