"""Rows of plans for tests."""

from __future__ import annotations

from datetime import date

from anlan.apps.plans.models import CommandPosition, Criterion, Plan, PlanLevel, TaskCard
from anlan.kit.testing.factory import created


def plan(area: str, number: int) -> Plan:
    return created(
        Plan,
        area=area,
        code=f"t-{area}-{number}",
        hazard="river_flood",
        title=f"试验预案{number}",
        title_en=f"Test plan {number}",
        approved_by="测试",
        source="test",
        review_due=date(2027, 1, 1),
    )


def more_of_plan(row: Plan, number: int) -> None:
    if number <= 4:
        level = created(
            PlanLevel, area=row.area, plan=row, level=number, authority="qy-sfz.chief", alternates=["qy-emb.duty"], notice="测试"
        )
        created(
            Criterion, area=row.area, level=level, hazard=row.hazard, metric="alarm_level", value=1.0, description=f"条件{number}"
        )
    post = f"441802-emb.{'duty' if number % 2 else 'chief'}"
    created(CommandPosition, area=row.area, plan=row, code=f"p{number}", title=f"职务{number}", post=post, order=number)
    card(row.area, number, row)


def card(area: str, number: int, of: Plan | None = None) -> TaskCard:
    return created(
        TaskCard,
        area=area,
        plan=of or plan(area, 100 + number),
        code=f"c{number}",
        title=f"试验任务{number}",
        title_en=f"Test task {number}",
        from_level=4,
        doer="code",
        doer_value="441802-emb" if number % 2 else "qy-emb",
        at="city",
        phase="patrol",
        ack_minutes=15,
        due_minutes=60,
    )
