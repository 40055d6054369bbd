"""Form fields of a verb's inputs: each kind read alike from a page's form and from a program's JSON, faults in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Choices, IntegerChoices
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.kit import inputs, names
from anlan.kit.clock import believable
from anlan.kit.desk.columns import joined
from anlan.kit.desk.declaration import DESKS
from anlan.kit.desk.finding import searched
from anlan.kit.desk.places import ShapeField
from anlan.kit.inputs import Parameter
from anlan.kit.records import narrowed
from anlan.kit.refusals import NotFound

SMALLEST = -(2**31)
LONGEST_TEXT, MOST_TEXTS, MOST_LINES = 100_000, 1000, 500
#: So many rows a picker offers at once; what is beyond is found by typing.
OFFERED = 50
LOOKS = ((forms.CheckboxInput, "form-check-input"), (forms.Select, "form-select"), (forms.Widget, "form-control"))
#: Browsers read a day and a moment in one form alone, whatever the language: in another, their pickers stay empty.
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
SIMPLE: dict[Any, tuple[type[forms.Field], dict[str, Any]]] = {
    bool: (forms.BooleanField, {"required": False}),
    int: (forms.IntegerField, {"min_value": SMALLEST, "max_value": -SMALLEST - 1}),
    float: (forms.FloatField, {}),
    Decimal: (forms.DecimalField, {"max_digits": 20}),
    datetime: (forms.DateTimeField, {"widget": MOMENT}),
    date: (forms.DateField, {"widget": DAY}),
}


def check_time(value: Any) -> None:
    """Refuse a time at the ends of the calendar, where programs cannot reckon and nobody means it."""
    if not believable(value):
        raise forms.ValidationError(_("Give a year from 1900 to 2199."))


def timely(fields: Iterable[Any]) -> None:
    """Let no field take a time at the ends of the calendar."""
    for field in fields:
        if isinstance(field, forms.DateField | forms.DateTimeField) and check_time not in field.validators:
            field.validators = [*field.validators, check_time]


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


class RefWidget(forms.Select):
    """A picker of rows: the first ones as a plain list, the rest found by typing (`desk:pick`)."""

    parameter: Parameter
    #: The action's name and the path to the input, by which more rows are asked for.
    asked_by: tuple[str, str]

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        rows = list(offers(self.parameter)[: OFFERED + 1])
        shown = [(key_of(row), name_of(row)) for row in rows[:OFFERED]]
        chosen = next((str(one) for one in value or () if one not in ("", None)), "")
        if chosen and all(str(key) != chosen for key, _name in shown):
            shown.append((chosen, _name_of_key(self.parameter, chosen)))
        self.choices = [("", "—"), *shown]
        return super().optgroups(name, value, attrs)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["attrs"] |= {"data-pick": reverse("desk:pick", args=self.asked_by)}
        return context


class RefField(forms.Field):
    """A record that the viewer may see; cleaned to the row."""

    def __init__(self, parameter: Parameter, asked_by: tuple[str, str], **options: Any) -> None:
        self.parameter = parameter
        widget = RefWidget()
        widget.parameter, widget.asked_by = parameter, asked_by
        super().__init__(**options, widget=widget)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return inputs.found(self.parameter, value)
        except NotFound as refusal:
            raise forms.ValidationError(str(refusal)) from None


class LinesWidget(forms.Widget):
    """A small table of forms, one per line; lines can be added and left empty."""

    template_name = "ui/lines.html"
    form: type[forms.Form]
    #: Empty lines shown at first.
    empty = 3

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return what was given: a list from a program; the table's filled cells from a page."""
        if name in data:
            return data[name] if not hasattr(data, "getlist") else data.get(name)
        count = data.get(f"{name}-count", "0")
        rows = range(min(int(count), MOST_LINES + 1) if str(count).isdecimal() and len(str(count)) < 6 else 0)
        fields = self.form.base_fields.items()
        return [
            {key: field.widget.value_from_datadict(data, files, f"{name}-{row}-{key}") for key, field in fields} for row in rows
        ]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        given = [one for one in value or () if isinstance(one, dict)]
        rows = [self._bound(name, number, one) for number, one in enumerate(given)]
        rows += [self._bound(name, number, None) for number in range(len(rows), max(self.empty, len(rows) + 1))]
        return {**context, "rows": rows, "blank": self._bound(name, "__n__", None), "count": len(rows)}

    def _bound(self, name: str, number: Any, content: dict[str, Any] | None) -> forms.Form:
        prefix = f"{name}-{number}"
        filled = content is not None and not _is_empty(content)
        data = {f"{prefix}-{key}": one for key, one in content.items()} if filled and content else None
        made = dress(self.form(data, prefix=prefix))
        made.use_required_attribute = False
        for field in made.fields.values():
            field.widget.attrs["aria-label"] = field.label
        return made


