"""Verbs on several rows: each row answered by itself, one entry that sums up, nothing for those who may not."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from anlan.kit.actions import Action
from anlan.kit.models import JournalEntry
from anlan.kit.records import unscoped
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.desk.stage import Values, needs, parsed
from anlan.kit.testing.desk.verbs import VerbTests, last, typed
from anlan.kit.testing.plugin import assert_nothing_happened


def summaries(actor: str) -> list[JournalEntry]:
    """Return the entries that sum up what somebody did to several rows, newest first."""
    with entered(Scope.everything("system:test")):
        return list(unscoped(JournalEntry, "default").filter(actor=actor, action="kit.bulk").order_by("-seq"))


class BulkTests(VerbTests):
    """What may be done with several rows at once."""

    def _several(self) -> list[tuple[Action[Any, Any], Any, Any]]:
        """Return the verbs that several fresh rows offer, each with two rows of its own."""
        verbs = [verb for verb in self._offered(self.row()) if verb.spec.bulk and last(verb) not in self.guarded]
        return [(verb, self.row(2 * number), self.row(2 * number + 1)) for number, verb in enumerate(verbs, 2)]

    def _done(self, verb: Action[Any, Any], rows: tuple[Any, ...]) -> bool:
        with entered(Scope.everything("system:test")):
            made = unscoped(JournalEntry, "default").filter(action=verb.spec.name, actor=self.insider.username, refused=False)
            return all(made.filter(record=row._meta.label_lower, record_id=str(row.pk)).exists() for row in rows)

    def _asked_by_api(self, verb: Action[Any, Any], body: Values, member: Any = None) -> Any:
        address = reverse(f"desk:api:{self.desk.app()}-{self.desk.slug}-bulk-{last(verb)}")
        return self.send(member or self.insider, "post", address, body)

    @needs("bulk")
    def test_a_verb_is_done_to_several_rows_and_summed_up_once(self) -> None:
        for verb, one, other in self._several():
            address = f"{self.at('bulk', last(verb))}?row={one.pk}&row={other.pk}&row=999999999"
            assert self.insider.client.get(address).status_code == 200
            before = len(summaries(self.insider.username))
            answer = self.insider.client.post(address, typed(self._values(verb, one)))
            assert answer.status_code == 200, parsed(answer).text_content()
            assert [found.refusal is None for found in answer.context["answers"]] == [True, True, False], answer.context[
                "answers"
            ]
            assert self._done(verb, (one, other))
            summary, *rest = summaries(self.insider.username)
            assert len(rest) == before
            assert (summary.diff["action"], summary.diff["done"], summary.diff["refused"]) == (verb.spec.name, 2, 1)

    @needs("bulk")
    def test_the_api_answers_each_row(self) -> None:
        for verb, one, other in self._several():
            given = self._values(verb, one)
            answer = self._asked_by_api(verb, {"ids": [other.pk, one.pk, 999999999], "inputs": given})
            assert answer.status_code == 200, answer.content
            found = answer.json()
            assert (found["done"], found["refused"]) == (2, 1), found
            assert {row["id"]: row.get("status", 200) for row in found["rows"]} == {one.pk: 200, other.pk: 200, 999999999: 404}
            assert self._done(verb, (one, other))

    @needs("bulk", "owned")
    def test_rows_of_others_are_refused_one_by_one(self) -> None:
        for verb, one, _other in self._several():
            with assert_nothing_happened(self.desk.record):
                answer = self._asked_by_api(verb, {"ids": [one.pk], "inputs": self._values(verb, one)}, self.neighbour)
                if answer.status_code != 400:  # an input may already be none of theirs
                    assert answer.json()["rows"][0]["status"] in (403, 404), answer.content

    @needs("bulk")
    def test_what_cannot_be_meant_does_nothing(self) -> None:
        for verb, one, _other in self._several():
            with assert_nothing_happened(self.desk.record):
                values = self._values(verb, one)
                address = self.at("bulk", last(verb))
                assert self.clerk.client.post(f"{address}?row={one.pk}", typed(values)).status_code == 403
                assert self.insider.client.post(address, typed(values)).status_code == 422
                assert self._asked_by_api(verb, {"inputs": values}).status_code == 400
                most = verb.spec.bulk.most if verb.spec.bulk else 0
                assert self._asked_by_api(verb, {"ids": list(range(1, most + 2)), "inputs": values}).status_code in (400, 422)
