"""Files on a record's page: attached and fetched by those who may, typed by content, refused in words, hidden from neighbours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from anlan.apps.response import actions as response
from anlan.apps.response.models import Proposal, Task
from anlan.apps.telemetry import api as telemetry
from anlan.kit import clock, files, outbox
from anlan.kit.desk.attachments import Files
from anlan.kit.models import StoredFile
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 50


@pytest.fixture
def task(live: Scope, settings: Any, tmp_path: Path) -> Any:
    """Issue the tasks of a flood at Yingde and return one of Yingde's."""
    settings.MEDIA_ROOT = tmp_path
    with clock.frozen(T0 + timedelta(minutes=1)):
        telemetry.detect(telemetry.ingest([telemetry.RawReading(2, "QY-H01", "water_level", T0, 30.47)], "test").batch)
        outbox.drain()
        response.confirm(proposal=Proposal.objects.get().pk)
        outbox.drain()
        yield Task.objects.get(organisation__code="441881-sfz")


def attach(member: Any, task: Any, content: bytes, name: str = "现场.png") -> str:
    """Attach a file on the record's page and return the page that follows."""
    sent = {"file": SimpleUploadedFile(name, content)}
    return member.client.post(f"{task.desk_url()}files/new/", sent, follow=True).content.decode()


def test_a_unit_attaches_evidence_and_reads_it_again(task: Any, cast: dict[str, Any], tmp_path: Path) -> None:
    own = cast["neighbour"]
    page = attach(own, task, PNG)
    kept = StoredFile.objects.get()
    assert (kept.content_type, kept.size, kept.area, kept.uploaded_by) == ("image/png", len(PNG), task.area, own.username)
    assert "现场.png" in page
    answer = own.client.get(f"{task.desk_url()}files/{kept.pk}/")
    assert answer.content == PNG
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("attachment")
    attach(own, task, PNG, "again.png")
    assert len([f for f in tmp_path.rglob("*") if f.is_file()]) == 1, "the same content is kept once"


def test_what_cannot_be_taken_is_refused_in_words(
    task: Any, cast: dict[str, Any], monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    with assert_nothing_happened(StoredFile):
        for content in (b"", b"MZ\x90\x00\xff\xfe program", b"text with \x00 inside", b"RIFF\xff\xff\xff\xffAVI "):
            assert "alert-danger" in attach(cast["neighbour"], task, content, "x.png"), content
        settings.ANLAN_VIRUS_SCAN = f"{__name__}.finds_a_virus"
        assert "病毒" in attach(cast["neighbour"], task, PNG)
        settings.ANLAN_VIRUS_SCAN = ""
        monkeypatch.setattr(files, "LIMIT", 20)
        attach(cast["neighbour"], task, PNG)
        assert cast["neighbour"].client.post(f"{task.desk_url()}files/new/", {}).status_code == 302
        typed = cast["neighbour"].client.get(f"{task.desk_url()}files/new/", headers={"Accept-Language": "en"})
        assert (typed.status_code, typed["Allow"]) == (405, "POST")
        assert "only takes what a button sends" in typed.content.decode(), "a page in words, not an empty one"


def finds_a_virus(data: bytes) -> bool:
    """Stand for a scanner that refuses."""
    return False


def test_another_county_neither_attaches_nor_reads(task: Any, cast: dict[str, Any]) -> None:
    attach(cast["neighbour"], task, PNG)
    kept = StoredFile.objects.get()
    other = cast["county_officer"]
    assert other.client.get(f"{task.desk_url()}files/{kept.pk}/").status_code == 404
    with assert_nothing_happened(StoredFile):
        assert other.client.post(f"{task.desk_url()}files/new/", {"file": SimpleUploadedFile("x.png", PNG)}).status_code == 404
    foreign = Task.objects.exclude(pk=task.pk).filter(area=task.area).first()
    if foreign is not None:
        assert cast["neighbour"].client.get(f"{foreign.desk_url()}files/{kept.pk}/").status_code == 404


def test_the_api_attaches_lists_and_fetches_and_hides_from_neighbours(task: Any, cast: dict[str, Any]) -> None:
    own, other = cast["neighbour"].client, cast["county_officer"].client
    door = f"/api/v1/response/tasks/{task.pk}/files/"
    made = own.post(door, {"file": SimpleUploadedFile("现场.png", PNG)})
    assert made.status_code == 201, made.content
    kept = StoredFile.objects.get()
    assert made.json() == own.get(door).json()[0]
    assert (made.json()["id"], made.json()["content_type"], made.json()["sha256"]) == (kept.pk, "image/png", kept.sha256)
    fetched = own.get(f"{door}{kept.pk}/")
    assert (fetched.content, fetched["Content-Type"]) == (PNG, "image/png")
    with assert_nothing_happened(StoredFile):
        assert other.get(door).status_code == other.get(f"{door}{kept.pk}/").status_code == 404
        assert other.post(door, {"file": SimpleUploadedFile("x.png", PNG)}).status_code == 404
        assert own.get(f"{door}{kept.pk + 1}/").status_code == 404


def test_the_api_refuses_a_file_in_words(task: Any, cast: dict[str, Any]) -> None:
    own, door = cast["neighbour"].client, f"/api/v1/response/tasks/{task.pk}/files/"
    with assert_nothing_happened(StoredFile):
        for body, told in (
            ({}, "file"),
            ({"file": "no file at all"}, "file"),
            ({"file": SimpleUploadedFile("x.png", b"MZ\x90\x00\xff\xfe program")}, ""),
        ):
            answer = own.post(door, body)
            assert answer.status_code == 422 and answer.json().get("field", "") == told, answer.content
        assert own.post(door, "{}", content_type="application/json").status_code == 415


def test_who_holds_a_grant_for_one_sector_attaches_to_its_records_alone(task: Any, cast: dict[str, Any]) -> None:
    own = cast["unit"].client
    water = Task.objects.filter(organisation__code="qy-water")[0]
    other = Task.objects.filter(area=water.area).exclude(organisation__sector="water")[0]
    door = f"/api/v1/response/tasks/{water.pk}/files/"
    made = own.post(door, {"file": SimpleUploadedFile("现场.png", PNG)})
    assert made.status_code == 201, made.content
    assert "现场.png" in own.get(water.desk_url()).content.decode()
    with entered(cast["unit"].scope):
        assert [bool(Files().context(row)["attach"]) for row in (water, other)] == [True, False]
    assert "again.png" in attach(cast["unit"], water, PNG, "again.png")
    assert set(StoredFile.objects.values_list("sector", flat=True)) == {"water"}
    with assert_nothing_happened(StoredFile):
        assert (
            own.post(f"/api/v1/response/tasks/{other.pk}/files/", {"file": SimpleUploadedFile("x.png", PNG)}).status_code == 404
        )
        assert own.post(f"{other.desk_url()}files/new/", {"file": SimpleUploadedFile("x.png", PNG)}).status_code == 404


def test_a_response_lists_to_a_grant_for_one_sector_the_tasks_it_can_open(task: Any, cast: dict[str, Any]) -> None:
    page = cast["unit"].client.get(task.response.desk_url()).content.decode()
    addresses = {each.desk_url(): each.organisation.sector for each in Task.objects.select_related("organisation")}
    shown = {sector for address, sector in addresses.items() if f'href="{address}"' in page}
    assert shown == {"water"}
    whole = cast["commander"].client.get(task.response.desk_url()).content.decode()
    assert all(f'href="{address}"' in whole for address in addresses)
