"""Rows of warning for tests."""

from __future__ import annotations

from datetime import timedelta

from anlan.apps.warning import actions
from anlan.apps.warning.choices import RingOutcome
from anlan.apps.warning.models import Call, CalledVillage, IssuingBody, Ring, StandingOrder, Warning
from anlan.kit import clock
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.factory import created


def warning(area: str, number: int, hazard: str = "river_flood", level: int = 2) -> Warning:
    with clock.frozen(clock.real_now() + timedelta(seconds=number)):  # an identifier is made of its second
        return actions.draft(
            areas=[area],
            level=level,
            hazard=hazard,
            expires_at=clock.now() + timedelta(hours=24),
            headline_zh=f"试验预警{number}",
            description_zh="试验内容。",
            headline_en=f"Test warning {number}",
            description_en="A test.",
        )


def published(area: str, number: int, level: int = 2) -> Warning:
    # Of two hazards by turns: a second warning of one hazard replaces the first.
    draft = warning(area, number, "rainstorm" if number % 2 == 0 else "river_flood", level)
    with entered(Scope.everything("system:signer")):
        actions.sign(warning=draft.pk)
    return actions.publish(warning=draft.pk)


def call(area: str, number: int) -> Call:
    now = clock.now()
    return created(
        Call,
        area=area,
        warning=published(area, number),
        post="441802-emb.duty",
        name=f"试验岗位{number}",
        called_at=now,
        due_at=now + timedelta(minutes=15),
    )


def more_of_call(row: Call, number: int) -> None:
    village = {"name": f"试验村{number}", "population": 100, "chain": [row.post]}
    created(CalledVillage, area=f"{row.area}006{number:03}", warning=row.warning, call=row, **village)


def a_ring(area: str, number: int) -> Ring:
    outcome = RingOutcome.values[number % 2]
    values = {"name": f"试验村{number}", "post": "441802-emb.duty", "outcome": outcome, "note": f"试验{number}"}
    return created(Ring, area=area, warning=published(area, number), rung_at=clock.now(), rung_by="qingcheng", **values)


def an_order(area: str, number: int) -> StandingOrder:
    until = clock.now() + timedelta(days=number)
    return created(
        StandingOrder, area=area, hazard="river_flood", from_level=4, until=until, basis=f"试验{number}", ordered_by="signer"
    )


def a_body(area: str, number: int) -> IssuingBody:
    values = {"organisation": "test", "name_zh": f"试验发布单位{number}", "name_en": f"Test body {number}", "agency": "416"}
    values |= {"sender": f"test{number}@warnings.invalid", "duty_post": "test.duty", "source": "test"}
    return created(IssuingBody, division=f"{area}{number:03}"[:12], **values)
