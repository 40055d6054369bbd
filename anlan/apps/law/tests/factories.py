"""Rows of law for tests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from anlan.apps.law.choices import TermState
from anlan.apps.law.models import Article, CalendarDay, LadderWait, Term, TermPause, TermRule
from anlan.kit import clock
from anlan.kit.models import ApprovalRule
from anlan.kit.testing.factory import created


def rule(number: int, **more: Any) -> TermRule:
    found = TermRule.objects.filter(code=f"test.rule{number}").first()
    values = {
        "name": f"试验期限{number}",
        "name_en": f"Test term {number}",
        "counts_from": "试验",
        "basis": "突发事件应对法 第七十二条",
    }
    values |= {"amount": 1, "unit": "hours", "pausable": True, "source": "test"}
    return found or created(TermRule, code=f"test.rule{number}", since=date(2020, 1, 1), **values | more)


def term(area: str, number: int, **more: Any) -> Term:
    now = clock.now()
    values: dict[str, Any] = {
        "subject": f"试验事项{number}",
        "subject_en": f"Test matter {number}",
        "record": "law.term",
        "record_id": str(number),
    }
    values |= {"state": TermState.RUNNING, "started_at": now, "due_at": now + timedelta(hours=1)}
    return created(Term, area=area, rule=rule(number), **values | more)


def more_of_term(row: Term, number: int) -> None:
    now = clock.now()
    created(TermPause, area=row.area, term=row, since=now, until=now, reason=f"试验{number}", by="test")


def day(_area: str, number: int) -> CalendarDay:
    return created(
        CalendarDay, day=date(2090, 1, 1) + timedelta(days=number), works=False, name="试验", name_en="Test", source="test"
    )


def article(_area: str, number: int) -> Article:
    values = {"rank": "法律", "version": date(2024, 1, 1), "text": "试验条文。" * 30, "source": "test"}
    return created(Article, law="试验法", order=number, label=f"第{number}条", **values)


def approval(_area: str, number: int) -> ApprovalRule:
    return created(ApprovalRule, kind="supplies.issue", above=1_000_000 + number, level=12, persons=1, basis="试验 test")


def wait(_area: str, number: int) -> LadderWait:
    values = {"minutes": number, "what": "试验", "what_en": "Test", "source": "test"}
    return created(LadderWait, code="test.ladder", since=date(2020, 1, 1), rung=number, **values)