class LinesField(forms.Field):
    """Several lines of inputs, cleaned to frozen dataclasses; each fault names its line."""

    widget = LinesWidget

    def __init__(self, parameter: Parameter, asked_by: tuple[str, str], **options: Any) -> None:
        self.parameter = parameter
        self.line = form_of(parameter.parameters, None, *asked_by)
        for field in self.line.base_fields.values():
            field.initial = None  # an untouched line is empty; the dataclass has the defaults
        super().__init__(**options)
        self.widget.form = self.line

    def __deepcopy__(self, memo: Any) -> Any:
        made = super().__deepcopy__(memo)
        made.widget.form = self.line
        return made

    def clean(self, value: Any) -> Any:
        if value not in self.empty_values and not (isinstance(value, list) and all(isinstance(one, dict) for one in value)):
            raise forms.ValidationError(_("Give a list of objects, one per line."))
        given = [(number, one) for number, one in enumerate(value or ()) if not _is_empty(one)]
        if len(given) > MOST_LINES:
            raise forms.ValidationError(_("Give at most %(count)d lines at once."), params={"count": MOST_LINES})
        faults, made = [], []
        for number, content in given:
            form = self.line(content)
            unknown = sorted(set(content) - set(form.fields))
            faults += [self.fault(f"{number}.", _("There is no such input: %(name)s.") % {"name": name}) for name in unknown]
            if form.is_valid():
                made.append(self.parameter.type(**given_of(form)))
            faults += [self.fault(f"{number}.{name}", text) for name, texts in form.errors.items() for text in texts]
        if faults:
            raise forms.ValidationError(faults)
        if self.required and not made:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return made or None

    def fault(self, where: str, text: Any) -> str:
        """Return a fault of one cell with the line (from 1) and column it stands in; `where` is "2.quantity"."""
        number, _dot, name = where.partition(".")
        field = self.line.base_fields.get(name)
        line = str(_("Line %(number)d") % {"number": int(number) + 1}) if number.isdecimal() else number
        return f"{line} · {field.label}: {text}" if field else f"{line}: {text}"


def _is_empty(content: dict[str, Any]) -> bool:
    return all(one in (None, "", False, [], {}) for one in content.values())


def given_of(form: forms.Form) -> dict[str, Any]:
    """Return the inputs of a valid form that were given; what was left empty takes the function's default."""
    return {key: value for key, value in form.cleaned_data.items() if value is not None}


def dress(form: Any) -> Any:
    """Give every field of a form its look, and those of an app's own form class the house's bounds of time too."""
    timely(form.fields.values())
    for name, field in form.fields.items():
        look = next(look for widget, look in LOOKS if isinstance(field.widget, widget))
        if isinstance(field.widget, forms.NullBooleanSelect):
            field.widget.choices = [("unknown", _("Any")), *list(field.widget.choices)[1:]]
        field.widget.attrs["class"] = f"{field.widget.attrs.get('class', '')} {look}".strip()
        if names.kind_of(name) == "area" and isinstance(field.widget, forms.TextInput):  # picked by name, not typed as a code
            called = names.name_of("area", str(form[name].value() or ""))
            field.widget.attrs |= {"data-division": reverse(settings.ANLAN_PAGES["divisions"]), "data-name": called}
    return form


