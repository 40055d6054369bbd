"""The stage of a desk's tests: what the class declares, who acts, and how they ask."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import pytest
from django.db import models
from django.urls import reverse
from lxml import html

from anlan.kit.actions import Action
from anlan.kit.desk import Desk
from anlan.kit.desk.forms import record_form
from anlan.kit.models import JournalEntry
from anlan.kit.records import AreaField, unscoped
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.officers import Officers, engaged, kept, returning
from anlan.kit.testing.plugin import Member, assert_nothing_happened

Values = dict[str, Any]
#: Full rows are numbered from here, beside the row that is there already.
FULL = 40


class Stage:
    """What a desk's test class declares. Factories run in the scope of the program."""

    desk: ClassVar[type[Desk]]
    #: (area, number) → a fresh lawful row in that area; different numbers make different rows.
    make: ClassVar[Callable[[str, int], models.Model]]
    #: (area, number) → the values a user types for a new row, without the area itself.
    values: ClassVar[Callable[[str, int], Values]]
    #: Like `make`, with every filtered field filled in, where a fresh row leaves one empty.
    full: ClassVar[Callable[[str, int], models.Model] | None] = None
    #: Adds rows to a row's page (its panels), so that the page's queries can be counted: (row, number) → None.
    more: ClassVar[Callable[[Any, int], None] | None] = None
    #: Values with which a verb that is offered on a fresh row succeeds, or a function of the row that makes them.
    verbs: ClassVar[dict[str, Values | Callable[[Any], Values]]] = {}
    #: Verbs that refuse even a powerful officer, for reasons that the app's own tests prove (a post, a unit).
    guarded: ClassVar[frozenset[str]] = frozenset()
    #: Verbs that change nothing and so leave no entry.
    silent: ClassVar[frozenset[str]] = frozenset()
    #: SQL queries that a list, a record's page, a form and an answer of the API may cost.
    list_queries: ClassVar[int] = 8
    page_queries: ClassVar[int] = 16
    form_queries: ClassVar[int] = 10
    area: ClassVar[str] = "441802"

    insider: Member
    neighbour: Member
    clerk: Member
    elsewhere: Member
    anonymous: Member
    _first: Any

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in ("make", "full", "values", "more"):
            if callable(vars(cls).get(name)):
                setattr(cls, name, staticmethod(vars(cls)[name]))
        if "desk" in vars(cls):
            for name in inapplicable(cls):
                setattr(cls, name, None)

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _stage(cls, django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Officers, Any]]:
        """Engage the officers and make the first row, once for all tests of the class."""
        with kept(django_db_blocker), engaged() as officers:
            with entered(Scope.everything("system:test")):
                first = cls.make(cls.area, 1)
            yield officers, first

    @pytest.fixture(autouse=True)
    def _enter(self, _stage: tuple[Officers, Any], db: None, monkeypatch: pytest.MonkeyPatch) -> None:
        officers, self._first = _stage
        self.insider, self.neighbour, self.clerk = (returning(o) for o in (officers.insider, officers.neighbour, officers.clerk))
        self.elsewhere, self.anonymous = returning(officers.elsewhere), returning(officers.anonymous)
        monkeypatch.setattr("anlan.kit.desk.tables.PER_PAGE", 5000)

    def row(self, number: int = 1) -> Any:
        """Return the row in Qingcheng that all tests of the class begin with, or make another."""
        if number == 1:
            return self.again(self._first)
        with entered(Scope.everything("system:test")):
            return type(self).make(self.area, number)

    def full_row(self, number: int = 1) -> Any:
        """Make a row with every filtered field filled in."""
        full = type(self).full
        if full is None:
            return self.row(number)
        with entered(Scope.everything("system:test")):
            return full(self.area, FULL + number)

    def again(self, row: models.Model) -> Any:
        """Read a row anew."""
        with entered(Scope.everything("system:test")):
            return type(row)._base_manager.get(pk=row.pk)

    def typed(self, number: int = 1, area: str = "") -> Values:
        """Return what a user types into the form."""
        with entered(Scope.everything("system:test")):
            values = type(self).values(area or self.area, number)
        return {**values, "area": area or self.area} if hasattr(self.desk.record, "area") else values

    def at(self, page: str, *args: Any) -> str:
        """Return the address of one of the desk's pages."""
        return reverse(self.desk.name(page), args=args)

    def endpoint(self, *parts: Any) -> str:
        """Return an address of the desk's HTTP API."""
        return "/".join(["/api/v1", self.desk.app(), self.desk.slug, *(str(part) for part in parts), ""])

    def page_of(self, row: Any) -> str:
        """Return the address of a row's page."""
        return str(self.desk.record.desk_url(row))

    def lists(self, member: Member, row: Any, **query: Any) -> bool:
        """Return whether the list, filtered so, shows a row to a member."""
        answer = member.client.get(self.at("list"), query)
        assert answer.status_code == 200, answer.status_code
        return any(link.get("href") == self.page_of(row) for link in parsed(answer).iter("a"))

    def api_lists(self, member: Member, row: Any, **query: Any) -> bool:
        """Return whether the first page of the API's list, filtered so, has a row for a member."""
        answer = member.client.get(self.endpoint(), {"page_size": 500, **query})
        assert answer.status_code == 200, answer.content
        return any(found.get(self.key()) == row.pk for found in answer.json()["results"])

    def key(self) -> str:
        """Return the name of the primary key in the API."""
        return str(self.desk.record._meta.pk.name)

    def seen_on(self, address: str) -> Values:
        """Return the version with which a form opens, as it would send it back."""
        return seen_on(self.insider.client, address)

    def send(self, member: Member, method: str, address: str, values: Values | None = None, **heads: str) -> Any:
        """Send JSON to the API."""
        body = json.dumps(values or {}, default=str)
        return getattr(member.client, method)(address, body, content_type="application/json", headers=heads)

    def saw(self, member: Member, row: Any, verb: Action[Any, Any]) -> Values:
        """Return the header that says which version of a row was seen, where a verb goes on from it."""
        return {"if-match": member.client.get(self.endpoint(row.pk))["ETag"]} if verb.spec.relative else {}

    def entries(self, row: models.Model) -> list[JournalEntry]:
        """Return the journal's entries about a row, newest first, whoever may see them."""
        with entered(Scope.everything("system:test")):
            about = {"record": row._meta.label_lower, "record_id": str(row.pk)}
            return list(unscoped(JournalEntry, "default").filter(**about).order_by("-seq"))

    @contextmanager
    def refused(self, verb: Action[Any, Any], row: Any) -> Iterator[None]:
        """Prove that a refused verb leaves nothing behind but, where the law asks for it, its own refused entry."""
        if not verb.spec.journal_refusals:
            with assert_nothing_happened(self.desk.record):
                yield
            return
        before, entries = self.again(row).__dict__, len(self.entries(row))
        yield
        after = self.again(row).__dict__
        assert {k: v for k, v in after.items() if k != "_state"} == {k: v for k, v in before.items() if k != "_state"}
        assert len(self.entries(row)) == entries


