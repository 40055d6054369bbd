"""What a confirmation asks for, in words: the record it is about, and each detail under its label; secrets are not shown."""

from __future__ import annotations

from html import unescape
from typing import Any

from django.apps import apps
from django.utils.html import strip_tags

from anlan.kit.actions import ACTIONS, Action, concealed
from anlan.kit.desk.details import as_text, lines, noun
from anlan.kit.journal import entries_for
from anlan.kit.models import PendingAction


def confirmation_details(pending: PendingAction) -> dict[str, Any]:
    """Return the verb, the record and the labelled details of a confirmation for its page."""
    verb = ACTIONS.get(pending.action)
    details = dict(concealed(pending.arguments))
    about = _about(verb, details) if verb else None
    shows = verb.spec.sheet if verb and (about is not None or not verb.spec.record) else None
    return {
        "verb": verb.spec.label if verb else pending.action,
        "about": str(about) if about else "",
        "address": about.desk_url() if about is not None and hasattr(about, "desk_url") else "",
        "details": lines(pending.action, details, row=about),
        "sheet": shows(about, pending.arguments) if shows and not pending.decided_at else None,
        "first": entries_for(pending).filter(diff__has_key="sheet").first(),
    }


def in_a_line(pending: PendingAction) -> str:
    """Say what a confirmation asks for as plain text, for programs: records by their numbers, so that a list asks for none."""
    details = lines(pending.action, concealed(pending.arguments), by_name=False)
    parts = [str(pending), *(f"{detail['label']}: {as_text(detail)}" for detail in details)]
    return unescape(strip_tags(" · ".join(parts)))


def _about(verb: Action[Any, Any], details: dict[str, Any]) -> Any:
    """Take the record out of the details: the verb's subject, if the viewer may see that row."""
    pk = details.pop(noun(verb.spec.name), None)
    model: Any = apps.get_model(verb.spec.record) if pk is not None else None
    return model and model.objects.filter(pk=pk).first()
