"""The verbs of a document, made from its declaration: draft, edit, submit, approve, send back, post, void, discard, comment."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import field, make_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kit import journal
from anlan.kit.actions import Action, Deed, action
from anlan.kit.documents.approving import approvals_of, digits_of, needs_of
from anlan.kit.documents.model import POSTINGS, VOIDINGS, Document, DocumentState
from anlan.kit.inputs import Input, Lines, Reason, Ref
from anlan.kit.models import Approval
from anlan.kit.records import area_of
from anlan.kit.refusals import Conflict, Refusal, SamePerson
from anlan.kit.scope import current
from anlan.kit.series import next_number

#: What a verb needs where it has no permission of its own: `draft_issue` also edits, submits and discards.
PERMISSIONS = {"edit": "draft", "submit": "draft", "discard": "draft", "comment": "view", "send_back": "approve"}
OFFERS: dict[str, Callable[[Any], bool]] = {
    "approve": lambda row: row.submitted_by != current().actor,
    "void": lambda row: not row.voids_id,
}
TYPES: dict[type[models.Field[Any, Any]], Any] = {
    models.DecimalField: Decimal,
    models.DateTimeField: datetime,
    models.DateField: date,
    models.BooleanField: bool,
    models.IntegerField: int,
}
OWN = {"id", "document", "number", "area", "created_at", "changed_at"}


def verbs_of(document: type[Document]) -> dict[str, Action[Any, Any]]:
    """Make the verbs of a kind of document; `draft` begins one. Permissions: draft_, approve_, post_ and void_<document>."""
    made = {name: _verb(document, name) for name in VERBS}
    app, noun = document._meta.app_label, document._meta.model_name
    begins = action(f"{app}.draft_{noun}", needs=f"{app}.draft_{noun}", label=_("New"), icon="plus")

    def draft(deed: Deed, **given: Any) -> Document:
        """Write header and lines down in one step; a number comes when it is submitted."""
        return _draft(deed, document, given)

    return {"draft": begins(_typed(draft, document, subject=False)), **made}


def lines_of(document: type[Document]) -> type[models.Model]:
    """Return the model of a document's lines."""
    meta: Any = document._meta
    found: type[models.Model] = meta.get_field("lines").related_model
    return found


def own_fields(line: type[models.Model]) -> list[Any]:
    """Return the columns of a line that a person fills in."""
    return [f for f in line._meta.concrete_fields if f.name not in OWN]


def _verb(document: type[Document], name: str) -> Action[Any, Any]:
    app, noun = document._meta.app_label, str(document._meta.model_name)
    permission = PERMISSIONS.get(name, name)
    label, icon, function = VERBS[name]
    last, (_undo, undone) = document.last_step, VOIDINGS.get(document, (None, ""))

    def run(deed: Deed, **given: Any) -> Any:
        held = deed.lock(document, given.pop(noun))
        return function(deed, held, **given) or held

    reason = name in ("send_back", "void", "comment", "discard")
    run.__doc__ = function.__doc__
    return action(
        f"{app}.{name}_{noun}",
        needs=f"{app}.{permission}_{noun}",
        label=last.verb if name == "post" else label,
        record=document._meta.label,
        icon=last.icon if name == "post" else icon,
        story=undone if name == "void" else "",
        danger=name in ("void", "discard"),
        separate_from={"approve": "drafted_by", "void": "posted_by"}.get(name, ""),
        when=OFFERS.get(name),
        moves=getattr(document.life, name),
    )(_typed(run, document, subject=True, content=name == "edit", reason=reason))


def _typed(
    function: Callable[..., Any], document: type[Document], *, subject: bool, content: bool = False, reason: bool = False
) -> Any:
    """Give a function the signature from which pages, API and spreadsheets read what to ask."""
    keywords: dict[str, tuple[Any, Any]] = {str(document._meta.model_name): (int, inspect.Parameter.empty)} if subject else {}
    if content or not subject:
        drafts = f"{document._meta.app_label}.draft_{document._meta.model_name}"
        asked = ((name, drafts if name == document.place else "") for name in document.header)
        keywords |= {name: _input(document._meta.get_field(name), needs) for name, needs in asked}
        line: Any = _line_input(document)
        keywords["lines"] = (Annotated[Lines[line], Input(_("Lines"))], inspect.Parameter.empty)
    if reason:
        keywords["reason"] = (Reason, inspect.Parameter.empty)
    kind = inspect.Parameter.KEYWORD_ONLY

    def typed(deed: Deed, **given: Any) -> Any:
        return function(deed, **given)

    first = inspect.Parameter("deed", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    typed.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [first, *(inspect.Parameter(name, kind, default=default) for name, (_type, default) in keywords.items())]
    )
    typed.__annotations__ = {name: hint for name, (hint, _default) in keywords.items()}
    typed.__module__, typed.__doc__ = document.__module__, function.__doc__
    return typed


def _input(column: Any, needs: str = "") -> tuple[Any, Any]:
    """Return the type and default by which a column is asked for; a picker offers those rows over which the actor holds `needs`."""
    empty = inspect.Parameter.empty
    if column.is_relation:
        linked: Any = column.related_model
        ref: Any = Ref
        return Annotated[ref[linked], Input(column.verbose_name, needs=needs)], None if column.null else empty
    kind = next((hint for own, hint in TYPES.items() if isinstance(column, own)), str)
    default = (None if column.null else "") if column.blank else empty
    choices = (lambda _row: column.choices) if column.choices else None
    return Annotated[kind, Input(column.verbose_name, choices=choices)], default


