"""What the API document says of a desk: the shapes of its records and of the bodies its verbs take, from the same forms."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers

from anlan.kit import inputs
from anlan.kit.actions import Action
from anlan.kit.desk.declaration import Desk
from anlan.kit.desk.fields import MOST_LINES, MOST_TEXTS, Chosen, LinesField, RefField, Texts
from anlan.kit.desk.forms import verb_form
from anlan.kit.desk.places import ShapeField


class ParkedSerializer(serializers.Serializer[Any]):
    """A step that waits for a second person; nothing has changed yet."""

    pending = serializers.IntegerField(help_text="The confirmation's id: POST /api/v1/kit/confirmations/{id}/confirm/")
    state = serializers.CharField()
    title = serializers.CharField()
    url = serializers.CharField()


class SheetSerializer(serializers.Serializer[Any]):
    """A spreadsheet, sent as multipart/form-data."""

    file = serializers.FileField(help_text="CSV or Excel, with the columns of the form")
    check = serializers.BooleanField(default=False, help_text="Only look: nothing is written")


class BroughtInSerializer(serializers.Serializer[Any]):
    """What became of a spreadsheet: all its rows are added, or none."""

    rows = serializers.IntegerField(help_text="Rows without fault")
    added = serializers.BooleanField()
    faults = serializers.ListField(child=serializers.DictField(), help_text="line, column and reason of each fault")


class LeftToJobSerializer(serializers.Serializer[Any]):
    """A large spreadsheet is worked on in the background."""

    job = serializers.IntegerField(help_text="The background job")
    url = serializers.CharField(help_text="Where to ask how far it is")


class BulkSerializer(serializers.Serializer[Any]):
    """To which records a verb is done: by their ids, or all of a list as filtered."""

    ids = serializers.ListField(child=serializers.IntegerField(min_value=1), required=False, max_length=10_000)
    filters = serializers.DictField(child=serializers.CharField(), required=False, help_text="As in the list's address")
    inputs = serializers.DictField(default=dict, help_text="What the verb asks for")


class BulkRowSerializer(serializers.Serializer[Any]):
    """What became of one record; why not, as problem details."""

    id = serializers.IntegerField()
    done = serializers.BooleanField()
    status = serializers.IntegerField(required=False)
    title = serializers.CharField(required=False)


class BulkDoneSerializer(serializers.Serializer[Any]):
    """What became of each record; those that were refused leave the others as they are."""

    done = serializers.IntegerField()
    refused = serializers.IntegerField()
    rows = BulkRowSerializer(many=True)


class RecordSerializer(serializers.ModelSerializer[Any]):
    """A record as the API shows it; a choice that may be blank says so."""

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        made, options = super().build_standard_field(field_name, model_field)
        if model_field.choices:
            blank = [("", "—")] if model_field.blank and model_field.get_internal_type() == "CharField" else []
            choices = [*blank, *model_field.choices]
            return serializers.ChoiceField, {
                "choices": choices,
                "allow_null": model_field.null,
                "label": model_field.verbose_name,
            }
        return made, options


def serializer_for(desk: type[Desk]) -> type[RecordSerializer]:
    """Return the serializer of a record: its own fields, masked ones left out, outlines left to the map; codes also in words."""
    return _serializer(desk.record)


@cache
def _serializer(record: Any) -> type[RecordSerializer]:
    masks = getattr(record, "journal_masks", ())
    names = [f.name for f in record._meta.concrete_fields if f.name not in masks and not hasattr(f, "geom_type")]
    names += getattr(record, "extra_api_fields", ())
    parts = {p: _serializer(record._meta.get_field(p).related_model)(many=True, read_only=True) for p in shown_with(record)}
    names += parts
    meta = type("Meta", (), {"model": record, "fields": names, "read_only_fields": names})
    story = f"{record._meta.label}: {(record.__doc__ or '').strip().splitlines()[0]}"
    return type(f"{_name(record)}Serializer", (RecordSerializer,), {**parts, "Meta": meta, "__doc__": story})


def shown_with(record: Any) -> tuple[str, ...]:
    """Return the names of the rows that hang on a record and are shown with it: the lines of a document."""
    return tuple(getattr(record, "shown_with", ()))


def _name(record: Any) -> str:
    """Return a component name that two apps' records of one name do not share."""
    return f"{record._meta.app_label.title()}{record.__name__}"


def body_of_record(desk: type[Desk], *, partial: bool = False) -> type[serializers.Serializer[Any]]:
    """Describe the body that creates a record, or with `partial` changes one."""
    names = list(dict.fromkeys((*desk.form, "area"))) if hasattr(desk.record, "area") else list(desk.form)
    own = {f.name: f for f in desk.record._meta.concrete_fields}
    wanted = {name: {"required": not partial and not (own[name].blank or own[name].has_default())} for name in names}
    places = {
        name: GeometryValue(required=options["required"]) for name, options in wanted.items() if hasattr(own[name], "geom_type")
    }
    for name in places:
        del wanted[name]
    meta = type("Meta", (), {"model": desk.record, "fields": names, "extra_kwargs": wanted})
    name = f"{_name(desk.record)}{'Change' if partial else 'New'}Serializer"
    return type(name, (serializers.ModelSerializer,), {**places, "Meta": meta})


def body_of_verb(desk: type[Desk], verb: Action[Any, Any]) -> type[serializers.Serializer[Any]]:
    """Return the description of a verb's body, made from its form."""
    return _body_of_verb(desk.record, verb)


