"""The conditions that narrow a list, as its address says them: each in words, with the address of the list without it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def conditions(form: Any, query: Any, called: Callable[[str, str], str]) -> list[dict[str, str]]:
    """Return label, value and the address without it for each condition set; `called(name, code)` says what a code is called."""
    found = []
    for name, field in form.fields.items():
        if given := str(query.get(name, "")):
            rest = query.copy()
            del rest[name]
            choices = {str(key): str(label) for key, label in getattr(field, "choices", ())}
            value = choices.get(given) or called(name, given.replace("T", " "))
            found.append({"label": str(form[name].label), "value": value, "without": f"?{rest.urlencode()}"})
    return found
