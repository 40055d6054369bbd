"""Whether a JSON value is of the type that an input wants: a list is no date, a number no text, ["a"] no headline."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.kit.desk.fields import Texts
from anlan.kit.desk.places import ShapeField

YES_OR_NO = ("true", "false")
#: Input → what may stand in it (a text may always be read as what a page would send) and how that is called; the first that fits.
WANTED: tuple[tuple[tuple[type[forms.Field], ...], tuple[type, ...], Any], ...] = (
    ((Texts, forms.MultipleChoiceField, forms.ModelMultipleChoiceField), (list, str), gettext_lazy("a list of texts")),
    ((forms.NullBooleanField, forms.BooleanField), (bool,), gettext_lazy("true or false")),
    ((forms.FloatField, forms.DecimalField), (int, float, str), gettext_lazy("a number")),
    ((forms.IntegerField,), (int, float, str), gettext_lazy("a whole number")),
    ((forms.ModelChoiceField,), (int, str), gettext_lazy("a record's number")),
    ((forms.DateTimeField,), (str,), gettext_lazy("a time as text, like 2022-06-20T08:00+08:00")),
    ((forms.DateField,), (str,), gettext_lazy("a day as text, like 2022-06-20")),
    ((forms.ChoiceField,), (int, str), gettext_lazy("one of the choices")),
    ((ShapeField,), (dict, str), gettext_lazy("a geometry in GeoJSON")),
    ((forms.CharField,), (str,), gettext_lazy("a text")),
)


def mistyped(field: forms.Field | None, value: Any) -> list[str]:
    """Return what is wrong with the JSON type of a value for an input, in words; nothing for null and for inputs of other kinds."""
    if field is None or value is None:
        return []
    for kinds, types, called in WANTED:
        if isinstance(field, kinds):
            fits = isinstance(value, types) and (bool in types or not isinstance(value, bool))
            if bool in types and isinstance(value, str):
                fits = value.lower() in YES_OR_NO
            return [] if fits else [_("Give %(what)s.") % {"what": called}]
    return []
