"""Rows of messages for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.gis.geos import Point

from anlan.apps.messages import actions
from anlan.apps.messages.models import Broadcast, Loudspeaker, Message, ReachTest, Receipt, Subscriber
from anlan.kit import clock
from anlan.kit.testing.factory import created


def message(area: str, number: int) -> Message:
    return actions.send(
        kind="test", subject=f"试验消息{number}", body="试验内容", to=["441802-emb"], area=area, about=f"test:{number}"
    )


def more_of_message(row: Message, number: int) -> None:
    now = clock.now()
    created(
        Receipt,
        area=row.area,
        message=row,
        recipient=f"单位{number}",
        channel="email",
        address=f"{number}@example.org",
        next_at=now,
    )


def receipt(area: str, number: int) -> Receipt:
    held, now = message(area, 100 + number), clock.now()
    return created(
        Receipt,
        area=area,
        message=held,
        recipient=f"试验单位{number}",
        channel="email",
        address=f"t{number}@example.org",
        state="failed",
        attempts=4,
        next_at=now,
        error="refused",
    )


def subscriber(area: str, number: int) -> Subscriber:
    return actions.subscribe(channel="email", address=f"s{number}@example.org", area=area)


def broadcast(area: str, number: int) -> Broadcast:
    return actions.broadcast(
        kind="warning",
        subject=f"试验广播{number}",
        texts={"*": {"zh": "试验"}},
        areas=[area],
        area=area,
        about=f"warning:{number}",
        expires_at=clock.now() + timedelta(hours=1),
    )


def reach_test(area: str, number: int) -> ReachTest:
    at = clock.now() - timedelta(days=number)
    values = {"ordered_by": "system:test", "posts": number, "addresses": number}
    row = created(ReachTest, area=area, ordered_at=at, until=at + timedelta(days=1), **values)
    asked = created(Message, area=area, kind="reachtest", subject="试验", body="试验", about=row.about, queued_at=at)
    to = {"recipient": "试验岗位", "recipient_code": f"p{number}", "channel": "sms", "address": f"+8613800{number:06}"}
    created(Receipt, area=area, message=asked, next_at=at, **to)
    return row


def loudspeaker_values(area: str, number: int) -> dict[str, Any]:
    return {
        "name": f"试验大喇叭{number}",
        "name_en": f"Test loudspeaker {number}",
        "address": f"t-{area}-{number}",
        "kind": "horn" if number % 2 else "siren",
        "in_service": True,
    }


def loudspeaker(area: str, number: int) -> Loudspeaker:
    values = loudspeaker_values(area, 1000 + number)
    states = {"test_state": "answered" if number % 2 else "silent", "tested_at": clock.now()}
    return created(Loudspeaker, **values, **states, area=area, location=Point(113.05, 23.7, srid=4326))