@cache
def _line_input(document: type[Document]) -> type[Any]:
    """Make the dataclass of one line's inputs."""
    line = lines_of(document)
    inputs = [(column.name, *_input(column)) for column in own_fields(line)]
    given = [
        (n, hint) if default is inspect.Parameter.empty else (n, hint, field(default=default)) for n, hint, default in inputs
    ]
    return make_dataclass(
        f"{line._meta.app_label.title()}{line.__name__}Input",
        sorted(given, key=len),
        frozen=True,
        namespace={"__module__": __name__},
    )


def _draft(deed: Deed, document: type[Document], given: dict[str, Any]) -> Document:
    lines = given.pop("lines")
    made = document(**given)
    area = area_of(getattr(made, document.place)) or ""
    held = deed.create(document, **given, area=area, drafted_by=deed.actor)
    _write_lines(deed, held, lines)
    return held


def _write_lines(deed: Deed, document: Document, lines: list[Any]) -> None:
    model = lines_of(type(document))
    if not lines:
        raise Refusal(_("Give at least one line."), field="lines")
    for number, line in enumerate(lines, 1):
        try:
            deed.create(model, document=document, number=number, area=document.area, **vars(line))
        except Refusal as refusal:
            raise type(refusal)(refusal.message, field=f"lines.{number - 1}.{refusal.field}") from None


def _edit(deed: Deed, held: Any, **given: Any) -> None:
    """Change header and lines in one step; what stands there is then the editor's, who cannot approve it."""
    lines = given.pop("lines")
    held.drafted_by = deed.actor
    for name, value in given.items():
        setattr(held, name, value)
    held.area = area_of(getattr(held, type(held).place)) or held.area
    deed.remove_many(held.lines.all())
    _write_lines(deed, held, lines)


def _submit(deed: Deed, held: Any) -> None:
    """Number the document and ask for approval."""
    if not held.number:
        held.number = number_of(deed, held)


def number_of(deed: Deed, document: Document) -> str:
    """Return the next number of a document's series, by jurisdiction and year."""
    values = {"area": document.area[:6].ljust(6, "0"), "year": deed.today.year}
    code = type(document).series.partition("{number")[0].format(**values)
    return type(document).series.format(**values, number=next_number(deed, code))


def _approve(deed: Deed, held: Any) -> None:
    """Give one person's approval; the last one needed makes the document approved."""
    if held.submitted_by == deed.actor:
        raise SamePerson()
    given = approvals_of(held)
    if any(word.by == deed.actor and word.round == held.round for word in given):
        raise SamePerson(_("You have approved this already. It wants another person as well."))
    given.append(_word(deed, held, approved=True))
    if all(need.met for need in needs_of(held, given)):
        deed.move(held, type(held).life.clear)


def _word(deed: Deed, held: Any, *, approved: bool, reason: str = "") -> Approval:
    return deed.create(
        Approval,
        record=held._meta.label_lower,
        record_id=held.pk,
        round=held.round,
        approved=approved,
        by=deed.actor,
        post=deed.scope.post,
        digits=digits_of(deed.scope, deed.spec.needs, held),
        at=deed.now,
        reason=reason,
        area=held.area,
    )


def _send_back(deed: Deed, held: Any, reason: str) -> None:
    """Send a document back to its drafter; approvals given so far no longer count."""
    _word(deed, held, approved=False, reason=reason)
    held.round += 1


def _post(deed: Deed, held: Any) -> None:
    """Do what the document says, if it still has every approval that the table asks for."""
    if not all(need.met for need in needs_of(held, approvals_of(held))):
        raise Conflict(_("More approvals are wanted by now than were given. Send it back and submit it again."))
    POSTINGS[type(held)](deed, held)


def _void(deed: Deed, held: Any, reason: str) -> Document:
    """Undo a posted document by another of its kind, with a number of its own; neither is ever struck out."""
    model = type(held)
    same = {name: getattr(held, name) for name in model.header if name != "remark"}
    stamps = {"drafted_by": deed.actor, "posted_by": deed.actor, "posted_at": deed.now, "submitted_at": deed.now}
    counter = deed.create(
        model,
        **same,
        **stamps,
        remark=reason[:300],
        area=held.area,
        voids=held,
        state=DocumentState.POSTED,
        number=number_of(deed, held),
    )
    for line in held.lines.all():
        values = {column.name: getattr(line, column.name) for column in own_fields(type(line))}
        deed.create(type(line), document=counter, number=line.number, area=held.area, **values)
    for ledger in model.ledgers:
        ledger.reverse(deed, held, why=counter)
    if model in VOIDINGS:
        VOIDINGS[model][0](deed, held, reason)
    return counter


def _discard(deed: Deed, held: Any, reason: str) -> None:
    """Give up what was never posted; it stays on the list, and so does its number."""


def _comment(deed: Deed, held: Any, reason: str) -> None:
    """Say something about a document; it stands in its journal."""
    deed.add_note(journal.Note(deed.spec.name, held._meta.label_lower, str(held.pk), held.area, {"comment": [None, reason]}))


#: Each verb with its label, its icon and what it does.
VERBS: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "submit": (_("Submit"), "send", _submit),
    "edit": (_("Edit"), "pencil", _edit),
    "approve": (_("Approve"), "check", _approve),
    "send_back": (_("Send back"), "arrow-back-up", _send_back),
    "post": ("", "", _post),  # each kind calls it by its own word
    "void": (_("Void"), "ban", _void),
    "discard": (_("Discard"), "trash", _discard),
    "comment": (_("Comment"), "message", _comment),
}
