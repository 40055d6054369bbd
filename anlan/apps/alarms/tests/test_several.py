"""Several alarms answered at once (ISA-18.2): few, of one kind, and no red one among them."""

from __future__ import annotations

from typing import Any

from anlan.apps.alarms.models import Alarm
from anlan.apps.alarms.tests import factories
from anlan.kit.models import JournalEntry
from anlan.kit.records import unscoped, writing
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened

ADDRESS = "/alarms/alarms/bulk/acknowledge/"


def test_a_red_one_and_one_of_another_kind_are_refused_and_stay(live: Scope, cast: dict[str, Any]) -> None:
    with entered(Scope.everything("system:test")):
        rows = [factories.alarm("441802", n) for n in (1, 2, 3, 4)]
        with writing():
            unscoped(Alarm, "default").filter(pk=rows[1].pk).update(level=4)
            unscoped(Alarm, "default").filter(pk=rows[2].pk).update(hazard="gale")
    chosen = "&".join(f"row={row.pk}" for row in rows)
    answer = cast["city_officer"].client.post(f"{ADDRESS}?{chosen}", headers={"Accept-Language": "en"})
    found = {a.pk: str(a.refusal or "") for a in answer.context["answers"]}
    assert [found[rows[n].pk] for n in (0, 3)] == ["", ""], found
    assert "red" in found[rows[1].pk] and "another kind" in found[rows[2].pk]
    with entered(Scope.everything("system:test")):
        states = [unscoped(Alarm, "default").get(pk=row.pk).state for row in rows]
        entries = unscoped(JournalEntry, "default").filter(action="alarms.acknowledge", record_id=str(rows[0].pk))
        assert states == ["acknowledged", "raised", "raised", "acknowledged"]
        assert "sheet" not in entries.get().diff, "nobody has seen the sheet of each"


def test_more_than_twenty_are_refused_whole(live: Scope, cast: dict[str, Any]) -> None:
    with entered(Scope.everything("system:test")):
        row = factories.alarm("441802", 1)
    chosen = "&".join(f"row={row.pk + n}" for n in range(21))
    with assert_nothing_happened(Alarm):
        assert cast["city_officer"].client.post(f"{ADDRESS}?{chosen}").status_code == 422
