"""Rows of duty for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from anlan.apps.duty.choices import EntryKind
from anlan.apps.duty.models import LogEntry, RollCall, Shift
from anlan.apps.people.models import Organisation, Person
from anlan.kit import clock
from anlan.kit.testing.factory import created


def room(area: str) -> Organisation:
    found: Organisation = Organisation.objects.filter(area=area).order_by("kind", "code").first()
    return found


def somebody(area: str, number: int = 0) -> Person:
    code = f"t-{area}-{number % 3}"
    found = Person.objects.filter(code=code).first()
    return found or created(Person, code=code, area=area, name=f"值班员{number % 3}", name_en=f"Officer {number % 3}")


def people(area: str) -> dict[str, Person]:
    return {"leader": somebody(area, 0), "officer": somebody(area, 1), "second": somebody(area, 2)}


def a_shift(area: str, number: int, **changed: Any) -> Shift:
    """A shift that has just begun."""
    begins = clock.now() - timedelta(minutes=1)
    values = {"organisation": room(area), "begins_at": begins, "ends_at": begins + timedelta(days=1), "handed": f"x{number}"}
    values |= {**people(area), **changed}
    return created(Shift, area=values["organisation"].area, **values)


def on_duty(area: str, number: int) -> Shift:
    return a_shift(area, number, state="on", taken_at=clock.now(), taken_by="tester")


def an_entry(area: str, number: int) -> LogEntry:
    return created(
        LogEntry,
        area=area,
        shift=on_duty(area, number),
        kind=EntryKind.CALL,
        party="乡镇",
        text="x",
        at=clock.now(),
        written_by="tester",
    )


def a_roll_call(area: str, number: int) -> RollCall:
    due = clock.now() + timedelta(minutes=5)
    return created(RollCall, area=area, shift=on_duty(area, number), called_at=clock.now(), called_by="other", due_at=due)


def turns(area: str) -> list[dict[str, Any]]:
    return [{"leader": somebody(area, n), "officer": somebody(area, n + 1)} for n in range(2)]
