"""Rows of messages for tests."""

from __future__ import annotations

from anlan.apps.messages import actions
from anlan.apps.messages.models import Message, Receipt
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