def offers(parameter: Parameter, text: str = "") -> Any:
    """Return the rows that a picker offers for a record: those that contain `text` and that the verb may be done for, in their desk's order."""
    rows = inputs.offered(parameter)
    rows = narrowed(rows, parameter.input.needs) if parameter.input.needs else rows
    desk = DESKS.get(parameter.type)
    if desk is None:
        code = inputs.natural_code(parameter.type)
        return rows.filter(**{f"{code}__icontains": text}) if text and code else rows.order_by("pk")
    rows = searched(desk, joined(rows, desk.shown()), text)
    return rows.order_by(*desk.order) if desk.order else rows.order_by("pk")


def key_of(row: Any) -> Any:
    """Return by what a page names a row: its natural code, else its id."""
    code = inputs.natural_code(type(row))
    return getattr(row, code) if code else row.pk


def name_of(row: Any) -> str:
    """Return what a picker calls a row."""
    return DESKS[type(row)].found(row) if type(row) in DESKS else str(row)


def _name_of_key(parameter: Parameter, key: str) -> str:
    try:
        return name_of(inputs.found(parameter, key))
    except NotFound:
        return key


class Chosen(forms.TypedChoiceField):
    """One of the values that the record's own state leaves open."""


def form_of(parameters: Iterable[Parameter], record: Any, action: str, path: str = "", about: Any = None) -> type[forms.Form]:
    """Make the form of inputs; `action` and `path` say whose they are, for pickers; `about` is the row that they are for."""
    made: dict[str, Any] = {
        one.name: field_of(one, own_field(record, one.name), (action, f"{path}{one.name}"), about) for one in parameters
    }
    timely(made.values())
    wide = any(one.kind in ("lines", "geometry") for one in parameters)
    return type("VerbForm", (forms.Form,), {**made, "wide": wide})


def own_field(record: Any, name: str) -> Any:
    """Return the column of a record that an input is named after, if there is one."""
    return next((f for f in record._meta.concrete_fields if f.name == name and not f.is_relation), None) if record else None


def field_of(parameter: Parameter, column: Any, asked_by: tuple[str, str], about: Any = None) -> forms.Field:
    """Make the form field of one input."""
    initial = None if parameter.required else parameter.default
    options: dict[str, Any] = {
        "label": parameter.called(column),
        "help_text": parameter.input.help,
        "required": parameter.required,
        "initial": initial,
    }
    if parameter.kind == "ref":
        return RefField(parameter, asked_by, **options)
    if parameter.kind == "lines":
        return LinesField(parameter, (asked_by[0], f"{asked_by[1]}."), **options)
    if parameter.kind == "geometry":
        return ShapeField(parameter.input.geometry_types, **options)
    if parameter.kind == "upload":
        return forms.FileField(**options, widget=forms.FileInput(attrs={"accept": parameter.input.accept or "*/*"}))
    if choices := parameter.input.choices:
        left_out = {} if parameter.required else {"empty_value": parameter.default}
        return Chosen(**options, **left_out, choices=lambda: _with_none(choices(about)), coerce=parameter.type)
    return _scalar(parameter, column, options)


def _with_none(choices: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Return choices with one of nothing before them, unless they say themselves what nothing means."""
    offered = list(choices)
    return offered if any(value == "" for value, _label in offered) else [("", "—"), *offered]


def _scalar(parameter: Parameter, column: Any, options: dict[str, Any]) -> forms.Field:
    kind = parameter.type
    named = isinstance(kind, type) and issubclass(kind, Choices)
    chosen = kind.choices if named else getattr(column, "choices", None)
    if chosen and (named or kind in (int, str)):
        coerce: Any = (int if issubclass(kind, IntegerChoices) else str) if named else kind
        return forms.TypedChoiceField(**options, choices=[("", "—"), *chosen], coerce=coerce, empty_value=options["initial"])
    hidden = {"widget": forms.HiddenInput()} if parameter.input.hidden else {}
    if kind in SIMPLE:
        made, more = SIMPLE[kind]
        return made(**{**options, **more, **hidden})
    if kind is list or getattr(kind, "__origin__", None) is list:
        return Texts(**options)
    longest = getattr(column, "max_length", None) or LONGEST_TEXT
    lines = {"widget": forms.Textarea(attrs={"rows": parameter.input.rows})} if parameter.input.rows > 1 else hidden
    left_out = parameter.default if isinstance(parameter.default, str) else ""
    return forms.CharField(**options, max_length=longest, **lines, empty_value=left_out)
