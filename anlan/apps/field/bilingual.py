"""Texts in both languages at once: a device changes its language without a network."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.db import models
from django.utils.translation import override

Both = dict[str, Any]


def both(make: Callable[[], Any]) -> Both:
    """Return what something is called in Chinese and in English; one text where they are the same."""
    said = {}
    for key, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            said[key] = str(make() or "")
    return said


@cache
def chosen(model: type[models.Model], name: str, value: Any) -> Both:
    """Return what a choice of a column is called; worked out once per process, since a device holds hundreds of each."""
    choices: Any = model._meta.get_field(name).flatchoices  # type: ignore[union-attr]
    return both(lambda: dict(choices).get(value, value))


def pair(zh: Any, en: Any) -> Both:
    """Return a text that is kept in both languages; the Chinese where there is no English."""
    return {"zh": zh, "en": en or zh}
