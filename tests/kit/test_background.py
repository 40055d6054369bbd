"""Background jobs: queued with their deed, done in steps under the requester's authority, resumable, to be cancelled, nobody else's."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext_noop
from openpyxl import load_workbook

from anlan.apps.people.actions import suspend_account
from anlan.apps.people.models import Account, ContactPoint, Organisation, Person
from anlan.kit.actions import Deed, action
from anlan.kit.background import MOST_ATTEMPTS, work_off
from anlan.kit.desk import loading
from anlan.kit.models import BackgroundJob, JobFault
from anlan.kit.records import unscoped
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.tasks import TASKS, Run, Task
from anlan.kit.testing.plugin import assert_nothing_happened
from tests.kit import factories

State = BackgroundJob.State


class Killed(BaseException):
    """What kill -9 looks like from within: nothing more is done."""


#: What happens in the middle of the sample task's step number n.
MIDDLE: dict[int, Callable[[], None]] = {}


def count_up(run: Run, *, to: int) -> None:
    while (at := run.cursor.get("at", 0)) < to:
        with run.step():
            factories.touch(organisation=factories.bureau().pk, reason="job")
            MIDDLE.get(at, lambda: None)()
            run.cursor["at"] = run.done = at + 1
            run.of = to
            run.say(gettext_noop("%(good)d rows were added, %(refused)d lines were set aside."), good=run.done, refused=0)


COUNT = Task("sample.count", "Count", count_up)


@action("sample.ask", needs="people.view_organisation", label="Ask")
def ask(deed: Deed, *, to: int, fails: bool = False) -> BackgroundJob:
    job = deed.defer(COUNT, to=to)
    if fails:
        raise Refusal("no")
    return job


@pytest.fixture(autouse=True)
def _sample(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(TASKS._entries, COUNT.name, COUNT)
    MIDDLE.clear()
    yield
    MIDDLE.clear()


def again(job: BackgroundJob) -> BackgroundJob:
    with entered(Scope.everything("system:test")):
        found: BackgroundJob = unscoped(BackgroundJob, "default").get(pk=job.pk)
    return found


def alter(job: BackgroundJob, **values: Any) -> None:
    with entered(Scope.everything("system:test")):
        unscoped(BackgroundJob, "default").filter(pk=job.pk).update(**values)


def touches() -> int:
    with entered(Scope.everything("system:test")):
        return factories.bureau().name_en.count("*")


@pytest.fixture
def asked(cast: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> BackgroundJob:
    """Let the administrator, who may touch, ask for five steps."""
    monkeypatch.setattr(factories.touch, "spec", ask.spec)
    with entered(cast["administrator"].scope):
        return ask(to=5)


def test_a_job_is_queued_with_its_deed_and_done_in_steps(asked: BackgroundJob) -> None:
    assert again(asked).state == State.WAITING
    assert work_off("live") == 1
    done = again(asked)
    assert (done.state, done.done, done.of, done.error) == (State.DONE, 5, 5, "")
    assert touches() == 5
    assert work_off("live") == 0


def test_a_deed_that_is_rolled_back_leaves_no_job(cast: dict[str, Any]) -> None:
    with assert_nothing_happened(BackgroundJob), entered(cast["administrator"].scope), pytest.raises(Refusal):
        ask(to=5, fails=True)
    assert work_off("live") == 0


def test_a_killed_run_is_taken_up_where_it_was(asked: BackgroundJob) -> None:
    def die() -> None:
        MIDDLE.clear()
        raise Killed

    MIDDLE[3] = die
    with pytest.raises(Killed):
        work_off("live")
    left = again(asked)
    assert (left.state, left.done, touches()) == (State.RUNNING, 3, 3)
    work_off("live")
    assert (again(asked).state, touches()) == (State.DONE, 5)


def test_a_job_that_somebody_else_took_up_is_let_go(asked: BackgroundJob) -> None:
    MIDDLE[1] = lambda: alter(asked, runner="another")
    work_off("live")
    assert (again(asked).state, touches()) == (State.RUNNING, 2)


def test_a_fault_of_the_program_is_tried_a_few_times_and_told(asked: BackgroundJob) -> None:
    def fail() -> None:
        raise ValueError("broken")

    MIDDLE[2] = fail
    for _try in range(MOST_ATTEMPTS + 1):
        work_off("live")
    failed = again(asked)
    assert failed.state == State.FAILED
    assert "broken" in failed.error
    assert (failed.done, touches()) == (2, 2)


def test_a_suspended_requester_is_refused_in_words(asked: BackgroundJob, cast: dict[str, Any]) -> None:
    with entered(Scope.everything("system:test")):
        suspend_account(account=Account.objects.get(username=asked.requested_by).pk, reason="test")
    work_off("live")
    refused = again(asked)
    assert (refused.state, refused.done, touches()) == (State.REFUSED, 0, 0)
    assert "停用" in refused.error


def test_its_requester_cancels_it_and_what_is_done_stays(asked: BackgroundJob, cast: dict[str, Any]) -> None:
    member = cast["administrator"]
    page = member.client.post(f"/kit/jobs/{asked.pk}/cancel_job/")
    assert page.status_code == 302
    assert again(asked).state == State.CANCELLED
    assert work_off("live") == 0
    assert member.client.post(f"/kit/jobs/{asked.pk}/cancel_job/").status_code == 409


def test_a_job_cancelled_under_way_stops_before_its_next_step(asked: BackgroundJob) -> None:
    MIDDLE[2] = lambda: alter(asked, state=State.CANCELLED)
    work_off("live")
    assert (again(asked).state, touches()) == (State.CANCELLED, 3)


def test_a_job_is_its_requesters_and_those_who_oversee_jobs_there(cast: dict[str, Any]) -> None:
    with entered(cast["county_officer"].scope):
        job = ask(to=1)
    for role, status in (("county_officer", 200), ("administrator", 200), ("neighbour", 404), ("city_officer", 404)):
        assert cast[role].client.get(f"/kit/jobs/{job.pk}/").status_code == status, role
        assert cast[role].client.get(f"/api/v1/kit/jobs/{job.pk}/").status_code == status, role
        assert cast[role].client.get(f"/jobs/{job.pk}/").status_code == (302 if status == 200 else 404), role
    assert cast["anonymous"].client.get(f"/jobs/{job.pk}/").headers["Location"].startswith("/sign-in/")
    with assert_nothing_happened():
        assert cast["city_officer"].client.post(f"/kit/jobs/{job.pk}/cancel_job/").status_code == 404
    assert again(job).state == State.WAITING


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "已新增 5 行"), ("en", "5 rows were added")])
def test_progress_is_told_in_the_readers_language(asked: BackgroundJob, cast: dict[str, Any], language: str, words: str) -> None:
    work_off("live")
    page = cast["administrator"].client.get(f"/kit/jobs/{asked.pk}/", headers={"Accept-Language": language})
    assert words in page.content.decode()


HEAD = "编码,名称,岗位,辖区\n"


def send(member: Any, text: str, desk: str = "persons", name: str = "人员.csv", **more: Any) -> Any:
    return member.client.post(
        f"/people/{desk}/import/", {"file": SimpleUploadedFile(name, text.encode("gbk")), "confirm": "1", **more}
    )


def persons(count: int, wrong: tuple[int, ...] = ()) -> str:
    return HEAD + "".join(f"bg-{n},甲{n},,{'441881' if n in wrong else '441802'}\n" for n in range(count))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is large begin at 20 rows."""
    monkeypatch.setattr(loading, "LIMIT", 20)
    monkeypatch.setattr(loading, "STEP", 50)


