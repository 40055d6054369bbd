"""A desk's verbs: offered where they are possible, carried out by page and API, refused elsewhere without a trace."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import Any

from django.db import IntegrityError, transaction

from anlan.kit.actions import Action
from anlan.kit.inputs import Parameter
from anlan.kit.lives import life_of
from anlan.kit.models import JournalEntry
from anlan.kit.records import unscoped, writing
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.desk.stage import Stage, Values, needs, parsed
from anlan.kit.testing.plugin import assert_nothing_happened

#: What a verb is given when it will refuse anyhow.
ANYTHING: dict[type, Any] = {
    str: "x",
    int: 1,
    float: 1.0,
    bool: True,
    date: "2035-01-01",
    datetime: "2035-01-01T00:00",
}


def _anything(parameter: Parameter) -> Any:
    if parameter.kind == "lines":
        return [{one.name: _anything(one) for one in parameter.parameters if one.required}]
    if parameter.kind == "geometry":
        return '{"type": "Point", "coordinates": [113.2, 23.8]}'
    if isinstance(parameter.type, type) and issubclass(parameter.type, Enum):
        return next(iter(parameter.type)).value
    return 1 if parameter.kind == "ref" else ANYTHING.get(parameter.type, "x")


def last(verb: Action[Any, Any]) -> str:
    """Return a verb's name in addresses."""
    return verb.spec.last


def typed(values: Values) -> Values:
    """Return values as a page's form sends them: the cells of lines one by one."""
    found: Values = {}
    for name, value in values.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            found[f"{name}-count"] = len(value)
            found |= {f"{name}-{row}-{key}": cell for row, line in enumerate(value) for key, cell in line.items()}
        else:
            found[name] = value
    return found


class VerbTests(Stage):
    """What may be done with a row."""

    def _offered(self, row: Any) -> list[Action[Any, Any]]:
        with entered(self.insider.scope):
            return [verb for verb in self.desk.actions if verb.allows(self.again(row), self.insider.scope)]

    def _values(self, verb: Action[Any, Any], row: Any) -> Values:
        """Return what the class declares for a verb, else anything of the right kind."""
        with entered(Scope.everything("system:test")):
            declared = self.verbs.get(last(verb), {})
            given = declared(row) if callable(declared) else declared
        asked = [one for one in verb.parameters if one.required or one.kind not in ("ref", "lines", "geometry", "upload")]
        return {**{one.name: _anything(one) for one in asked}, **given}

    @needs("verb")
    def test_page_offers_what_is_possible(self) -> None:
        row = self.row()
        links = set(parsed(self.insider.client.get(self.page_of(row))).xpath("//a/@href"))
        possible = {last(verb) for verb in self._offered(row)}
        assert {last(v) for v in self.desk.actions if f"{self.page_of(row)}{last(v)}/" in links} == possible

    @needs("verb")
    def test_page_carries_each_verb_out(self) -> None:
        for number, verb in enumerate(self._offered(self.row()), 2):
            row = self.row(number)
            address = f"{self.page_of(row)}{last(verb)}/"
            assert self.insider.client.get(address).status_code == 200
            seen = self.seen_on(address)
            if last(verb) in self.guarded:
                values = typed(self._values(verb, row))
                with self.refused(verb, row):
                    assert self.insider.client.post(address, values | seen).status_code in (403, 409, 422), last(verb)
                continue
            answer = self.insider.client.post(address, typed(self._values(verb, row)) | seen)
            assert answer.status_code == 302, parsed(answer).xpath("//form")[-1].text_content()
            self._journalled(verb)

    @needs("verb")
    def test_api_carries_each_verb_out(self) -> None:
        for number, verb in enumerate(self._offered(self.row()), 2):
            row = self.row(number)
            heads = self.saw(self.insider, row, verb)
            answer = self.send(self.insider, "post", self.endpoint(row.pk, last(verb)), self._values(verb, row), **heads)
            if last(verb) in self.guarded:
                assert answer.status_code in (400, 403, 409, 422), last(verb)
                continue
            assert answer.status_code in (200, 202, 204), answer.content
            self._journalled(verb)

    @needs("verb")
    def test_api_refuses_an_input_that_a_verb_does_not_have(self) -> None:
        row = self.row()
        for verb in self._offered(row):
            typed = {**self._values(verb, row), "slip_of_the_pen": "1"}
            with assert_nothing_happened(self.desk.record):
                answer = self.send(self.insider, "post", self.endpoint(row.pk, last(verb)), typed)
                assert answer.status_code == 400, verb.spec.name
                assert list(answer.json()["errors"]) == ["slip_of_the_pen"]

    def _journalled(self, verb: Action[Any, Any]) -> None:
        """Check that the newest entry of the verb is this person's; a parked one is journalled as a request."""
        if last(verb) in self.silent:
            return
        name = "kit.request_confirmation" if verb.spec.second_person else verb.spec.name
        with entered(Scope.everything("system:test")):
            assert unscoped(JournalEntry, "default").filter(actor=self.insider.username, action=name, refused=False).exists(), (
                name
            )

    @needs("verb")
    def test_a_verb_that_is_not_possible_is_refused(self) -> None:
        row = self.row()
        possible = self._offered(row)
        for verb in self.desk.actions:
            if verb not in possible:
                values = self._values(verb, row)
                with self.refused(verb, row):
                    address = f"{self.page_of(row)}{last(verb)}/"
                    answer = self.insider.client.post(address, typed(values) | self.seen_on(address))
                    assert answer.status_code in (403, 409, 422), verb.spec.name
                    assert parsed(answer).xpath("//*[@role='alert'] | //*[@class='empty-title']")
                    heads = self.saw(self.insider, row, verb)
                    answer = self.send(self.insider, "post", self.endpoint(row.pk, last(verb)), values, **heads)
                    assert answer.status_code in (403, 409, 422), verb.spec.name

    @needs("verb")
    def test_a_verb_moves_its_record_from_where_its_life_says_and_nowhere_else(self) -> None:
        life = life_of(self.desk.record)
        if life is None:
            return
        row = self.row()
        for verb in self.desk.actions:
            move = verb.spec.moves
            if move is None:
                continue
            assert move.life is life, f"{verb.spec.name} moves another kind of record"
            for state in (one for one in life.states if one not in move.before):
                if not self._put(row, life.field, state):
                    continue
                heads = self.saw(self.insider, row, verb)
                with self.refused(verb, row):
                    answer = self.send(self.insider, "post", self.endpoint(row.pk, last(verb)), self._values(verb, row), **heads)
                    assert answer.status_code in (400, 403, 409), f"{verb.spec.name} from {state}: {answer.status_code}"
                assert getattr(self.again(row), life.field) == state

    def _put(self, row: Any, field: str, state: Any) -> bool:
        """Put a row into a state past its life; False where the database itself knows better."""
        rows = unscoped(self.desk.record, "default").filter(pk=row.pk)
        try:
            with entered(Scope.everything("system:test")), writing(), transaction.atomic(using="default"):
                rows.update(**{field: state})
        except IntegrityError:
            return False
        return True

    @needs("verb")
    def test_a_verb_wants_what_it_needs(self) -> None:
        row = self.row()
        for verb in self._offered(row):
            if any(one.required for one in verb.parameters):
                with self.refused(verb, row):
                    answer = self.insider.client.post(f"{self.page_of(row)}{last(verb)}/", {})
                    assert answer.status_code in (200, 422), verb.spec.name  # 200: an app's own page for the verb
                    answer = self.send(self.insider, "post", self.endpoint(row.pk, last(verb)), {})
                    assert answer.status_code in (400, 422), verb.spec.name
