"""The details that an action was called with, in words: each under its label, a code by its name."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models
from django.utils.html import conditional_escape, format_html_join
from django.utils.translation import gettext_lazy as _

from anlan.kit.actions import ACTIONS
from anlan.kit.desk.words import in_words
from anlan.kit.names import kind_of

#: What the details of verbs are called where no field of the record has their name; apps add theirs.
LABELS = {
    "reason": _("Reason"),
    "reason_en": _("Reason (English)"),
    "hours": _("Hours"),
    "text": _("Report"),
    "report": _("Report"),
    "level": _("Level"),
    "note": _("Note"),
    "area": _("Jurisdiction"),
    "organisation": _("Unit"),
    "remark": _("Remark"),
    "rows": _("What is given"),
}


def line(action: str, name: str, value: Any) -> dict[str, Any]:
    """Return a detail as {label, value}, or as {label, rows} where it is rows of details."""
    field = _field(action, name)
    if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
        about = noun(action)
        rows = [[line(action, key, one) for key, one in row.items() if one not in ("", None) and key != about] for row in value]
        return {"label": label(name, field), "rows": rows}
    return {"label": label(name, field), "value": in_words(value, kind_of(name), field)}


def lines(action: str, details: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the details that say something, each as a line."""
    return [line(action, name, value) for name, value in details.items() if value not in ("", None, [])]


def as_text(detail: dict[str, Any]) -> str:
    """Return a labelled detail as one text; rows of details one after the other."""
    if "rows" not in detail:
        return conditional_escape(detail["value"])
    return format_html_join(" · ", "{} {}", ((one["label"], as_text(one)) for row in detail["rows"] for one in row))


def noun(action: str) -> str:
    """Return the keyword that names the record an action is about."""
    return ACTIONS[action].spec.record.rpartition(".")[2].lower() if action in ACTIONS else ""


def label(name: str, field: Any) -> Any:
    """Return a detail's label: the house's word for it, or that of a field of this name, if there is one."""
    return LABELS.get(name) or getattr(field, "verbose_name", None) or name.replace("_", " ").capitalize()


def _field(action: str, name: str) -> Any:
    """Return a column of this name in the action's app."""
    app = action.split(".")[0]
    every = apps.get_app_config(app).get_models() if app in apps.app_configs else ()
    columns = (f for model in every for f in model._meta.concrete_fields if f.name == name)
    return next((f for f in columns if isinstance(f, models.Field)), None)
