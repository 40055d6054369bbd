"""Exports by a background job: the same rows as at once, under the requester's authority, resumable, journalled, taken by an import."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from anlan.apps.people.actions import suspend_account
from anlan.apps.people.models import Account
from anlan.kit.background import work_off
from anlan.kit.desk import exporting
from anlan.kit.models import BackgroundJob, JournalEntry, StoredFile
from anlan.kit.records import unscoped
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened
from tests.kit.test_background import Killed, again, persons, send, the_job

State = BackgroundJob.State
LIST = "/people/persons/"


@pytest.fixture
def many(cast: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """Let a county have thirty persons, and steps and files be small; stored files lie in a folder of their own."""
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    monkeypatch.setattr(exporting, "STEP", 7)
    assert send(cast["county_officer"], persons(30)).status_code == 302
    return cast


def files_of(member: Any, job: BackgroundJob) -> list[bytes]:
    address = f"/api/v1/kit/jobs/{job.pk}/files/"
    found = sorted(member.client.get(address).json(), key=lambda file: file["id"])
    return [member.client.get(f"{address}{file['id']}/").content for file in found]


def lines_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def exports() -> list[tuple[str, Any]]:
    with entered(Scope.everything("system:test")):
        rows = unscoped(JournalEntry, "default").filter(action="people.export_person").order_by("seq")
        return [(entry.actor, entry.diff.get("rows")) for entry in rows if "rows" in entry.diff]


def test_a_job_writes_the_rows_that_the_list_shows_and_nobody_elses(many: dict[str, Any]) -> None:
    own = many["county_officer"]
    at_once = lines_of(own.client.get(f"{LIST}export/?format=csv&q=bg-").getvalue())
    assert len(at_once) == 30
    answer = own.client.post(f"{LIST}export/?format=csv&q=bg-")
    job = the_job()
    assert answer.headers["Location"] == f"/kit/jobs/{job.pk}/"
    work_off("live")
    done = again(job)
    assert (done.state, done.done, done.of) == (State.DONE, 30, 30)
    (content,) = files_of(own, job)
    assert sorted(lines_of(content), key=lambda line: line["code"]) == sorted(at_once, key=lambda line: line["code"])
    assert many["neighbour"].client.get(f"/kit/jobs/{job.pk}/").status_code == 404
    many["neighbour"].client.post(f"{LIST}export/?format=csv")
    work_off("live")
    assert not [line for line in lines_of(files_of(many["neighbour"], the_job())[0]) if line["area"].startswith("441802")]


def test_a_killed_export_is_taken_up_where_it_was(many: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own, kept, calls = many["county_officer"], exporting.keep, iter(range(99))

    def dying(content: bytes) -> str:
        found = kept(content)
        if next(calls) == 2:
            raise Killed
        return found

    monkeypatch.setattr(exporting, "keep", dying)
    own.client.post(f"{LIST}export/?format=csv&q=bg-")
    with pytest.raises(Killed):
        work_off("live")
    assert (the_job().state, the_job().done) == (State.RUNNING, 14)
    work_off("live")
    (content,) = files_of(own, the_job())
    codes = [line["code"] for line in lines_of(content)]
    assert (the_job().state, len(codes), len(set(codes))) == (State.DONE, 30, 30)
    digests = {path.name for path in tmp_path.glob("*/*")}
    with entered(Scope.everything("system:test")):
        stored = set(unscoped(StoredFile, "default").values_list("sha256", flat=True))
    assert digests == stored, "the parts that became the file are thrown away, that of the step that died as well"


def test_a_long_list_becomes_several_files_that_an_import_takes(many: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    own = many["county_officer"]
    monkeypatch.setattr(exporting, "FILE_ROWS", 14)
    own.client.post(f"{LIST}export/?format=xlsx&q=bg-")
    work_off("live")
    contents = files_of(own, the_job())
    heads, *_rest = zip(*(load_workbook(io.BytesIO(each)).active.iter_rows(values_only=True) for each in contents), strict=False)
    assert len(contents) == 3 and len(set(heads)) == 1
    file = SimpleUploadedFile("persons.xlsx", contents[0])
    told = own.client.post("/api/v1/people/persons/import/", {"file": file, "check": "true"}).json()
    assert {fault["line"] for fault in told["faults"]} == set(range(2, 16)), "only that these persons are there already"
    assert {fault["column"].split("(")[1] for fault in told["faults"]} == {"code)"}


def test_a_requester_who_was_suspended_gets_nothing(many: dict[str, Any]) -> None:
    own = many["county_officer"]
    own.client.post(f"{LIST}export/?format=csv")
    with entered(Scope.everything("system:test")):
        suspend_account(account=Account.objects.get(username=own.username).pk, reason="test")
    work_off("live")
    assert the_job().state == State.REFUSED
    with entered(Scope.everything("system:test")):
        assert not unscoped(StoredFile, "default").filter(record_id=str(the_job().pk)).exists()


def test_writing_and_fetching_personal_data_is_journalled(many: dict[str, Any]) -> None:
    own = many["county_officer"]
    own.client.post(f"{LIST}export/?format=csv&q=bg-")
    assert exports() == []
    work_off("live")
    assert exports() == [(own.username, [None, 30])] or exports() == [(own.username, 30)]
    files_of(own, the_job())
    assert [actor for actor, _rows in exports()] == [own.username] * 2


def test_who_oversees_jobs_but_may_not_read_the_list_fetches_nothing(many: dict[str, Any], as_: Any) -> None:
    many["county_officer"].client.post(f"{LIST}export/?format=csv")
    work_off("live")
    with as_("4418", "kit.view_backgroundjob", "kit.oversee_backgroundjob"), pytest.raises(exporting.NotAuthorised):
        exporting.check_fetched(again(the_job()))
    with as_("441881"), pytest.raises(exporting.NotAuthorised):
        exporting.check_fetched(again(the_job()))
    assert len(exports()) == 1


@pytest.mark.parametrize(
    ("query", "status"), [("format=exe", 422), ("format=csv&nonsense=1", 400), ("format=csv&area=x&near=1", 400)]
)
def test_what_cannot_be_exported_is_refused_at_once(many: dict[str, Any], query: str, status: int) -> None:
    with assert_nothing_happened(BackgroundJob):
        assert many["county_officer"].client.post(f"{LIST}export/?{query}").status_code == status


def test_the_api_leaves_a_list_to_a_job(many: dict[str, Any]) -> None:
    own, address = many["county_officer"], "/api/v1/people/persons/export/"
    answer = own.client.post(address, {"format": "csv", "filters": {"q": "bg-1"}}, "application/json")
    assert answer.status_code == 202, answer.content
    work_off("live")
    assert own.client.get(answer.headers["Location"]).json()["state"] == "done"
    assert {line["code"][:4] for line in lines_of(files_of(own, the_job())[0])} == {"bg-1"}
    with assert_nothing_happened(BackgroundJob):
        for body, status in (({"format": "exe"}, 400), ({"format": "csv", "filters": {"nonsense": "1"}}, 400), ({}, 400)):
            assert own.client.post(address, body, "application/json").status_code == status
        assert many["reporter"].client.post(address, {"format": "csv"}, "application/json").status_code == 403
