"""The desk of a document: what every kind shows, asks and prints, from its declaration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from anlan.kit.board import Rank, Waiting, step, waiting
from anlan.kit.desk import Column, Desk, Facts, Files, Related, State
from anlan.kit.desk.columns import url_of, value_at
from anlan.kit.desk.fields import key_of
from anlan.kit.desk.text import NOT_THERE
from anlan.kit.documents.approving import approvals_of, needs_of
from anlan.kit.documents.model import OPEN, DocumentState
from anlan.kit.documents.verbs import lines_of, own_fields, verbs_of
from anlan.kit.names import named
from anlan.kit.records import readable
from anlan.kit.scope import current

#: So many documents of a kind wait on the workbench at most; the list has all of them.
MOST_WAITING = 50


@dataclass(frozen=True)
class Approvals:
    """A panel of who has given his word on a document and whose word it still wants."""

    title: Any = _("Approvals")
    template: str = "desk/approvals.html"

    def context(self, row: models.Model) -> dict[str, Any]:
        """Return the words given, and what is needed while the document waits."""
        given = approvals_of(row)
        waits = row.state == DocumentState.SUBMITTED  # type: ignore[attr-defined]
        words = [(word, named("actor", word.by)) for word in given]
        needs = needs_of(row, given) if waits else []
        return {"words": words, "needs": needs, "none_yet": row.state in OPEN, "wide": True}  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Other(Column):
    """Show another document as the way to it."""

    def show(self, row: models.Model) -> Any:
        other = value_at(row, self.name)
        return format_html('<a href="{}">{}</a>', url_of(other), other) if other else NOT_THERE


class DocumentDesk(Desk, record=None):
    """Declare the desk of a document: `class IssueDesk(DocumentDesk, record=Issue)` with story, menu and lines' columns."""

    #: Columns of a line; its own fields unless said.
    lines: ClassVar[tuple[Any, ...]] = ()
    order = ("-id",)
    filters = ("state",)
    search = ("number", "remark")

    def __init_subclass__(cls, *, record: Any, **kwargs: Any) -> None:
        verbs = verbs_of(record)
        cls.begins = (verbs.pop("draft"),)
        cls.actions = (*verbs.values(), *vars(cls).get("actions", ()))
        header = tuple(name for name in record.header if name != "remark")
        columns = (Column("__str__", _("Number")), *header[:3], State("state"), "drafted_by", "area")
        cls.columns = vars(cls).get("columns", columns)
        cls.lines = ("number", *(cls.lines or (column.name for column in own_fields(lines_of(record)))))
        steps = (
            "drafted_by",
            "submitted_by",
            "submitted_at",
            "posted_by",
            "posted_at",
            "voids",
            Column("counter", _("Voided by")),
        )
        cls.panels = (
            Facts("number", State("state"), *header, "remark", *steps, "area"),
            Related("lines", cls.lines, _("Lines"), 500),
            Approvals(),
            *vars(cls).get("panels", ()),
            Files(),
        )
        cls.pages = {"print": (_("Print"), "printer", print_page), **vars(cls).get("pages", {})}
        super().__init_subclass__(record=record, **kwargs)
        submitted = models.Q(state=DocumentState.SUBMITTED)
        waiting(needs=verbs["approve"].spec.needs, about=record._meta.label_lower, where=submitted)(cls.submitted)

    @classmethod
    def submitted(cls) -> Iterator[Waiting]:
        """Yield the documents that wait for the viewer's approval."""
        verb = cls.verb(f"approve_{cls.noun()}")
        rows = readable(cls.record, verb.spec.needs).filter(state=DocumentState.SUBMITTED).select_related(cls.record.place)
        for row in rows.exclude(drafted_by=current().actor).order_by("submitted_at")[:MOST_WAITING]:
            if verb.allows(row, current()):
                more: Any = {"at_once": True, **step(verb.spec.needs, row.area, f"approve_{cls.noun()}", _now("Approve"))}
                text = str(getattr(row, cls.record.place))
                yield Waiting(
                    Rank.SIGN, cls.noun(), cls.icon, "", f"{cls.called()} {row}", text, row.desk_url(), row.submitted_at, **more
                )

    @classmethod
    def filled(cls, verb: Any, row: Any) -> dict[str, Any]:
        """Return what an edit's form begins with: the document as it is."""
        if row is None or not verb.spec.name.rpartition(".")[2].startswith("edit_"):
            return {}
        lines = [{column.name: _value(line, column) for column in own_fields(type(line))} for line in row.lines.all()]
        return {name: _value(row, cls.record._meta.get_field(name)) for name in cls.record.header} | {"lines": lines}


def _value(row: Any, column: Any) -> Any:
    """Return a column's value as its form field reads it back."""
    value = getattr(row, column.name)
    return key_of(value) if isinstance(value, models.Model) else value


def print_page(request: HttpRequest, desk: type[DocumentDesk], pk: int) -> HttpResponse:
    """Show a document as it is printed: header, lines, approvals, room to sign."""
    row = desk.opened(pk)
    facts, lines, approvals = (panel.context(row) for panel in desk.panels[:3])
    facts["alone"] = True
    context = {"row": row, "title": desk.called(), "facts": facts, "lines": lines, "approvals": approvals}
    return render(request, "desk/print.html", context)
