"""Forms: a record's own from its fields, a verb's from its signature; filters from a declaration."""

from __future__ import annotations

from functools import partial
from typing import Any

import django_filters
from django import forms
from django.db.models import DateField, DateTimeField, ForeignKey
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from anlan.kit.actions import Action
from anlan.kit.desk.columns import Range, column, joined, label_of
from anlan.kit.desk.declaration import DESKS, Desk
from anlan.kit.desk.fields import DAY, MOMENT, check_time, form_of, timely
from anlan.kit.desk.nearby import NearField, within
from anlan.kit.desk.places import ShapeField, kinds_of
from anlan.kit.records import readable
from anlan.kit.refusals import Refusal
from anlan.kit.ui.templatetags.ui import cited

NOT_READABLE = _("There is no such record, or it lies outside what you may read.")


def _form_field(column: Any, **options: Any) -> Any:
    """Make a column's form field: a geometry is typed or pasted; Django's own widget would fetch a map from abroad."""
    if hasattr(column, "geom_type"):
        return column.formfield(**options, form_class=partial(ShapeField, kinds_of(column)))
    return column.formfield(**options)


def record_form(desk: type[Desk]) -> type[forms.ModelForm[Any]]:
    """Make the form of a record; it checks and never saves."""
    names = tuple(dict.fromkeys((*desk.form, "area"))) if hasattr(desk.record, "area") else desk.form
    labels = {name: label_of(desk.record, column(name)) for name in names}
    made: type[forms.ModelForm[Any]] = forms.modelform_factory(
        desk.record, fields=names, labels=labels, formfield_callback=_form_field
    )
    for field in made.base_fields.values():
        if isinstance(field, forms.ModelChoiceField) and field.queryset is not None and field.queryset.model in DESKS:
            linked = DESKS[field.queryset.model]
            field.queryset = joined(readable(field.queryset.model), linked.shown())
            field.label_from_instance = linked.found  # type: ignore[method-assign, assignment]
            field.error_messages["invalid_choice"] = NOT_READABLE
    timely(made.base_fields.values())
    return made


def verb_form(verb: Action[Any, Any], record: Any, about: Any = None) -> type[forms.Form]:
    """Make the form of a verb about a row from its inputs; one named like a column takes its choices, length and label."""
    return form_of(verb.parameters, record, verb.spec.name, about=about)


def refuse(form: Any, refusal: Refusal) -> None:
    """Show on a form why an action said no: at the input at fault, with the article it rests on."""
    name, _dot, where = refusal.field.partition(".")
    field = form.fields.get(name)
    if field and where and hasattr(field, "fault"):
        form.add_error(name, field.fault(where, f"{refusal}（{refusal.article}）" if refusal.article else str(refusal)))
    else:
        text = format_html("{}（{}）", refusal, cited(refusal.article)) if refusal.article else str(refusal)
        form.add_error(name if field else None, text)


class Near(django_filters.Filter):
    """Narrow a list to what lies in a circle: "113.05, 23.70, 3"."""

    field_class = NearField

    def filter(self, qs: Any, value: Any) -> Any:
        """Return the rows in the circle; all without one."""
        return within(qs, self.field_name, value) if value else qs


def filter_set(desk: type[Desk]) -> type[django_filters.FilterSet]:
    """Make the filters of a list."""
    declared: dict[str, Any] = {}
    plain: list[str] = []
    for part in desk.filters:
        if isinstance(part, Range):
            field = desk.record._meta.get_field(part.name)
            kind, options = _bound(field)
            for end, sense, label in (("from", "gte", _("%(name)s from")), ("to", "lte", _("%(name)s to"))):
                declared[f"{part.name}_{end}"] = kind(part.name, sense, label=label % {"name": field.verbose_name}, **options)
        else:
            plain.append(part)
    if desk.point:
        declared["near"] = Near(desk.point, label=_("Within (longitude, latitude, km)"))
    if hasattr(desk.record, "area"):
        declared["area"] = django_filters.CharFilter("area", "startswith", label=_("Division"))
    picked = {"filter_class": django_filters.ModelChoiceFilter, "extra": _readable_choices}
    meta = type("Meta", (), {"model": desk.record, "fields": plain, "filter_overrides": {ForeignKey: picked}})
    return type(f"{desk.__name__}Filters", (django_filters.FilterSet,), {**declared, "Meta": meta})


def _bound(field: Any) -> tuple[type[django_filters.Filter], dict[str, Any]]:
    """Return the filter for one end of a range over a column: an instant, a day or a number."""
    if isinstance(field, DateTimeField):
        return django_filters.IsoDateTimeFilter, {"widget": MOMENT, "validators": [check_time]}
    if isinstance(field, DateField):
        return django_filters.DateFilter, {"widget": DAY, "validators": [check_time]}
    return django_filters.NumberFilter, {}


def _readable_choices(field: Any) -> dict[str, Any]:
    """Return what a filter by a foreign key offers: rows that the viewer may read."""
    return {"queryset": lambda _request: readable(field.related_model)}
