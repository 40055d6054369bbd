"""Rows of exercises for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from anlan.apps.exercises.models import Replay
from anlan.kit.testing.factory import created

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)


def replay(area: str, number: int) -> Replay:
    return created(
        Replay,
        area=area,
        folder=f"scenarios/{number}",
        name_zh=f"试验复演{number}",
        name_en=f"Test replay {number}",
        starts_at=T0,
        ends_at=T0 + timedelta(days=1),
        reached_at=T0,
        speed=60,
        started_by="system:test",
    )
