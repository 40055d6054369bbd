"""Rows of response for tests."""

from __future__ import annotations

from datetime import timedelta

from anlan.apps.people.models import Organisation
from anlan.apps.plans.tests import factories as plans
from anlan.apps.response.models import CommandSeat, Notice, Proposal, ProposalEvidence, Response, Task, TaskReport
from anlan.kit import clock
from anlan.kit.testing.factory import created


def proposal(area: str, number: int) -> Proposal:
    now = clock.now()
    return created(
        Proposal,
        area=area,
        plan=plans.plan(area, 200 + number),
        direction="start",
        level=4,
        known_at=now,
        proposed_at=now,
        threshold_at=now,
    )


def more_of_proposal(row: Proposal, number: int) -> None:
    created(ProposalEvidence, area=row.area, proposal=row, condition=f"条件{number}", value=1.0, unit="m", at=clock.now())


def response(area: str, number: int) -> Response:
    return created(
        Response,
        area=area,
        plan=plans.plan(area, 300 + number),
        level=3,
        gravest=3,
        activated_at=clock.now(),
        activated_by="system:test",
        reason="test",
    )


def unit() -> Organisation:
    found: Organisation = Organisation.objects.get(code="441802-emb")
    return found


def task(area: str, number: int, of: Response | None = None) -> Task:
    now = clock.now()
    return created(
        Task,
        area=area,
        response=of or response(area, 100 + number),
        card=f"c{number}",
        title=f"试验任务{number}",
        title_en=f"Test task {number}",
        organisation=unit(),
        steps=["一", "二"],
        issued_at=now,
        ack_due_at=now + timedelta(minutes=15),
        due_at=now + timedelta(minutes=60),
        climbs_at=now + timedelta(minutes=15),
    )


def notice(area: str, number: int, of: Response | None = None) -> Notice:
    return created(
        Notice,
        area=area,
        response=of or response(area, 200 + number),
        number=number + 1,
        direction="start",
        level=3,
        text=f"试验通告{number}",
        text_en=f"Test notice {number}",
        signed_at=clock.now(),
        signed_by="system:test",
    )


def more_of_response(row: Response, number: int) -> None:
    task(row.area, number, row)
    notice(row.area, 50 + number, row)
    seat = {"code": f"s{number}", "title": f"席位{number}", "post": "441802-emb.duty"}
    created(CommandSeat, area=row.area, response=row, since=clock.now(), **seat)


def more_of_task(row: Task, number: int) -> None:
    created(TaskReport, area=row.area, task=row, at=clock.now(), by="system:test", text=f"进展{number}")