def the_job() -> BackgroundJob:
    with entered(Scope.everything("system:test")):
        return unscoped(BackgroundJob, "default").latest("pk")


def test_a_large_import_adds_what_is_right_and_gives_the_rest_back_to_be_corrected(cast: dict[str, Any], small: None) -> None:
    own = cast["county_officer"]
    answer = send(own, persons(230, wrong=(7, 201)))
    job = the_job()
    assert answer.headers["Location"] == f"/kit/jobs/{job.pk}/"
    work_off("live")
    done = again(job)
    assert (done.state, done.done, done.figures) == (State.DONE, 230, {"good": 228, "refused": 2})
    with entered(own.scope):
        assert Person.objects.filter(code__startswith="bg-").count() == 228
    page = own.client.get(f"/kit/jobs/{job.pk}/").content.decode()
    address = page.split(f'href="/kit/jobs/{job.pk}/files/')[1].split('"')[0]
    sheet = own.client.get(f"/kit/jobs/{job.pk}/files/{address}").content
    assert cast["neighbour"].client.get(f"/kit/jobs/{job.pk}/files/{address}").status_code == 404
    rows = list(load_workbook(io.BytesIO(sheet)).active.iter_rows(values_only=True))
    assert rows[0] == ("编码", "名称", "岗位", "辖区", "错误")
    assert [(row[0], "辖区" in row[4]) for row in rows[1:]] == [("bg-7", True), ("bg-201", True)]
    assert not unscoped(JobFault, "default").exists()
    # Corrected, with its column of faults, it is taken as it is.
    book = load_workbook(io.BytesIO(sheet))
    for line in (2, 3):
        book.active.cell(line, 4).value = "441802"
    body = io.BytesIO()
    book.save(body)
    corrected = SimpleUploadedFile("改.xlsx", body.getvalue())
    assert (
        own.client.post("/people/persons/import/", {"file": corrected, "confirm": "1"}).headers["Location"] == "/people/persons/"
    )
    with entered(own.scope):
        assert Person.objects.filter(code__startswith="bg-").count() == 230


