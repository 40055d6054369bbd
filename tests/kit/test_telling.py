"""Journal entries in the reader's words: exports with their filter, what was asked for, the facts that led to an entry."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override

from anlan.apps.people.desk import PersonDesk
from anlan.apps.people.models import Account
from anlan.apps.telemetry.models import Station
from anlan.kit import outbox
from anlan.kit.desk.own_desks import _causes
from anlan.kit.desk.telling import event_label, readable_entry
from anlan.kit.events import EVENTS
from anlan.kit.models import JournalEntry, OutboxEvent
from anlan.kit.scope import Scope, entered
from tests.kit import factories


def words(entry: JournalEntry, language: str) -> list[str]:
    """Return the lines that a page shows of an entry."""
    with override(language):
        return [f"{c.label}: {c.before} → {c.after}" for c in readable_entry(entry).changes]


def last(action: str) -> JournalEntry:
    """Return the newest entry of an action."""
    return JournalEntry.objects.filter(action=action).order_by("-seq")[0]


def test_an_export_tells_its_filter(live: Scope, cast: dict[str, Any]) -> None:
    own = cast["county_officer"]
    query = {"q": "清城", "demo": "true", "format": "csv"}
    assert own.client.get("/people/persons/export/", query).status_code == 200
    entry = last("people.export_person")
    assert words(entry, "zh-hans")[1] == "筛选条件:  → 搜索: 清城 · 演示: 是"
    assert words(entry, "en")[1] == "Filter:  → Search: 清城 · Demo: Yes"
    assert "筛选条件" in cast["city_officer"].client.get(entry.desk_url()).content.decode()


def test_an_export_without_a_filter_says_so(live: Scope) -> None:
    PersonDesk.take_out(rows=3, query="format=csv")
    assert words(last("people.export_person"), "zh-hans") == ["行数:  → 3", "筛选条件:  → 无（整个列表）"]


def test_what_was_asked_for_is_told_by_its_label(live: Scope, cast: dict[str, Any]) -> None:
    receiver = Account.objects.get(username="yingde")
    body = {"role": "commander", "over": "4418", "sector": "water", "valid_from": "2026-01-01", "reason": "轮值"}
    assert (
        cast["administrator"]
        .client.post(f"/api/v1/people/accounts/{receiver.pk}/grant/", body, content_type="application/json")
        .status_code
        == 202
    )
    entries = JournalEntry.objects.filter(action="kit.request_confirmation")
    shown = " ".join(line for entry in entries for line in words(entry, "zh-hans"))
    assert "申请事项:  → 授予本人并不持有的角色" in shown
    assert "people.grant_confirmed" not in shown
    assert "指挥长" in shown and "行业 水利" in shown and receiver.display_name in shown
    page = cast["city_officer"].client.get(entries[0].desk_url()).content.decode()
    assert "people.grant_confirmed" not in page and "&lt;span" not in page


def test_a_linked_row_is_told_by_its_name_where_it_may_be_seen_else_by_its_number(live: Scope, cast: dict[str, Any]) -> None:
    station = Station.objects.filter(code="QY-H01").get()
    entry = JournalEntry(
        action="telemetry.change_datastream", record="telemetry.Datastream", diff={"station": [None, station.pk]}
    )
    assert words(entry, "zh-hans") == [f"站点:  → {station}"]
    with entered(cast["county_officer"].scope):
        assert words(entry, "zh-hans") == [f"站点:  → #{station.pk}"]


@pytest.mark.parametrize("name", sorted(n for n in EVENTS if not n.startswith(("sample.", "test."))))
def test_every_event_has_a_name_for_people(name: str) -> None:
    with override("en"):
        english = event_label(name)
    with override("zh-hans"):
        assert english != name and event_label(name) != english


def test_the_chain_of_causes_names_facts_in_words(live: Scope, cast: dict[str, Any]) -> None:
    factories.touch(organisation=factories.bureau().pk, reason="test")
    outbox.drain()
    fact = OutboxEvent.objects.get(name="sample.touched")
    with entered(Scope.everything("system:test", cause=f"event:{fact.pk}")):
        factories.touch(organisation=factories.bureau().pk, reason="again")
    [(step, origin)] = _causes(last("sample.touch"))["chain"]
    assert (step["called"], origin.action) == ("sample.touched", "Touch")
