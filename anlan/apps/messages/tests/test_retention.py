"""How long copies with their addresses are kept, and that who looks one up is written down."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction

from anlan.apps.messages import actions, jobs, parcels
from anlan.kit import clock
from anlan.kit.models import JournalEntry
from anlan.kit.scope import Scope

NOW = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)


def partitions() -> list[str]:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname ~ '^messages_parcel_[0-9]{8}$' ORDER BY relname")
        return [name for (name,) in cursor.fetchall()]


def test_copies_go_when_they_are_older_than_the_city_keeps_them(live: Scope, settings: Any) -> None:
    days = [(NOW - timedelta(days=n)).date() for n in (100, 61, 60, 1)]
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT messages_ensure_partitions(%s::date[])", [days])
    made = {f"messages_parcel_{day:%Y%m%d}" for day in days}
    assert made <= set(partitions())
    with clock.frozen(NOW):
        jobs.drop_copies()
        assert made <= set(partitions()), "for ever unless the city says otherwise"
        settings.CONFIG = dataclasses.replace(settings.CONFIG, copies_days=60)
        jobs.drop_copies()
    assert made & set(partitions()) == {f"messages_parcel_{day:%Y%m%d}" for day in days[2:]}
    entry = JournalEntry.objects.get(action="messages.drop_copies")
    assert (entry.diff["before"], entry.diff["partitions"]) == (days[2].isoformat(), 4)


def test_the_database_lets_none_of_the_last_thirty_days_go(live: Scope) -> None:
    with pytest.raises(DatabaseError, match="thirty days"), transaction.atomic():
        parcels.drop_before(clock.real_now().date() - timedelta(days=10))


def test_who_looks_an_address_up_is_written_down(live: Scope) -> None:
    actions.look_up(broadcast=7, address="+8613800001234")
    entry = JournalEntry.objects.get(action="messages.look_up")
    assert entry.diff["broadcast"] == 7
    assert "13800001234" not in str(entry.diff)
