"""Two reports side by side: who reads it learns what differs and by how much, in their own language."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.utils.translation import override

from anlan.apps.exercises.comparing import Row, compared
from anlan.kit.scope import Scope

WARNING = {"area": "441881", "level": "orange", "published_at": "2022-06-20T09:10:00+08:00", "lead_time_minutes": 3050.0}
REPORT: dict[str, Any] = {
    "readings": {"accepted": 84, "rejected": 0},
    "alarms": [
        {
            "station_name": "英德(五)",
            "station_name_en": "Yingde (5)",
            "level": "orange",
            "at": "2022-06-15T08:00:00+08:00",
            "value": 30.47,
            "peak": 35.95,
            "unit": "m",
            "quantity": "water_level",
        }
    ],
    "warnings": [{**WARNING, "lead_time_reason": None}],
    "responses": [
        {
            "direction": "start",
            "level": "III",
            "proposed_at": "2022-06-15T08:00:00+08:00",
            "activated_at": "2022-06-15T08:10:00+08:00",
        }
    ],
    "endings": [],
    "tasks": {"issued": 45, "done": 44},
    "messages": {"sandbox": {"sent": 590, "delivered": 590}},
    "journal": {"entries": 2189},
}


@pytest.fixture
def later() -> dict[str, Any]:
    made = copy.deepcopy(REPORT)
    made["warnings"][0] |= {"published_at": "2022-06-20T09:50:00+08:00", "lead_time_minutes": 3010.0}
    made["responses"][0]["activated_at"] = "2022-06-15T09:10:00+08:00"
    made["tasks"]["done"] = 41
    return made


def found(rows: list[Row]) -> dict[tuple[str, str], tuple[str, str, str]]:
    return {(row.title, row.label): (row.a, row.b, row.change) for row in rows if row.differs}


def test_what_differs_is_told_with_by_how_much(live: Scope, later: dict[str, Any]) -> None:
    with override("en"):
        assert found(compared(REPORT, later)) == {
            ("Warnings", "Yingde City"): ("06-20 09:10", "06-20 09:50", "+40 min"),
            ("Lead time before the peak", "Yingde City"): ("3,050 min", "3,010 min", "−40 min"),
            ("Responses", "Activate III · decided"): ("06-15 08:10", "06-15 09:10", "+60 min"),
            ("Tasks", "Done"): ("44", "41", "−3"),
        }
    with override("zh-hans"):
        assert found(compared(REPORT, later))[("任务", "完成")] == ("44", "41", "−3")
        told = " ".join(f"{row.label} {row.a}" for row in compared(REPORT, later))
    for code in ("441881", "sandbox", "orange", "T08:00"):
        assert code not in told


def test_two_like_runs_differ_in_nothing_and_what_one_alone_has_is_told(live: Scope) -> None:
    assert found(compared(REPORT, REPORT)) == {}
    bare = {**REPORT, "alarms": []}
    with override("en"):
        assert found(compared(bare, REPORT)) == {("Alarms", "Yingde (5)"): ("—", "06-15 08:00 · 30.47 m", "")}
