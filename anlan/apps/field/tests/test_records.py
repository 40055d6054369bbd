"""Records other than tasks on a phone: they lie there with what may be done, and what was done without a network arrives once."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from anlan.apps.field.tests.test_operations import send
from anlan.apps.field.tests.test_sync import ask
from anlan.apps.shelters import actions as shelters_actions
from anlan.apps.shelters.models import Opening, Whereabouts
from anlan.apps.shelters.tests import factories as shelters
from anlan.kit.testing.plugin import Member


@pytest.fixture
def officer(cast: dict[str, Member]) -> Member:
    return cast["county_officer"]


@pytest.fixture
def opening(live: Any) -> Opening:
    return shelters.an_opening("441802", 1)


def test_a_record_comes_with_what_its_list_tells_and_what_may_be_done(officer: Member, opening: Opening, cast: Any) -> None:
    held = ask(officer)["items"][f"record:shelters.opening:{opening.pk}"]
    assert held["state"] == "ordered"
    assert held["states"]["open"]["en"] == "In operation"
    assert set(held["verbs"]) >= {"shelters.open", "shelters.admit", "shelters.set_out"}
    assert {label["en"]: value["en"] for label, value in held["facts"]}["People expected"] == "40"
    assert f"record:shelters.opening:{opening.pk}" not in ask(cast["neighbour"])["items"]
    shelters_actions.cancel(opening=opening.pk, reason="false alarm")
    assert f"record:shelters.opening:{opening.pk}" not in ask(officer)["items"]


def test_what_was_done_in_a_shelter_without_a_network_arrives_in_order(officer: Member, opening: Opening) -> None:
    def of(verb: str, **inputs: Any) -> dict[str, Any]:
        return {"key": str(uuid4()), "verb": verb, "record": str(opening.pk), "inputs": inputs}

    people = {**shelters.people(), "whence": "register"}
    told = send(
        officer.client, of("shelters.open"), of("shelters.admit", **people), of("shelters.admit", **{**people, "persons": 98})
    )
    assert [one["outcome"] for one in told] == ["done", "done", "refused"]
    assert sum(standing.quantity for standing in Whereabouts.left(opening.shelter)) == 3
