"""Several alarms answered at once (ISA-18.2): few, of one kind, and no red one among them."""

from __future__ import annotations

from typing import Any

import pytest

from anlan.apps.alarms.models import Alarm
from anlan.apps.alarms.tests import factories
from anlan.kit.models import JournalEntry
from anlan.kit.records import unscoped, writing
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened

ADDRESS = "/alarms/alarms/bulk/acknowledge/"


@pytest.mark.parametrize(("with_it", "why"), [({"level": 4}, "red"), ({"hazard": "gale"}, "not of one kind")])
def test_a_red_one_or_one_of_another_kind_is_refused_with_all_others(
    live: Scope, cast: dict[str, Any], with_it: dict[str, Any], why: str
) -> None:
    with entered(Scope.everything("system:test")):
        rows = [factories.alarm("441802", n) for n in (1, 2)]
        with writing():
            unscoped(Alarm, "default").filter(pk=rows[1].pk).update(**with_it)
    chosen, client = "&".join(f"row={row.pk}" for row in rows), cast["city_officer"].client
    with assert_nothing_happened(Alarm):
        asked = client.get(f"{ADDRESS}?{chosen}", headers={"Accept-Language": "en"})
        answer = client.post(f"{ADDRESS}?{chosen}", headers={"Accept-Language": "en"})
        body = {"ids": [row.pk for row in rows]}
        told = client.post(f"/api/v1{ADDRESS}", body, content_type="application/json", headers={"Accept-Language": "en"})
    assert (asked.status_code, answer.status_code, told.status_code) == (422, 422, 422)
    assert all(why in said for said in (asked.content.decode(), answer.content.decode(), told.json()["title"]))


def test_like_ones_are_answered_together_and_nobody_has_seen_the_sheet_of_each(live: Scope, cast: dict[str, Any]) -> None:
    with entered(Scope.everything("system:test")):
        rows = [factories.alarm("441802", n) for n in (1, 2)]
    chosen = "&".join(f"row={row.pk}" for row in rows)
    assert cast["city_officer"].client.post(f"{ADDRESS}?{chosen}").status_code == 200
    with entered(Scope.everything("system:test")):
        assert {unscoped(Alarm, "default").get(pk=row.pk).state for row in rows} == {"acknowledged"}
        entries = unscoped(JournalEntry, "default").filter(action="alarms.acknowledge", record_id=str(rows[0].pk))
        assert "sheet" not in entries.get().diff


def test_more_than_twenty_are_refused_whole(live: Scope, cast: dict[str, Any]) -> None:
    with entered(Scope.everything("system:test")):
        row = factories.alarm("441802", 1)
    chosen = "&".join(f"row={row.pk + n}" for n in range(21))
    with assert_nothing_happened(Alarm):
        assert cast["city_officer"].client.post(f"{ADDRESS}?{chosen}").status_code == 422