@cache
def _body_of_verb(record: Any, verb: Any) -> type[serializers.Serializer[Any]]:
    fields = {name: _described(field) for name, field in verb_form(verb, record).base_fields.items()}
    name = verb.spec.last.title().replace("_", "")
    return type(f"{_name(record)}{name}RequestSerializer", (serializers.Serializer,), fields)


#: How the lines of a verb are described, by their dataclass.
LINES: dict[Any, type[serializers.Serializer[Any]]] = {}
KINDS: tuple[tuple[type[forms.Field], type[serializers.Field[Any, Any, Any, Any]]], ...] = (
    (forms.BooleanField, serializers.BooleanField),
    (forms.FloatField, serializers.FloatField),
    (forms.DecimalField, serializers.DecimalField),
    (forms.IntegerField, serializers.IntegerField),
    (forms.DateTimeField, serializers.DateTimeField),
    (forms.DateField, serializers.DateField),
)


@extend_schema_field({"type": "object", "description": "A geometry in GeoJSON, WGS 84"})
class GeometryValue(serializers.JSONField):
    """A GeoJSON geometry."""


@extend_schema_field({"oneOf": [{"type": "integer", "minimum": 1}, {"type": "string", "minLength": 1}]})
class IdOrCode(serializers.CharField):
    """A record by its id (a number) or its code (a text)."""


def _described(field: Any) -> Any:
    options: dict[str, Any] = {"required": field.required, "help_text": field.label}
    if isinstance(field, RefField):
        return (IdOrCode if inputs.natural_code(field.parameter.type) else serializers.IntegerField)(**options)
    if isinstance(field, ShapeField):
        return GeometryValue(**options)
    if isinstance(field, LinesField):
        inner = {name: _described(one) for name, one in field.line.base_fields.items()}
        made_anew = type(f"{field.parameter.type.__name__}Serializer", (serializers.Serializer,), inner)
        child = LINES.setdefault(field.parameter.type, made_anew)  # two verbs may take the same lines
        return serializers.ListField(**options, child=child(), max_length=MOST_LINES)
    if isinstance(field, forms.FileField):
        return serializers.FileField(**options)
    if isinstance(field, Texts):
        return serializers.ListField(**options, child=serializers.CharField(max_length=200), max_length=MOST_TEXTS)
    if isinstance(field, Chosen):
        return (serializers.IntegerField if field.coerce is int else serializers.CharField)(**options)
    choices = getattr(field, "choices", None)
    if choices is not None:
        return serializers.ChoiceField(**options, choices=[(value, label) for value, label in choices if value != ""])
    for form_field, made in KINDS:
        if issubclass(type(field), form_field):
            if made is serializers.DecimalField:
                options |= {"max_digits": field.max_digits, "decimal_places": field.decimal_places}
            if made is serializers.IntegerField:
                options |= {"min_value": field.min_value, "max_value": field.max_value}
            return made(**options)
    return serializers.CharField(**options, max_length=field.max_length, allow_blank=not field.required)


def takes_files(verb: Action[Any, Any]) -> bool:
    """Return whether a verb's request comes as a form with files."""
    return any(one.kind == "upload" for one in verb.parameters)


def _request(verb: Action[Any, Any], body: type[serializers.Serializer[Any]]) -> Any:
    """Return how a verb's request is sent; where a file may be left out, as JSON too."""
    if not takes_files(verb):
        return body
    left_out = all(not one.required for one in verb.parameters if one.kind == "upload")
    return {"multipart/form-data": body} | ({"application/json": _without_files(body)} if left_out else {})


def _without_files(body: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    fields = {name: one for name, one in body().fields.items() if not isinstance(one, serializers.FileField)}
    return type(f"{body.__name__.removesuffix('Serializer')}JsonSerializer", (serializers.Serializer,), fields)


def described(desk: type[Desk], verb: Action[Any, Any], begins: bool = False) -> Callable[..., Any]:
    """Describe a verb's endpoint: body, answers, an example to copy."""
    form = verb_form(verb, desk.record).base_fields
    example = {one.name: one.input.example for one in verb.parameters if one.input.example is not None}
    body = body_of_verb(desk, verb)
    answers: dict[int, Any] = {
        (201 if begins else 200): OpenApiResponse(
            serializer_for(desk), gettext_lazy("The new record.") if begins else gettext_lazy("Done: the record as it is now.")
        ),
        202: OpenApiResponse(ParkedSerializer, gettext_lazy("Parked: a second person must confirm it.")),
    }
    if not begins:
        answers[204] = OpenApiResponse(description=gettext_lazy("Done, and the record has left your jurisdiction."))
    return extend_schema(
        request=_request(verb, body) if form else None,
        responses=answers,
        summary=verb.spec.label,
        description=f"{verb.function.__doc__}\n\nNeeds the permission `{verb.spec.needs}` over the record's area.",
        examples=[OpenApiExample("example", example, request_only=True)] if example else None,
    )


def described_bulk(desk: type[Desk], verb: Action[Any, Any]) -> Callable[..., Any]:
    """Describe the endpoint of a verb about several records."""
    body = body_of_verb(desk, verb)
    inputs = body(required=False) if body().fields else BulkSerializer().fields["inputs"]
    name = body.__name__.removesuffix("RequestSerializer")
    most = verb.spec.bulk.most if verb.spec.bulk else 0
    return extend_schema(
        request=type(f"{name}BulkSerializer", (BulkSerializer,), {"inputs": inputs}),
        responses={200: BulkDoneSerializer, 202: LeftToJobSerializer},
        summary=format_lazy("{}: several records", verb.spec.label),
        description=f"{verb.function.__doc__}\n\nTo at most {most} records; each is judged by itself. More than 100 are left to a job.",
    )
