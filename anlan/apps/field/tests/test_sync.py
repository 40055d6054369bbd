"""What a device is told: its own area's, in both languages, only what has changed, and what it must forget."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from anlan.apps.checks.tests import factories as checks
from anlan.apps.field.jobs import forget
from anlan.apps.field.models import Cursor
from anlan.apps.field.tests.factories import DEVICE
from anlan.apps.field.views import SHELL, _content
from anlan.apps.people.models import ContactPoint, Grant
from anlan.apps.response import api as verbs
from anlan.apps.response.models import Task
from anlan.apps.response.tests import factories as response
from anlan.kit import clock
from anlan.kit.records import writing
from anlan.kit.scope import entered
from anlan.kit.testing.plugin import Member


@pytest.fixture
def officer(cast: dict[str, Member]) -> Member:
    return cast["county_officer"]


@pytest.fixture
def task(live: Any) -> Task:
    return response.task("441802", 1)


def ask(member: Member, cursor: str = "", device: Any = DEVICE) -> dict[str, Any]:
    answer = member.client.get("/api/v1/field/sync/", {"device": str(device), **({"cursor": cursor} if cursor else {})})
    assert answer.status_code == 200, answer.content
    assert answer["Cache-Control"] == "no-store"
    found: dict[str, Any] = answer.json()
    found["items"] = {one["name"]: one["content"] for one in found["changed"]}
    return found


def test_the_first_sync_has_what_an_officer_needs_in_both_languages(officer: Member, task: Task) -> None:
    found = ask(officer)
    assert found["whole"] is True
    held = found["items"][f"task:{task.pk}"]
    assert held["title"] == {"zh": task.title, "en": task.title_en}
    assert (held["state"], held["steps"]["zh"]) == ("issued", ["一", "二"])
    assert set(held["verbs"]) >= {"response.accept", "response.report", "response.complete"}
    kinds = {one["kind"] for one in found["changed"]}
    assert kinds >= {"me", "form", "task", "contact", "place"}
    assert all(one["id"].startswith("441802") for one in found["changed"] if one["kind"] == "place")
    accept, report = (found["items"][f"form:response.{name}"] for name in ("accept", "report"))
    assert (accept["from"], accept["to"]) == (["issued"], "accepted")
    assert [(f["name"], f["kind"], f["required"]) for f in report["fields"]] == [
        ("text", "text", True),
        ("file", "upload", False),
    ]
    assert report["fields"][0]["label"] == {"zh": "报告", "en": "Report"} or report["fields"][0]["label"]["en"] == "Report"


def test_contacts_are_masked_as_on_every_list(officer: Member, task: Task) -> None:
    found = ask(officer)
    shown = [one["content"]["address"] for one in found["changed"] if one["kind"] == "contact"]
    real = set(ContactPoint.objects.values_list("address", flat=True))
    assert shown
    assert not set(shown) & real


def test_asked_again_only_what_changed_comes_and_what_is_gone_is_named(officer: Member, task: Task) -> None:
    first = ask(officer)
    same = ask(officer, first["cursor"])
    assert (same["cursor"], same["whole"], same["changed"], same["gone"]) == (first["cursor"], False, [], [])
    with entered(officer.scope):
        verbs.accept(task=task.pk)
    second = ask(officer, first["cursor"])
    assert list(second["items"]) == [f"task:{task.pk}"]
    assert second["items"][f"task:{task.pk}"]["state"] == "accepted"
    again = ask(officer, first["cursor"])
    assert list(again["items"]) == [f"task:{task.pk}"], "the answer was lost on the way: the old cursor still counts"
    with entered(officer.scope):
        verbs.complete(task=task.pk, report="已完成")
    third = ask(officer, again["cursor"])
    assert (third["changed"], third["gone"]) == ([], [f"task:{task.pk}"])


def test_lost_authority_is_told_as_what_to_forget(officer: Member, task: Task) -> None:
    first = ask(officer)
    with writing():
        Grant.objects.filter(account__username=officer.username).update(over="441881")
    found = ask(officer, first["cursor"])
    gone = set(found["gone"])
    assert f"task:{task.pk}" in gone
    assert "place:441802" in gone
    assert not [name for name in found["items"] if name.startswith("place:441802")]


def test_a_cursor_that_nobody_knows_gives_all(officer: Member, cast: Any, task: Task) -> None:
    theirs = ask(cast["neighbour"])["cursor"]
    for cursor in (str(uuid4()), theirs):
        found = ask(officer, cursor)
        assert found["whole"] is True
        assert f"task:{task.pk}" in found["items"]
    assert not [name for name in ask(cast["neighbour"])["items"] if name == f"task:{task.pk}"]


def test_a_device_keeps_two_cursors_at_most_and_they_are_forgotten(officer: Member, task: Task) -> None:
    cursor = ""
    for number in range(5):
        with writing():
            Task.objects.filter(pk=task.pk).update(title=f"第{number}")
        cursor = ask(officer, cursor)["cursor"]
    assert Cursor.objects.filter(actor=officer.username, device=DEVICE).count() == 2
    Cursor.objects.update(made_at=clock.EARLIEST)
    forget()
    assert not Cursor.objects.exists()


@pytest.mark.parametrize("query", ["", "device=x", f"device={DEVICE}&cursor=x", f"device={DEVICE}&all=1"])
def test_what_is_asked_wrongly_is_refused(officer: Member, query: str) -> None:
    assert officer.client.get(f"/api/v1/field/sync/?{query}").status_code == 400


def test_the_shell_holds_nothing_of_anybody(officer: Member, cast: Any) -> None:
    for path in ("/field/", "/field/sw.js", "/field/manifest.webmanifest"):
        mine, anybodys = officer.client.get(path), cast["anonymous"].client.get(path)
        assert mine.status_code == 200, path
        assert mine.content == anybodys.content, path
        assert officer.username not in mine.content.decode()
    assert cast["anonymous"].client.get(f"/api/v1/field/sync/?device={DEVICE}").status_code == 401


def test_sheets_in_force_come_whole_to_whoever_may_fill_them_in(officer: Member, live: Any) -> None:
    sheet = checks.in_force("4418", 1, {"code": "a", "evidence": True}, each="village")
    found = ask(officer)["items"]
    held = found[f"sheet:{sheet.code}"]
    assert (held["each"], [item["code"] for item in held["items"]]) == ("village", ["a"])
    assert found["form:checks.hand_in"]["fields"] == [], "a sheet has a form of its own"


def test_the_shell_is_whole(officer: Member) -> None:
    """The worker keeps what it is told to, and that must be all that the page loads."""
    listed = officer.client.get("/field/sw.js").content.decode()
    for name in SHELL:
        assert f"/static/{name}" in listed
        assert _content(name), f"{name} is not built"
    assert b"./chunks/" not in _content("dist/field.js")
