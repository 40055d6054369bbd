"""Who asks too often waits, in words, and nobody else does; readings never wait."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from limits import strategies
from limits.storage import memory

from anlan.kit import throttle


@pytest.fixture
def narrow(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let little through, all within one minute however slow the machine is."""
    now = time.time()
    stands = SimpleNamespace(time=lambda: now)
    for module in (memory, strategies):
        monkeypatch.setattr(module, "time", stands)
    settings.ANLAN_THROTTLES = {kind: {"person": 3, "address": 5} for kind in settings.ANLAN_THROTTLES}


ADDRESSES = {
    "search": "/search/?q=x",
    "search_api": "/api/v1/search/?q=x",
    "export": "/people/organisations/export/",
    "api": "/api/v1/telemetry/stations/",
}


@pytest.mark.parametrize("page", ADDRESSES.values())
def test_one_person_is_heard_so_often_a_minute(cast: dict[str, Any], narrow: None, page: str) -> None:
    client = cast["city_officer"].client
    answers = [client.get(page) for _n in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    if page.startswith("/api/"):
        assert answers[-1].headers["Content-Type"] == "application/problem+json"
        assert "过于频繁" in answers[-1].json()["title"]
    else:
        assert "过于频繁" in answers[-1].content.decode()
    assert cast["commander"].client.get(page).status_code == 200, "another person is not made to wait"
    assert client.get("/me/").status_code == 200, "nor are other pages"


def test_an_address_is_heard_so_often_whatever_the_names(cast: dict[str, Any], narrow: None) -> None:
    roles = ("city_officer", "commander", "signer", "county_officer", "neighbour", "administrator")
    answers = [cast[role].client.get("/search/?q=x").status_code for role in roles]
    assert answers == [200] * 5 + [429]
    assert cast["administrator"].client.get("/search/?q=x", REMOTE_ADDR="10.0.0.9").status_code == 200


def test_the_door_is_knocked_at_so_often(db: None, narrow: None) -> None:
    answers = [Client().post("/sign-in/", {"username": f"nobody{n}", "password": "x"}).status_code for n in range(6)]
    assert answers == [401] * 5 + [429]
    assert Client().get("/sign-in/").status_code == 200


def test_uploads_are_taken_so_often(cast: dict[str, Any], narrow: None) -> None:
    client = cast["administrator"].client
    assert [client.post("/people/issue/", {}).status_code for _n in range(4)] == [200, 200, 200, 429]


def test_readings_never_wait(cast: dict[str, Any], narrow: None) -> None:
    client = cast["integrator"].client
    answers = {client.post("/api/v1/telemetry/readings/", "[]", "application/json").status_code for _n in range(12)}
    assert 429 not in answers


def test_the_minute_passes(cast: dict[str, Any], narrow: None) -> None:
    client = cast["city_officer"].client
    for _n in range(4):
        client.get("/search/?q=x")
    throttle.forget()
    assert client.get("/search/?q=x").status_code == 200
