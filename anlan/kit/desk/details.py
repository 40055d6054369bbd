"""The details that an action was called with, in words: each under its label, a code by its name."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models
from django.utils.html import conditional_escape, format_html_join

from anlan.kit.actions import ACTIONS
from anlan.kit.desk.text import in_words
from anlan.kit.inputs import Parameter, found
from anlan.kit.names import kind_of
from anlan.kit.refusals import NotFound


def line(action: str, name: str, value: Any, *, by_name: bool = True, row: Any = None) -> dict[str, Any]:
    """Return a detail as {label, value}, or as {label, rows} where it is rows of details; chosen records by name, or as they were given.

    `row` is the record that the action is about: what could be chosen for it is told as it stood in the form.
    """
    field = _field(action, name)
    if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
        about = noun(action)
        rows = [
            [line(action, key, one, by_name=by_name) for key, one in row.items() if one not in ("", None) and key != about]
            for row in value
        ]
        return {"label": label(action, name, field), "rows": rows}
    asked = _input(action, name)
    chosen = dict(asked.input.choices(row)) if row is not None and asked and asked.input.choices else {}
    return {
        "label": label(action, name, field),
        "value": (chosen and chosen.get(value)) or _shown(action, name, value, field, by_name=by_name),
    }


def lines(action: str, details: dict[str, Any], *, by_name: bool = True, row: Any = None) -> list[dict[str, Any]]:
    """Return the details that say something, each as a line."""
    return [line(action, name, value, by_name=by_name, row=row) for name, value in details.items() if value not in ("", None, [])]


def as_text(detail: dict[str, Any]) -> str:
    """Return a labelled detail as one text; rows of details one after the other."""
    if "rows" not in detail:
        return conditional_escape(detail["value"])
    return format_html_join(" · ", "{} {}", ((one["label"], as_text(one)) for row in detail["rows"] for one in row))


def noun(action: str) -> str:
    """Return the keyword that names the record an action is about."""
    subject = ACTIONS[action].subject if action in ACTIONS else None
    return subject.name if subject else ""


def label(action: str, name: str, field: Any) -> Any:
    """Return a detail's label: its record's kind, what the verb's input says, an input of this name in the app, or a column of this name."""
    if name == noun(action):
        return apps.get_model(ACTIONS[action].spec.record)._meta.verbose_name
    asked = _input(action, name)
    return asked.called(field) if asked else getattr(field, "verbose_name", None) or name.replace("_", " ").capitalize()


def _input(action: str, name: str) -> Parameter | None:
    """Return an action's input of this name, else one of another action, of the same app if there is one."""
    app = action.partition(".")[0]
    own = [ACTIONS[action]] if action in ACTIONS else []
    others = sorted(ACTIONS.values(), key=lambda verb: verb.spec.name.partition(".")[0] != app)
    return next((one for verb in (*own, *others) for one in verb.parameters if one.name == name), None)


def _shown(action: str, name: str, value: Any, field: Any, *, by_name: bool) -> Any:
    """Return a detail in words; a record that was chosen by its name, where the reader may see it."""
    asked = _input(action, name)
    if by_name and asked is not None and asked.kind == "ref" and not isinstance(value, bool) and value not in ("", None):
        try:
            return str(found(asked, value))
        except NotFound:
            return value
    return in_words(value, kind_of(name), field)


def _field(action: str, name: str) -> Any:
    """Return a column of this name in the action's app."""
    app = action.split(".")[0]
    every = apps.get_app_config(app).get_models() if app in apps.app_configs else ()
    columns = (f for model in every for f in model._meta.concrete_fields if f.name == name)
    return next((f for f in columns if isinstance(f, models.Field)), None)