def test_a_code_that_stands_twice_is_set_aside_and_the_rest_is_added(cast: dict[str, Any], small: None) -> None:
    send(cast["county_officer"], persons(30) + "bg-3,乙,,441802\n")
    work_off("live")
    assert the_job().figures == {"good": 30, "refused": 1}


def test_a_large_check_writes_nothing(cast: dict[str, Any], small: None) -> None:
    own = cast["county_officer"]
    own.client.post("/people/persons/import/", {"file": SimpleUploadedFile("人员.csv", persons(30, wrong=(4,)).encode())})
    work_off("live")
    assert (the_job().state, the_job().figures) == (State.DONE, {"good": 29, "refused": 1})
    with entered(own.scope):
        assert not Person.objects.filter(code__startswith="bg-").exists()


def test_the_api_leaves_a_large_sheet_to_a_job(cast: dict[str, Any], small: None) -> None:
    file = SimpleUploadedFile("人员.csv", persons(30).encode())
    answer = cast["county_officer"].client.post("/api/v1/people/persons/import/", {"file": file})
    assert answer.status_code == 202
    work_off("live")
    told = cast["county_officer"].client.get(answer.headers["Location"]).json()
    assert told["state"] == "done"


def test_contacts_without_a_code_are_added_once_each_whatever_dies(
    cast: dict[str, Any], small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(cast["county_officer"], persons(1))
    rows = "".join(f",,bg-0,电话,138000{n:05d},1,441802\n" for n in range(230))
    send(cast["county_officer"], "组织机构,岗位,人员,渠道,地址,顺序,辖区\n" + rows, "contacts")
    taken, steps = loading._taken, iter(range(99))

    def dying(*args: Any, **more: Any) -> Any:
        found = taken(*args, **more)
        if next(steps) == 2:
            raise Killed
        return found

    monkeypatch.setattr(loading, "_taken", dying)
    with pytest.raises(Killed):
        work_off("live")
    work_off("live")
    assert (the_job().state, the_job().figures) == (State.DONE, {"good": 230, "refused": 0})
    with entered(cast["county_officer"].scope):
        numbers = ContactPoint.objects.filter(person__code="bg-0").values_list("address", flat=True)
        assert (len(numbers), len(set(numbers))) == (230, 230)


def test_who_may_not_add_queues_nothing(cast: dict[str, Any], small: None) -> None:
    with assert_nothing_happened(BackgroundJob, Organisation):
        assert send(cast["reporter"], persons(30)).status_code == 403
