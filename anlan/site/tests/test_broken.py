"""What a reader or a program is told when the fault is ours."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import Client
from psycopg import errors

UNKNOWN = "We do not know whether this was saved"


@pytest.fixture
def broken_client(monkeypatch: pytest.MonkeyPatch) -> Client:
    """Return a client whose every request fails before any page is asked."""
    monkeypatch.setattr("anlan.kit.web.ScopeMiddleware.__call__", lambda *_: 1 / 0)
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_page_of_our_own_fault_keeps_the_readers_theme_and_asks_no_database(theme: str, broken_client: Client) -> None:
    broken_client.cookies["anlan_theme"] = theme
    page = broken_client.get("/sign-in/", headers={"Accept-Language": "en"})
    assert page.status_code == 500
    text = page.content.decode()
    assert f'data-bs-theme="{theme}"' in text
    assert "Something broke" in text
    assert UNKNOWN not in text
    assert "系统出错，已记录" in broken_client.get("/sign-in/", headers={"Accept-Language": "zh-CN"}).content.decode()


def test_nothing_is_claimed_of_a_change_that_broke(broken_client: Client) -> None:
    assert UNKNOWN in broken_client.post("/sign-in/", headers={"Accept-Language": "en"}).content.decode()


def test_a_program_gets_problem_details_whatever_broke(broken_client: Client) -> None:
    answer = broken_client.post("/api/v1/people/contacts/", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert answer.json()["saved"] == "unknown"


@pytest.mark.parametrize(
    ("cause", "title"),
    [
        (errors.AdminShutdown(), "The database cannot be reached"),
        (errors.TooManyConnections(), "The database cannot be reached"),
        (errors.DiskFull(), "The database has no room left"),
        (errors.LockNotAvailable(), "too busy"),
        (errors.QueryCanceled(), "too busy"),
    ],
)
def test_a_database_that_cannot_serve_is_503_with_when_to_ask_again(
    cause: Exception, title: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("no") from cause

    monkeypatch.setattr("anlan.kit.web.ScopeMiddleware.__call__", fail)
    client = Client(raise_request_exception=False, headers={"Accept-Language": "en"})
    page = client.get("/")
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert title in page.content.decode()
    told = client.post("/api/v1/people/contacts/").json()
    assert title in told["title"]
    assert (told["status"], told["saved"]) == (503, "unknown")
    assert told["detail"].startswith(UNKNOWN)