def owned(desk: type[Desk]) -> bool:
    """Return whether a desk's rows belong to a jurisdiction."""
    column = getattr(desk.record, "jurisdiction_field", "area")
    return any(f.name == column for f in desk.record._meta.fields)


def seen_on(client: Any, address: str, **more: str) -> Values:
    """Return what a form says to have been seen when it opens, as it would send it back."""
    fields = parsed(client.get(address, **more)).xpath("//input[@name='seen']/@value")
    return {"seen": fields[0]} if fields else {}


def parsed(answer: Any) -> Any:
    """Return an answer's page as a tree."""
    return html.fromstring(answer.content)


def on_map(desk: type[Desk]) -> bool:
    """Return whether a desk's rows lie on the map."""
    return bool(desk.point or desk.outline)


def text_field(model: type[models.Model]) -> str:
    """Return the name of a field that may hold any short text, "" for none."""
    masks = getattr(model, "journal_masks", ())
    for field in model._meta.concrete_fields:
        plain = isinstance(field, (models.CharField, models.TextField)) and not isinstance(field, AreaField)
        if plain and not field.choices and not field.is_relation and field.name not in masks:
            return str(field.name)
    return ""


def required(desk: type[Desk]) -> list[str]:
    """Return the fields that a form wants filled in."""
    with entered(Scope.everything("system:test")):
        form = record_form(desk)()
    return [
        name for name, field in form.fields.items() if field.required and getattr(field.widget, "input_type", "") != "checkbox"
    ]


def inapplicable(tests: type[Stage]) -> set[str]:
    """Return the names of inherited tests that a desk has nothing for."""
    desk = tests.desk
    has = {
        "form": bool(desk.form),
        "import": desk.importable,
        "verb": bool(desk.actions),
        "bulk": any(verb.spec.bulk for verb in desk.actions),
        "search": bool(desk.search),
        "filter": bool(desk.filters) or hasattr(desk.record, "area"),
        "owned": owned(desk),
        "map": on_map(desk),
        "text": text_field(desk.record) != "",
        "journal": any(type(panel).__name__ == "JournalPanel" for panel in desk.panels),
    }
    out = set()
    for name in dir(tests):
        needs = getattr(getattr(tests, name), "needs", ())
        if any(has[each.removeprefix("no ")] == each.startswith("no ") for each in needs):
            out.add(name)
    return out


def needs(*what: str) -> Callable[[Any], Any]:
    """Mark a test that only desks with such parts inherit: `@needs("form", "owned")`, `@needs("no map")`."""

    def mark(function: Any) -> Any:
        function.needs = what
        return function

    return mark
