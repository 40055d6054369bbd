"""Values in words: as a page shows them, and as SQL expressions for map properties and other values made there."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext

from anlan.kit.languages import in_chinese, listed
from anlan.kit.names import named
from anlan.kit.ui.templatetags.ui import span
from anlan.lib import halves, outlines

NOT_THERE = "—"
#: From here on figures are grouped; below it may be a year.
THOUSANDS = 10_000


def in_words(value: Any, kind: str = "", field: Any = None) -> Any:
    """Return a value as a page shows it: yes and no, dates, spans and lists in words, a code of some kind by its name.

    `field` is the column of a value that the journal kept as JSON: it knows the choices, and that a text is a date.
    """
    if value in (None, "", []):
        return NOT_THERE
    if field is not None:
        value = _read_back(field, value)
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, int | float):
        return f"{value:,.15g}" if abs(value) >= THOUSANDS else f"{value:.15g}"
    if isinstance(value, date):
        told = f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value.isoformat()
        return format_html('<span class="number text-nowrap">{}</span>', told)
    if isinstance(value, timedelta):
        return span(value.total_seconds())
    if isinstance(value, list | dict):
        return listed(value) if isinstance(value, list) else " · ".join(f"{key} {in_words(one)}" for key, one in value.items())
    return (named(kind, value) if kind else halves.half(value, chinese=in_chinese())) if isinstance(value, str) else value


def _read_back(field: Any, value: Any) -> Any:
    if hasattr(field, "geom_type") and isinstance(value, str) and (shape := outlines.read(value)).points:
        return gettext("%(size)s, %(points)d points around %(middle)s") % {**shape.__dict__, "middle": shape.middle}
    if told := getattr(field, "told", None):  # what the code of a column of its own kind is called
        return told(value)
    if field.choices and isinstance(value, str | int):
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateField | models.DurationField) and isinstance(value, str):
        try:
            return field.to_python(value)
        except ValidationError:  # what the journal masks is no date
            return value
    return value


def bilingual(chinese: str, english: str) -> Any:
    """Make a label of two columns: the English one where the asker reads English and it is filled in."""

    def label() -> Any:
        if in_chinese():
            return models.F(chinese)
        return models.Case(models.When(**{english: ""}, then=models.F(chinese)), default=models.F(english))

    return label


def worded(path: str, names: dict[Any, str], otherwise: str = "") -> Any:
    """Make a property that says a column's value in words, such as a level's colour."""
    cases = [models.When(**{path: value}, then=models.Value(word)) for value, word in names.items()]
    return models.Case(*cases, default=models.Value(otherwise), output_field=models.CharField())
