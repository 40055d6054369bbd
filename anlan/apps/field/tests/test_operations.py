"""What comes from a device: once for each key, in order, judged when it arrives, refused in words, told to both who wrote."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from anlan.apps.checks.models import Check
from anlan.apps.checks.tests import factories as checks
from anlan.apps.field import rules
from anlan.apps.field.models import Operation
from anlan.apps.field.tests.factories import DEVICE
from anlan.apps.people.models import Account
from anlan.apps.response.models import Task, TaskReport
from anlan.apps.response.tests import factories as response
from anlan.kit import clock, journal
from anlan.kit.actions import ACTIONS, action
from anlan.kit.models import JournalEntry, OutboxEvent
from anlan.kit.records import writing
from anlan.kit.testing.plugin import Member

SEND = "/api/v1/field/operations/"


@contextmanager
def nothing_done(*models: Any) -> Iterator[None]:
    """Prove that nothing was written but the receipt of what was refused."""

    def counts() -> list[int]:
        others = JournalEntry.objects.exclude(action="field.keep_receipt")
        return [model.objects.count() for model in models] + [others.count(), OutboxEvent.objects.count()]

    before = counts()
    yield
    assert counts() == before


@pytest.fixture
def officer(cast: dict[str, Member]) -> Member:
    return cast["county_officer"]


@pytest.fixture
def task(live: Any) -> Task:
    return response.task("441802", 1)


def operation(verb: str, record: Any = "", **more: Any) -> dict[str, Any]:
    inputs = {name: more.pop(name) for name in list(more) if name not in rules.KNOWN}
    return {
        "key": str(uuid4()),
        "verb": f"response.{verb}",
        "record": str(getattr(record, "pk", record)),
        "inputs": inputs,
        **more,
    }


def send(client: Client, *operations: dict[str, Any], status: int = 200, **more: Any) -> Any:
    body = {"device": str(DEVICE), "language": "zh-hans", "operations": operations, **more}
    answer = client.post(SEND, body, content_type="application/json")
    assert answer.status_code == status, answer.content
    return answer.json().get("receipts", answer.json())


def test_accept_and_report_are_done_in_their_order_and_receipted(officer: Member, task: Task) -> None:
    told = send(officer.client, operation("accept", task), operation("report", task, text="已到位"))
    assert [one["outcome"] for one in told] == ["done", "done"]
    assert "签收" in told[0]["title"]
    task.refresh_from_db()
    assert (task.state, task.accepted_by) == ("accepted", officer.username)
    assert TaskReport.objects.get(task=task).text == "已到位"
    assert [entry.action for entry in journal.entries_for(task).order_by("seq")][-1] == "response.accept"
    kept = list(Operation.objects.order_by("id"))
    assert [(one.verb, one.area, one.record_id, one.actor) for one in kept] == [
        (verb, task.area, str(task.pk), officer.username) for verb in ("response.accept", "response.report")
    ]
    assert JournalEntry.objects.filter(action="field.keep_receipt", actor=officer.username).count() == 2


def test_the_same_key_gives_the_same_receipt_for_ever(officer: Member, task: Task) -> None:
    one = operation("report", task, text="水位上涨")
    first = send(officer.client, one)
    with nothing_done(TaskReport, Operation, Task):
        assert send(officer.client, one) == first
        with clock.frozen(clock.now() + timedelta(days=400)):
            assert send(officer.client, {**one, "made_at": clock.now().isoformat()}, language="en") == first


def test_a_key_used_for_another_operation_is_refused(officer: Member, task: Task) -> None:
    one = operation("report", task, text="甲")
    send(officer.client, one)
    with nothing_done(TaskReport, Operation):
        (told,) = send(officer.client, {**one, "inputs": {"text": "乙"}})
    assert (told["outcome"], told["status"]) == ("refused", 409)


def test_two_persons_may_use_the_same_key(officer: Member, cast: Any, task: Task) -> None:
    one = operation("report", task, text="甲")
    send(officer.client, one)
    (told,) = send(cast["city_officer"].client, one)
    assert told["outcome"] == "refused", "another's receipt is not given out, and he may not work on tasks"


def test_a_refusal_is_told_in_the_devices_language_and_holds_up_nothing(officer: Member, task: Task) -> None:
    wrong = operation("report", task, text="")
    told = send(officer.client, wrong, operation("report", task, text="到位"), operation("accept", task), language="en")
    assert [one["outcome"] for one in told] == ["refused", "done", "done"]
    assert told[0]["field"] == "text"
    assert "Report" in told[0]["title"]
    again = operation("accept", task)
    with nothing_done(Task):
        (zh,) = send(officer.client, again)
    assert zh["status"] == 409
    assert "已签收" in zh["title"]
    assert send(officer.client, again, language="en") == [zh], "the same receipt, as it was told first"


@pytest.mark.parametrize(
    ("one", "status"),
    [
        ({"verb": "response.fail"}, 422),  # grave: not offered to a device
        ({"verb": "response.nothing"}, 422),
        ({"record": "999999999"}, 404),
        ({"record": "x"}, 404),
        ({"record": "key:" + str(uuid4())}, 409),
        ({"record": "key:x"}, 404),
        ({"inputs": {"text": ["a"]}}, 422),
        ({"inputs": {"text": "a", "more": 1}}, 422),
        ({"inputs": {"text": "a", "file": "x"}}, 422),
        ({"inputs": {"text": "a"}, "files": {"file": str(uuid4())}}, 422),
        ({"inputs": {"text": "a" * 200_000}}, 422),
    ],
)
def test_what_cannot_be_done_is_refused_and_leaves_nothing(officer: Member, task: Task, one: Any, status: int) -> None:
    with nothing_done(Task, TaskReport):
        (told,) = send(officer.client, {**operation("report", task, text="x"), **one})
    assert (told["outcome"], told["status"]) == ("refused", status), told


@pytest.mark.parametrize(
    "body",
    [
        {"operations": []},
        {"operations": [1]},
        {"operations": [{"key": "x", "verb": "response.accept"}]},
        {"operations": [{"key": str(uuid4()), "verb": 1}]},
        {"operations": [{"key": str(uuid4()), "verb": "response.accept", "made_at": "yesterday"}]},
        {"operations": [{"key": str(uuid4()), "verb": "response.accept", "made_at": "2022-06-20T08:00:00"}]},
        {"operations": [{"key": str(uuid4()), "verb": "response.accept", "inputs": []}]},
        {"operations": [{"key": str(uuid4()), "verb": "response.accept", "other": 1}]},
        {"operations": [{"key": str(uuid4()), "verb": "response.accept"}] * 51},
        {"operations": [{"key": str(uuid4()), "verb": "response.accept"}], "device": "x"},
        {"operations": [{"key": str(uuid4()), "verb": "response.accept"}], "sent_at": "9999-12-31T23:59:59-23:59"},
    ],
)
def test_what_is_no_batch_is_not_looked_at(officer: Member, task: Task, body: Any) -> None:
    with nothing_done(Task, Operation):
        send(officer.client, status=400, **body)


def test_authority_is_judged_when_it_arrives(officer: Member, cast: Any, task: Task) -> None:
    one = operation("accept", task)
    for member, status in ((cast["neighbour"], 404), (cast["unit"], 404)):
        with nothing_done(Task):
            (told,) = send(member.client, one)
        assert (told["outcome"], told["status"]) == ("refused", status)
    with writing():
        Account.objects.filter(username=officer.username).update(is_active=False)
    answer = officer.client.post(SEND, {"device": str(DEVICE), "operations": [one]}, content_type="application/json")
    assert answer.status_code in (401, 403)
    task.refresh_from_db()
    assert task.state == "issued"


def test_a_visitor_and_one_without_csrf_token_send_nothing(officer: Member, task: Task) -> None:
    body = {"device": str(DEVICE), "operations": [operation("accept", task)]}
    assert Client().post(SEND, body, content_type="application/json").status_code == 401
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = officer.client.cookies
    refused = strict.post(SEND, body, content_type="application/json")
    assert (refused.status_code, "CSRF Failed" in str(refused.json()), "csrftoken" in str(refused.json())) == (403, False, True)
    token = strict.get(f"/api/v1/field/sync/?device={DEVICE}").json()["csrf"]
    assert strict.post(SEND, body, content_type="application/json", headers={"x-csrftoken": token}).status_code == 200


def test_the_devices_clock_is_shown_and_never_believed(officer: Member, task: Task) -> None:
    now = clock.now()
    fast = now + timedelta(days=3)  # the phone's clock runs three days ahead of ours
    made = {"made_at": (fast - timedelta(hours=5)).isoformat()}
    with clock.frozen(now):
        send(officer.client, {**operation("accept", task), **made}, sent_at=fast.isoformat())
    kept = Operation.objects.get()
    assert kept.claimed_at == now - timedelta(hours=5)
    task.refresh_from_db()
    assert task.accepted_at == now


@pytest.mark.parametrize(
    ("made", "sent", "hours"), [(0, 0, 0), (-5, 0, 5), (5, 0, 0), (-24 * 400, 0, 24 * 30), (None, 0, 0), (-5, None, 0)]
)
def test_a_claimed_time_is_bounded(made: Any, sent: Any, hours: int) -> None:
    now = clock.real_now()
    at = [None if one is None else now + timedelta(hours=one) for one in (made, sent)]
    assert rules.claimed(at[0], at[1], now) == now - timedelta(hours=hours)


def test_two_who_wrote_the_same_field_see_both(officer: Member, task: Task) -> None:
    send(officer.client, operation("accept", task))
    first = operation("complete", task, report="堤防已加固", base={"report": ""})
    second = operation("complete", task, report="只加固了一半", base={"report": ""})
    send(officer.client, first)
    with nothing_done(Task):
        (told,) = send(officer.client, second)
    assert (told["status"], told["kind"], told["field"]) == (409, "Clashing", "report")
    (clash,) = told["clashes"]
    assert (clash["seen"], clash["theirs"], clash["yours"]) == ("", "堤防已加固", "只加固了一半")
    assert clash["by"]
    assert clash["at"]
    assert send(officer.client, second) == [told]


def test_another_field_that_changed_is_no_conflict() -> None:
    base, now = {"a": 1, "b": 2}, {"a": 1, "b": 3}
    assert rules.clashing({"a": 1}, now, {"a": 5}) == []
    assert rules.clashing(base, now, {"a": 5, "b": 4}) == ["b"]
    assert rules.clashing(base, now, {"a": 5, "b": 3}) == [], "both want the same"
    assert rules.clashing({"gone": 1}, now, {}) == []


def test_a_photo_comes_in_parts_and_goes_on_where_it_was_cut(officer: Member, task: Task, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    code, photo = uuid4(), b"\x89PNG\r\n\x1a\n" + b"x" * 5000

    def put(offset: int, part: bytes) -> Any:
        where = f"/api/v1/field/attachments/?code={code}&offset={offset}"
        return officer.client.put(where, part, content_type="application/octet-stream")

    assert put(2000, photo[2000:]).status_code == 409
    assert put(0, photo[:2000]).json() == {"size": 2000}
    assert put(0, photo[:2000]).json() == {"size": 2000}, "the same part again"
    assert put(1000, photo[1000:3000]).json() == {"size": 3000}, "a part that overlaps"
    assert officer.client.get(f"/api/v1/field/attachments/?code={code}").json() == {"size": 3000}
    assert put(3000, photo[3000:]).json() == {"size": len(photo)}
    one = operation("report", task, text="有图", files={"file": str(code)})
    (told,) = send(officer.client, one)
    assert told["outcome"] == "done", told
    assert TaskReport.objects.get().file.size == len(photo)
    assert send(officer.client, one) == [told]


def test_another_persons_file_is_nobodys(officer: Member, cast: Any, task: Task, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    code = uuid4()
    where = f"/api/v1/field/attachments/?code={code}"
    assert cast["neighbour"].client.put(where, b"%PDF-1", content_type="application/octet-stream").status_code == 200
    assert officer.client.get(where).json() == {"size": 0}
    with nothing_done(TaskReport):
        (told,) = send(officer.client, operation("report", task, text="x", files={"file": str(code)}))
    assert told["field"] == "file"


def test_a_fault_of_one_verb_is_kept_nowhere_and_the_next_waits_for_it(
    officer: Member, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise ZeroDivisionError

    one = operation("accept", task)
    with monkeypatch.context() as patch:
        patch.setattr(ACTIONS["response.accept"], "function", broken)
        told = send(officer.client, one, operation("report", task, text="x"))
    assert [each["outcome"] for each in told] == ["failed"], "what stands behind it is not looked at"
    assert Operation.objects.count() == 0
    assert send(officer.client, one)[0]["outcome"] == "done", "the same key, tried again"


def test_too_much_in_a_minute_waits(officer: Member, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_A_MINUTE", 1)
    with nothing_done(TaskReport):
        send(officer.client, *(operation("report", task, text="x") for _each in range(2)), status=429)


def test_what_is_grave_or_rests_on_what_was_seen_is_not_done_offline() -> None:
    offline = {verb.spec.name for verb in ACTIONS.values() if verb.spec.offline}
    assert {"response.accept", "response.report", "response.complete"} <= offline
    for more in ({"danger": True}, {"second_person": True}, {"relative": True}, {"sheet": lambda *_: None}):
        with pytest.raises(ValueError, match="without a network"):
            action("test.grave", needs="test.grave", label="x", offline=True, **more)


def test_a_sheet_with_a_photo_is_begun_and_handed_in_by_operations_that_rest_on_each_other(
    officer: Member, live: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    sheet = checks.in_force("4418", 1, {"code": "a", "evidence": True}, {"code": "b"})
    code, at = uuid4(), clock.now().isoformat()
    officer.client.put(f"/api/v1/field/attachments/?code={code}", b"\x89PNG\r\n\x1a\nx", content_type="application/octet-stream")
    inputs = {"sheet": sheet.code, "place": checks.VILLAGE, "checked_at": at}
    answers = [{"item": item, "value": "yes", "note": ""} for item in ("a", "b")]
    begin = {**operation("x"), "verb": "checks.begin", "inputs": {**inputs, "answers": answers}}
    photo = {**operation("x", f"key:{begin['key']}"), "verb": "checks.add_photo", "inputs": {"item": "a"}}
    finish = {**operation("x", f"key:{begin['key']}"), "verb": "checks.finish", "inputs": {}}
    told = send(officer.client, begin, {**photo, "files": {"photo": str(code)}}, finish)
    assert [one["outcome"] for one in told] == ["done"] * 3, told
    assert {one["record_id"] for one in told} == {told[0]["record_id"]}
    check = Check.objects.get(pk=told[0]["record_id"])
    assert (check.state, check.checked_by, check.area) == ("handed_in", officer.username, checks.VILLAGE)


def test_what_rests_on_a_refused_operation_is_refused_and_nothing_else(officer: Member, task: Task) -> None:
    begin = {**operation("x"), "verb": "checks.begin", "inputs": {"sheet": "none.such"}}
    finish = {**operation("x", f"key:{begin['key']}"), "verb": "checks.finish", "inputs": {}}
    told = send(officer.client, begin, finish, operation("accept", task))
    assert [(one["outcome"], one["status"]) for one in told] == [("refused", 422), ("refused", 409), ("done", 200)]
