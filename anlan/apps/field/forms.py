"""Verbs as a device draws and reads them: declarations made of the same typed inputs as pages and API, in both languages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.apps import apps
from django.utils.translation import gettext as _

from anlan.apps.field.bilingual import both
from anlan.apps.field.rules import Given
from anlan.kit import inputs, journal
from anlan.kit.actions import ACTIONS, Action
from anlan.kit.desk import DESKS
from anlan.kit.desk.fields import given_of, key_of, name_of, own_field
from anlan.kit.desk.forms import verb_form
from anlan.kit.desk.json_types import mistyped
from anlan.kit.inputs import Parameter
from anlan.kit.refusals import NotFound, Refusal
from anlan.kit.scope import current

#: So many rows of a picker are kept on a device.
MOST_OFFERED = 200


def offline_verbs() -> list[Action[Any, Any]]:
    """Return the verbs that may be done without a network and that the actor may do somewhere."""
    held = (verb for name, verb in sorted(ACTIONS.items()) if verb.spec.offline)
    return [verb for verb in held if current().areas_for(verb.spec.needs)]


def record_of(verb: Action[Any, Any]) -> Any:
    """Return the kind of record that a verb is about, or that it begins; None where no desk knows."""
    if verb.spec.record:
        return apps.get_model(verb.spec.record)
    return next((desk.record for desk in DESKS.values() if verb in desk.begins), None)


#: Verbs whose form is a sheet of its own, which a device holds beside them: of these it needs the name alone.
OF_SHEETS = "checks."


def declaration(verb: Action[Any, Any]) -> dict[str, Any]:
    """Say of a verb what a device needs to offer it, draw its form, and show meanwhile what it will lead to."""
    spec = verb.spec
    asked = () if spec.name.startswith(OF_SHEETS) else verb.parameters
    found = {
        "label": both(lambda: spec.label),
        "story": both(lambda: spec.story),
        "record": spec.record.lower(),
        "fields": [field(one, record_of(verb)) for one in asked],
    }
    if spec.moves is not None:
        found["from"] = [str(state.value) for state in spec.moves.before]
        found["to"] = str(spec.moves.after.value) if spec.moves.after is not None else ""
    return found


def field(parameter: Parameter, record: Any) -> dict[str, Any]:
    """Say of one input what a device needs to ask for it."""
    own = own_field(record, parameter.name)
    made = {
        "name": parameter.name,
        "label": both(lambda: parameter.called(own)),
        "help": both(lambda: parameter.input.help),
        "kind": parameter.kind or _kind(parameter, own),
        "required": parameter.required,
        "rows": parameter.input.rows,
        "accept": parameter.input.accept,
        # What it writes into a field of the record itself: the device says what stood there.
        "base": own is not None and own.name not in getattr(record, "journal_masks", ()),
    }
    if parameter.kind == "ref":
        rows = list(inputs.offered(parameter)[:MOST_OFFERED])
        made["choices"] = [[key_of(row), both(lambda row=row: name_of(row))] for row in rows]
    elif parameter.kind == "lines":
        made["fields"] = [field(one, None) for one in parameter.parameters]
    elif choices := _choices(parameter, own):
        made |= {"kind": "choice", "choices": [[value, both(lambda label=label: label)] for value, label in choices]}
    return made


def _choices(parameter: Parameter, column: Any) -> list[tuple[Any, Any]]:
    found = getattr(parameter.type, "choices", None) or getattr(column, "choices", None)
    return list(found) if found and not parameter.kind else []


def _kind(parameter: Parameter, column: Any) -> str:
    names = {"str": "text", "int": "number", "float": "number", "Decimal": "number", "bool": "bool"}
    return names.get(getattr(parameter.type, "__name__", ""), getattr(parameter.type, "__name__", "text"))


def cleaned(verb: Action[Any, Any], given: Given, row: Any, files: dict[str, Any]) -> dict[str, Any]:
    """Read an operation's inputs as the API reads them; Refusal in words, naming the first input at fault."""
    record = record_of(verb)
    kind = verb_form(verb, record, row)
    if unknown := sorted({*given.inputs, *given.files} - set(kind.base_fields)):
        raise Refusal(_("There is no such input: %(name)s.") % {"name": unknown[0]}, field=unknown[0])
    for name, value in given.inputs.items():
        if isinstance(kind.base_fields[name], forms.FileField):
            raise Refusal(_("Send the file first, then name it."), field=name)
        if wrong := mistyped(kind.base_fields[name], value):
            raise Refusal(f"{kind.base_fields[name].label}: {wrong[0]}", field=name)
    form = kind(given.inputs, files)
    for name, faults in form.errors.items():
        label = f"{form.fields[name].label}: " if name in form.fields else ""
        raise Refusal(f"{label}{faults[0]}", field=name)
    return given_of(form)


def subject_of(verb: Action[Any, Any], pk: str) -> Any:
    """Return the record that an operation is about, as its desk shows it to the actor; None for a verb that begins one."""
    if not verb.spec.record:
        return None
    desk = DESKS.get(record_of(verb))
    if desk is None or not pk.isdecimal() or len(pk) > 18:
        raise NotFound()
    return desk.get(int(pk))


def as_written(row: Any, names: Any) -> dict[str, Any]:
    """Return what stands in some of a record's own fields as JSON; masked ones are left out."""
    masks = getattr(row, "journal_masks", ())
    own = {f.name for f in row._meta.concrete_fields if not f.is_relation and f.name not in masks}
    return {name: journal.plain(getattr(row, name)) for name in names if name in own}
