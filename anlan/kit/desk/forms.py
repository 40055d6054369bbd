"""Forms: a record's own from its fields, a verb's from its signature; filters from a declaration."""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Union, get_args, get_origin, get_type_hints

import django_filters
from django import forms
from django.db.models import ForeignKey, TextChoices
from django.utils.translation import gettext_lazy as _
from django_filters.fields import IsoDateTimeField

from anlan.kit.actions import Action
from anlan.kit.clock import believable
from anlan.kit.desk.declaration import DESKS, Desk
from anlan.kit.desk.details import label
from anlan.kit.desk.parts import Range, column, joined, label_of
from anlan.kit.records import readable

SMALLEST = -(2**31)
LONGEST_TEXT, MOST_TEXTS = 100_000, 1000
NOT_READABLE = _("There is no such record, or it lies outside what you may read.")
LOOKS = ((forms.CheckboxInput, "form-check-input"), (forms.Select, "form-select"), (forms.Widget, "form-control"))
SIMPLE: dict[Any, tuple[type[forms.Field], dict[str, Any]]] = {
    bool: (forms.BooleanField, {"required": False}),
    int: (forms.IntegerField, {"min_value": SMALLEST, "max_value": -SMALLEST - 1}),
    float: (forms.FloatField, {}),
    Decimal: (forms.DecimalField, {"max_digits": 20}),
    datetime: (forms.DateTimeField, {"widget": forms.DateTimeInput(attrs={"type": "datetime-local"})}),
    date: (forms.DateField, {"widget": forms.DateInput(attrs={"type": "date"})}),
}
LONG = {"reason", "text", "report", "note", "description_zh", "description_en", "instruction_zh", "instruction_en"}


class Texts(forms.CharField):
    """Several short texts: a list from a program, or one line with commas from a page."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, empty_value=None)

    def to_python(self, value: Any) -> Any:
        found = value if isinstance(value, (list, tuple)) else str(value or "").replace("，", ",").split(",")
        if len(found) > MOST_TEXTS or not all(isinstance(one, str) and len(one) <= 200 for one in found):
            raise forms.ValidationError(_("Give a list of short texts."))
        return [one.strip() for one in found if one.strip()] or None

    def run_validators(self, value: Any) -> None:
        """Check each text on its own."""
        for one in value or ():
            super().run_validators(one)


def dress(form: Any) -> Any:
    """Give every field of a form its look."""
    for field in form.fields.values():
        look = next(look for widget, look in LOOKS if isinstance(field.widget, widget))
        if isinstance(field.widget, forms.NullBooleanSelect):
            field.widget.choices = [("unknown", _("Any")), *list(field.widget.choices)[1:]]
        field.widget.attrs["class"] = f"{field.widget.attrs.get('class', '')} {look}".strip()
    return form


def check_time(value: Any) -> None:
    """Refuse a time at the ends of the calendar, where programs cannot reckon and nobody means it."""
    if not believable(value):
        raise forms.ValidationError(_("Give a year from 1900 to 2199."))


def _timely(fields: Iterable[Any]) -> None:
    """Let no field take a time at the ends of the calendar."""
    for field in fields:
        if isinstance(field, (forms.DateField, forms.DateTimeField, IsoDateTimeField)):
            field.validators = [*field.validators, check_time]


def record_form(desk: type[Desk]) -> type[forms.ModelForm[Any]]:
    """Make the form of a record; it checks and never saves."""
    names = tuple(dict.fromkeys((*desk.form, "area"))) if hasattr(desk.record, "area") else desk.form
    labels = {name: label_of(desk.record, column(name)) for name in names}
    made: type[forms.ModelForm[Any]] = forms.modelform_factory(desk.record, fields=names, labels=labels)
    for field in made.base_fields.values():
        if isinstance(field, forms.ModelChoiceField) and field.queryset is not None and field.queryset.model in DESKS:
            linked = DESKS[field.queryset.model]
            field.queryset = joined(readable(field.queryset.model), linked.shown())
            field.label_from_instance = linked.found  # type: ignore[method-assign, assignment]
            field.error_messages["invalid_choice"] = NOT_READABLE
    _timely(made.base_fields.values())
    return made


def parameters(verb: Action[Any, Any]) -> dict[str, tuple[Any, Any]]:
    """Return a verb's typed keywords after its record: name → (type, default)."""
    hints = get_type_hints(verb.function)
    keywords = [p for p in inspect.signature(verb.function).parameters.values() if p.kind is inspect.Parameter.KEYWORD_ONLY]
    return {p.name: (hints[p.name], p.default) for p in (keywords[1:] if verb.spec.record else keywords)}


