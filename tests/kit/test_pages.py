"""Pages that apps declare: their addresses, who may open them, and that a group of the menu must exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse

from anlan.kit import pages
from anlan.kit.desk import menu
from anlan.kit.pages import EVERYBODY, SIGNED_IN, Menu, Page, page, patterns_of
from anlan.kit.refusals import NotAuthorised
from anlan.kit.scope import Authority, Scope, entered
from anlan.lib.registry import UnknownEntry


def drawn(request: HttpRequest) -> HttpResponse:
    return HttpResponse("drawn")


drawn.__module__ = "anlan.apps.depots.views"


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Page]]:
    """Begin with no page declared."""
    monkeypatch.setattr(pages, "PAGES", found := {})
    monkeypatch.setattr(menu, "PAGES", found)
    return found


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("shortage", "depots/shortage/"),
        ("<int:pk>/print", "depots/<int:pk>/print/"),
        ("map.json", "depots/map.json"),
        ("/shortage", "shortage/"),
        ("/", ""),
    ],
)
def test_an_address_counts_from_the_app_unless_it_begins_at_the_root(said: str, address: str) -> None:
    page(said, needs=SIGNED_IN)(drawn)
    assert [str(found.pattern) for found in patterns_of("depots")] == [address]


def test_a_fixed_address_comes_before_a_variable_one_that_would_swallow_it() -> None:
    for said in ("<slug:code>", "archive", "<slug:code>/map.json"):
        page(said, needs=SIGNED_IN, name=said)(drawn)
    assert [str(found.pattern) for found in patterns_of("depots")][0] == "depots/archive/"


def test_a_permission_opens_the_page_to_whoever_holds_it_anywhere(declared: dict[str, Page]) -> None:
    guarded = page("shortage", needs="depots.view_depot")(drawn)
    for permission, opens in (("depots.view_depot", True), ("depots.add_depot", False)):
        scope = Scope(world="live", actor="tester", authorities=(Authority("441802", frozenset({permission})),))
        with entered(scope):
            if opens:
                assert guarded(HttpRequest()).content == b"drawn"
            else:
                with pytest.raises(NotAuthorised):
                    guarded(HttpRequest())
    assert declared["depots:drawn"].permission == "depots.view_depot"


def test_a_page_for_everybody_wants_no_sign_in() -> None:
    assert getattr(page("open", needs=EVERYBODY)(drawn), "login_required", True) is False


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"needs": SIGNED_IN, "menu": Menu("work", 1)}, "wants a label"),
        ({"needs": SIGNED_IN}, "declared twice"),
    ],
)
def test_a_slip_in_a_declaration_stops_the_start(said: dict[str, Any], error: str) -> None:
    page("first", needs=SIGNED_IN)(drawn)
    with pytest.raises(ValueError, match=error):
        page("second", **said)(drawn)


def test_a_group_that_nobody_registered_is_named() -> None:
    page("shortage", needs=SIGNED_IN, menu=Menu("nowhere", 1), label="Shortage")(drawn)
    with pytest.raises(UnknownEntry, match="nowhere"):
        menu.lines()
