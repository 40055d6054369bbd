"""Rows of field for tests."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from anlan.apps.field.models import Operation
from anlan.kit import clock
from anlan.kit.testing.factory import created

DEVICE = UUID("6e0f5f0e-7f0c-4c39-9d0c-2a6c5a6ab001")


def operation(area: str, number: int) -> Operation:
    now = clock.now()
    return created(
        Operation,
        area=area,
        key=uuid4(),
        digest="0" * 64,
        actor="reporter",
        device=DEVICE,
        verb="response.report",
        record="response.task",
        record_id=str(number),
        outcome="done",
        title=f"回执{number}",
        claimed_at=now - timedelta(hours=2),
        received_at=now,
    )
