"""Rows of exercises for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from anlan.apps.exercises.models import Replay, RunReport
from anlan.kit.testing.factory import created

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)


def replay(area: str, number: int) -> Replay:
    return created(
        Replay,
        area=area,
        run=f"{area}-{number}",
        digest="0" * 64,
        folder=f"scenarios/{number}",
        name_zh=f"试验复演{number}",
        name_en=f"Test replay {number}",
        starts_at=T0,
        ends_at=T0 + timedelta(days=1),
        speed=60,
        started_by="system:test",
        driven_by="system:test",
    )


def report(area: str, number: int) -> RunReport:
    alarm = {"station": "QY-H01", "station_name": "英德(五)", "quantity": "water_level", "level": "red", "peak": 35.95}
    return created(
        RunReport,
        area=area,
        run=f"{area}-{number}",
        digest="0" * 64,
        name_zh=f"试验演练{number}",
        name_en=f"Test drill {number}",
        complete=True,
        starts_at=T0,
        reached_at=T0 + timedelta(days=1),
        unattended=True,
        started_by="system:test",
        kept_at=T0,
        content={
            "readings": {"accepted": 84, "duplicate": 0, "rejected": 0, "corrected": 0},
            "alarms": [{**alarm, "at": T0.isoformat(), "returned_at": None}],
            "warnings": [],
            "responses": [],
            "tasks": {"issued": 3, "accepted": 2, "done": 1, "overdue": 0},
            "messages": {"sandbox": {"sent": 5, "delivered": 5}},
            "injects": [],
            "journal": {"entries": 9, "verified": True},
        },
    )
