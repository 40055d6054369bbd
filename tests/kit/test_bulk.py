"""One verb on many rows: few at once, many by a job that goes on after a crash; what is refused comes back with its reason."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from anlan.kit import clock
from anlan.kit.actions import Bulk, Spec
from anlan.kit.background import work_off
from anlan.kit.desk import bulk
from anlan.kit.files import files_of, path_of
from anlan.kit.models import BackgroundJob, Delivery, JournalEntry, OutboxEvent
from anlan.kit.records import unscoped
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened

ADDRESS = "/kit/deliveries/bulk/retry/"
DEAD, PENDING = Delivery.State.DEAD, Delivery.State.PENDING


@pytest.fixture
def letters(live: Scope) -> list[int]:
    """Dead letters of one listener, every tenth alive."""
    now = clock.real_now()
    event = unscoped(OutboxEvent, "default").create(name="sample.touched", payload={}, aggregate="x", at=now, area="441802")
    made = [
        unscoped(Delivery, "default").create(
            event=event, handler=f"h{n}", aggregate="x", area="441802", next_at=now, state=PENDING if n % 10 == 0 else DEAD
        )
        for n in range(130)
    ]
    return [row.pk for row in made]


def states(pks: list[int]) -> dict[str, int]:
    rows = unscoped(Delivery, "default").filter(pk__in=pks)
    return {state: rows.filter(state=state).count() for state in (DEAD, PENDING)}


def summaries() -> list[JournalEntry]:
    with entered(Scope.everything("system:test")):
        return list(unscoped(JournalEntry, "default").filter(action="kit.bulk", record="").order_by("seq"))


def test_all_that_match_the_filter_are_left_to_a_job_with_one_summary(letters: list[int], cast: dict[str, Any]) -> None:
    operator = cast["administrator"].client
    page = operator.get(f"{ADDRESS}?all=1&q=h&state=")
    assert page.context["count"] == 130
    answer = operator.post(f"{ADDRESS}?all=1&q=h&state=")
    assert answer.status_code == 302 and states(letters) == {DEAD: 117, PENDING: 13}
    assert work_off("live") == 1
    job = unscoped(BackgroundJob, "default").get(task="kit.bulk")
    assert (job.state, job.done, job.of) == (BackgroundJob.State.DONE, 130, 130), job.error
    assert states(letters) == {DEAD: 0, PENDING: 130}
    (summary,) = summaries()
    assert (summary.diff["done"], summary.diff["refused"], summary.diff["job"]) == (117, 13, job.pk)
    with entered(Scope.everything("system:test")):
        (file,) = files_of(job)
        lines = list(load_workbook(io.BytesIO(path_of(file.sha256).read_bytes())).active.iter_rows(min_row=2, values_only=True))
        assert unscoped(JournalEntry, "default").filter(action="kit.retry").count() == 117
    assert len(lines) == 13 and all(line[2] for line in lines)


def test_a_job_that_was_killed_goes_on_and_does_nothing_twice(letters: list[int], cast: dict[str, Any], monkeypatch: Any) -> None:
    cast["administrator"].client.post(f"{ADDRESS}?all=1")
    real, calls = bulk.carry_out, []

    def dying(*args: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*args)

    monkeypatch.setattr(bulk, "carry_out", dying)
    with pytest.raises(KeyboardInterrupt):
        work_off("live")
    assert states(letters)[DEAD] == 117 - 45 and not summaries()
    work_off("live")
    assert states(letters)[DEAD] == 0 and len(summaries()) == 1
    with entered(Scope.everything("system:test")):
        assert unscoped(JournalEntry, "default").filter(action="kit.retry").count() == 117


def test_by_api_filters_choose_the_rows_and_each_is_answered(letters: list[int], cast: dict[str, Any]) -> None:
    operator = cast["administrator"].client
    asked = {"filters": {"q": "h1"}}
    answer = operator.post("/api/v1/kit/deliveries/bulk/retry/", asked, content_type="application/json").json()
    assert (answer["done"], answer["refused"]) == (37, 4)  # h1, h10 … h19, h100 … h129
    assert {row["status"] for row in answer["rows"] if not row["done"]} == {409}


def test_nothing_is_done_where_it_is_not_known_what_is_meant(letters: list[int], cast: dict[str, Any], monkeypatch: Any) -> None:
    operator, listing = cast["administrator"].client, reverse("desk:api:kit-deliveries-list")
    with assert_nothing_happened(Delivery):
        assert operator.post(f"{ADDRESS}?all=1&no_such=1").status_code == 400
        assert operator.post(ADDRESS).status_code == 422
        assert operator.post(f"{listing}bulk/retry/", {"filters": {"x": 1}}, content_type="application/json").status_code == 400
        assert operator.post("/kit/confirmations/bulk/confirm/").status_code == 404
        assert cast["city_officer"].client.post(f"{ADDRESS}?row={letters[1]}").status_code == 403
    monkeypatch.setattr(Bulk, "most", property(lambda _bulk: 100), raising=False)
    with assert_nothing_happened(Delivery):
        assert operator.post(f"{ADDRESS}?all=1").status_code == 422


def test_what_weighs_too_much_cannot_be_declared_for_several() -> None:
    for more in ({"danger": True}, {"second_person": True}, {"relative": True}, {"sheet": lambda _r, _g: None}, {"page": "x:y"}):
        with pytest.raises(ValueError, match="record by record"):
            Spec("a.b", "a.c", "B", record="a.C", bulk=Bulk(10), **more)