def subject_of(verb: Action[Any, Any]) -> str:
    """Return the name of a verb's first keyword: the record it is about."""
    return next(p.name for p in inspect.signature(verb.function).parameters.values() if p.kind is inspect.Parameter.KEYWORD_ONLY)


def verb_form(verb: Action[Any, Any], record: Any) -> type[forms.Form]:
    """Make the form of a verb from its keywords; one named like a field of the record takes its choices and length."""
    fields = {name: _field(name, hint, default, _own_field(record, name)) for name, (hint, default) in parameters(verb).items()}
    _timely(fields.values())
    return type("VerbForm", (forms.Form,), fields)


def _own_field(record: Any, name: str) -> Any:
    return next((f for f in record._meta.concrete_fields if f.name == name and not f.is_relation), None)


def _field(name: str, hint: Any, default: Any, own: Any) -> forms.Field:
    optional = default is not inspect.Parameter.empty
    kinds = [k for k in get_args(hint) if k is not type(None)] if get_origin(hint) in (Union, types.UnionType) else [hint]
    options: dict[str, Any] = {"label": label(name, own), "required": not optional, "initial": default if optional else None}
    kind = kinds[0]
    named = isinstance(kind, type) and issubclass(kind, TextChoices)
    chosen = kind.choices if named else getattr(own, "choices", None)
    if chosen and (named or kind in (int, str)):
        left_out = default if optional else None
        coerce = str if named else kind
        return forms.TypedChoiceField(**options, choices=[("", "—"), *chosen], coerce=coerce, empty_value=left_out)
    if kind in SIMPLE:
        made, more = SIMPLE[kind]
        return made(**{**options, **more})
    if get_origin(kind) is list:
        return Texts(**options)
    longest = getattr(own, "max_length", None) or LONGEST_TEXT
    widget = forms.Textarea(attrs={"rows": 3}) if name in LONG else forms.TextInput()
    left_out = default if optional and isinstance(default, str) else ""
    return forms.CharField(**options, max_length=longest, widget=widget, empty_value=left_out)


def filter_set(desk: type[Desk]) -> type[django_filters.FilterSet]:
    """Make the filters of a list."""
    declared: dict[str, Any] = {}
    plain: list[str] = []
    for part in desk.filters:
        if isinstance(part, Range):
            field = desk.record._meta.get_field(part.name)
            for end, sense, label in (("from", "gte", _("%(name)s from")), ("to", "lte", _("%(name)s to"))):
                declared[f"{part.name}_{end}"] = django_filters.IsoDateTimeFilter(
                    part.name,
                    sense,
                    label=label % {"name": field.verbose_name},
                    widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
                    validators=[check_time],
                )
        else:
            plain.append(part)
    if hasattr(desk.record, "area"):
        declared["area"] = django_filters.CharFilter("area", "startswith", label=_("Division code"))
    picked = {"filter_class": django_filters.ModelChoiceFilter, "extra": _readable_choices}
    meta = type("Meta", (), {"model": desk.record, "fields": plain, "filter_overrides": {ForeignKey: picked}})
    return type(f"{desk.__name__}Filters", (django_filters.FilterSet,), {**declared, "Meta": meta})


def _readable_choices(field: Any) -> dict[str, Any]:
    """Return what a filter by a foreign key offers: rows that the viewer may read."""
    return {"queryset": lambda _request: readable(field.related_model)}
