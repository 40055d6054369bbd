"""A spreadsheet is imported whole or not at all, and a code that is taken is a clear message, never a 500."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from openpyxl import Workbook, load_workbook

from anlan.apps.people.choices import OrganisationKind
from anlan.apps.people.desk import ContactPointDesk, OrganisationDesk
from anlan.apps.people.kinds import sector_choices
from anlan.apps.people.models import ContactPoint, Organisation
from anlan.kit import clock, journal, sheets
from anlan.kit.actions import READ_AGAIN_AFTER
from anlan.kit.desk import transfer
from anlan.kit.models import JournalEntry
from anlan.kit.refusals import Conflict
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened

TAKEN = "已有相同的记录"
NOON = datetime(2026, 11, 27, 4, 0, tzinfo=UTC)


def send(member: Any, *rows: str) -> Any:
    """Import organisations given as `code,name,area`, confirmed."""
    lines = [f"{code},{name},department,water,{area}" for code, name, area in (row.split(",") for row in rows)]
    body = "\n".join(["code,name,kind,sector,area", *lines, ""])
    file = SimpleUploadedFile("rows.csv", body.encode())
    return member.client.post(reverse(OrganisationDesk.name("import")), {"file": file, "confirm": "1"})


def test_good_rows_are_all_added(cast: dict[str, Any]) -> None:
    assert send(cast["administrator"], "imp-1,甲,4418", "imp-2,乙,441802").status_code == 302
    with entered(cast["administrator"].scope):
        assert Organisation.objects.filter(code__startswith="imp-").count() == 2


def test_two_rows_of_one_record_leave_nothing_behind(cast: dict[str, Any]) -> None:
    with assert_nothing_happened(Organisation):
        answer = send(cast["administrator"], "imp-0,先,4418", "imp-1,甲,4418", "imp-1,乙,4418")
    assert answer.status_code == 200
    assert "第 3 行已有" in answer.content.decode()


def test_a_faulty_row_leaves_nothing_behind(cast: dict[str, Any]) -> None:
    with assert_nothing_happened(Organisation):
        answer = send(cast["administrator"], "imp-1,甲,4418", "imp-2,乙,44", "imp-3,,4418")
    assert answer.status_code == 200
    assert answer.content.decode().count('<td class="number">3</td>') == 1, (
        "the row outside the jurisdiction is named by its line"
    )


@pytest.mark.parametrize("code", ["441881-emb"])
def test_a_code_taken_out_of_sight_is_a_conflict(db: None, as_: Any, code: str) -> None:
    """Yingde's bureau is invisible to Qingcheng, whose form therefore cannot see that the code is taken."""
    values = {"code": code, "name": "x", "kind": "department", "sector": "water", "area": "441802"}
    with assert_nothing_happened(Organisation), as_("441802"), pytest.raises(Conflict):
        OrganisationDesk.create(values=values)


def upload(member: Any, body: bytes, name: str = "rows.csv", **more: str) -> str:
    """Send a file to the import of organisations and return the page."""
    file = SimpleUploadedFile(name, body)
    return member.client.post(reverse(OrganisationDesk.name("import")), {"file": file, **more}).content.decode()


def test_headers_choices_and_links_are_read_in_both_languages(cast: dict[str, Any]) -> None:
    with entered(cast["administrator"].scope):
        titles = {column.key: column.titles() for column in transfer.wanted(OrganisationDesk)}
        labels = {key: titles[key] for key in ("code", "name", "kind", "sector", "area", "parent")}
        parent = Organisation.objects.filter(area="4418").first()
    with translation.override("en"):
        choices = [*OrganisationKind.choices, *sector_choices()]
        said = {value: str(label).upper() for value, label in choices}
    for at, code in enumerate(("imp-zh", "imp-en"), start=1):
        header = ",".join(labels[key][min(at, len(labels[key]) - 1)] for key in labels)
        kind, sector = (said["department"], said["water"]) if at == 2 else ("department", "water")
        answer = cast["administrator"].client.post(
            reverse(OrganisationDesk.name("import")),
            {
                "file": SimpleUploadedFile("rows.csv", f"{header}\n{code},甲,{kind},{sector},4418,{parent.code}\n".encode()),
                "confirm": "1",
            },
        )
        assert answer.status_code == 302, answer.content.decode()
    with entered(cast["administrator"].scope):
        assert set(Organisation.objects.filter(code__startswith="imp-").values_list("parent__code", flat=True)) == {parent.code}


def test_faults_name_their_line_and_column(cast: dict[str, Any]) -> None:
    with assert_nothing_happened(Organisation):
        page = upload(
            cast["administrator"], "code,name,kind,sector,area\nimp-1,甲,dragon,water,4418\n,乙,department,water,4418\n".encode()
        )
        assert "(kind)" in page
        assert "(code)" in page
        assert '<td class="number">2</td>' in page
        assert '<td class="number">3</td>' in page
        page = upload(cast["administrator"], b"code,nonsense\nx,y\n")
        assert "nonsense" in page
        assert "(name)" in page


def test_files_that_cannot_be_taken_are_refused_in_words(cast: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    with assert_nothing_happened(Organisation):
        for name, body in (("a.xlsx", b"PK\x03\x04nonsense"), ("a.csv", b"\xff\xfe\x00"), ("a.csv", b'"'), ("a.csv", b"")):
            page = cast["administrator"].client.post(
                reverse(OrganisationDesk.name("import")), {"file": SimpleUploadedFile(name, body), "confirm": "1"}
            )
            assert page.status_code == 200, name
        monkeypatch.setattr(sheets, "MOST_BYTES", 10)
        assert "大于" in upload(cast["administrator"], b"code,name,kind\n" * 9)


def test_an_export_is_whole_harmless_and_bounded(cast: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    for code, name in (("imp-1", "=HYPERLINK(1)"), ("imp-2", "+cmd|1"), ("imp-3", "@x"), ("imp-4", "　=1+1")):
        assert send(cast["administrator"], f"{code},{name},4418").status_code == 302
    address = reverse(OrganisationDesk.name("export"))
    with entered(cast["administrator"].scope):
        count = Organisation.objects.count()
    text = cast["administrator"].client.get(f"{address}?format=csv").getvalue().decode("utf-8-sig")
    assert len(text.splitlines()) == count + 1
    book = load_workbook(io.BytesIO(cast["administrator"].client.get(f"{address}?format=xlsx").getvalue()))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    for found in (text.replace("\r\n", ",").split(","), [cell.value for cell in cells]):
        assert {"'=HYPERLINK(1)", "'+cmd|1", "'@x", "'=1+1"} <= set(found)
    monkeypatch.setattr(transfer, "EXPORT_LIMIT", 5)
    refused = cast["administrator"].client.get(address)
    assert refused.status_code == 422
    assert "筛选" in refused.content.decode()


def test_reading_personal_data_is_journalled(cast: dict[str, Any]) -> None:
    member = cast["administrator"]
    with entered(member.scope):
        point = ContactPoint.objects.first()
    listing = member.client.get(reverse(ContactPointDesk.name("list"))).content.decode()
    assert point.address not in listing

    def entries() -> list[tuple[str, str, str]]:
        with entered(Scope.everything("system:test")):
            rows = JournalEntry.objects.filter(action__startswith="people.", record__in=["people.contactpoint", ""]).order_by(
                "seq"
            )
            return [(e.action, e.record_id, e.actor) for e in rows if "read" in e.action or "export" in e.action]

    assert entries() == [], "the list shows masks only and is no reading"
    member.client.get(point.desk_url())
    member.client.get(f"/api/v1/people/contacts/{point.pk}/")
    read = ("people.read_contactpoint", str(point.pk), member.username)
    assert entries() == [read], "the page and the API tell the same"
    member.client.get(reverse(ContactPointDesk.name("export")))
    assert entries()[1:] == [("people.export_contactpoint", "", member.username)]
    assert journal.verify("live").verified
    member.client.get(f"/people/organisations/{point.organisation_id or 1}/")
    assert len(entries()) == 2, "other records are not"


def test_a_reading_is_journalled_once_a_person_in_a_while(cast: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    with entered(cast["administrator"].scope):
        point, other = ContactPoint.objects.filter(area="4418").order_by("pk")[:2]

    def reads() -> list[tuple[str, str]]:
        with entered(Scope.everything("system:test")):
            found = JournalEntry.objects.filter(action="people.read_contactpoint").order_by("seq")
            return [(entry.actor, entry.record_id) for entry in found]

    def look(role: str, row: ContactPoint) -> None:
        assert cast[role].client.get(row.desk_url(), headers={"HX-Request": "true"}).status_code == 200

    admin, duty = cast["administrator"].username, cast["city_officer"].username
    with clock.frozen(NOON):
        for _refresh in range(5):
            look("administrator", point)
        look("administrator", other)
        look("city_officer", point)
    first = [(admin, str(point.pk)), (admin, str(other.pk)), (duty, str(point.pk))]
    assert reads() == first
    with clock.frozen(NOON + READ_AGAIN_AFTER - timedelta(seconds=1)):
        look("administrator", point)
    assert reads() == first
    with clock.frozen(NOON + READ_AGAIN_AFTER):
        look("administrator", point)
    assert reads() == [*first, (admin, str(point.pk))]


HEAD = "编码,名称,类别,行业,辖区"
ROW = "imp-1,甲局,政府部门,水利,4418"


def workbook(*rows: list[Any]) -> bytes:
    """Make an Excel file."""
    book, body = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(body)
    return body.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        f"{HEAD}\n{ROW}\n".encode("gb18030"),
        f"{HEAD}\n{ROW}\n".encode("utf-16"),
        f"{HEAD}\n{ROW}\n".replace(",", "\t").encode("utf-16"),
        f"{HEAD}\r\n{ROW}\r\n".replace(",", ";").encode("utf-8-sig"),
        workbook(HEAD.split(","), [None] * 5, ["imp-1", "甲局", "政府部门", "水利", 4418.0], [None] * 9),
    ],
    ids=["gbk", "utf-16", "tabs", "semicolons", "excel with empty rows and a code taken for a number"],
)
def test_a_sheet_is_read_however_an_office_saves_it(cast: dict[str, Any], body: bytes) -> None:
    page = upload(cast["administrator"], body)
    assert "1 行可以导入" in page


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), ".xls"),
        (b"PK\x03\x04nonsense", "已损坏"),
        (f"{HEAD}\n{ROW}\nimp-2,乙局,第二名,政府部门,水利,4418\n".encode(), "第 3 行"),
        (f"{HEAD},名称\n{ROW},丙局\n".encode(), "重复"),
        (f"{HEAD}\n{ROW}\n\n{ROW}\n".encode(), "第 2 行已有"),
        (f"{HEAD}\nimp-1,甲局,部门,水利,4418\n".encode(), "政府部门、"),
        (f"{HEAD},隶属\n{ROW},qy-none\n".encode(), "qy-none"),
    ],
)
def test_what_is_wrong_with_a_sheet_is_told_with_what_would_be_right(cast: dict[str, Any], body: bytes, words: str) -> None:
    with assert_nothing_happened(Organisation):
        page = upload(cast["administrator"], body, confirm="1")
    assert words in page
    assert "codec" not in page


def test_a_template_holds_a_label_with_a_comma_in_one_cell() -> None:
    made = sheets.template([sheets.Wanted("kept", "Kept, or given out"), sheets.Wanted("n", "Number")])
    assert made.decode("utf-8-sig") == '"Kept, or given out",Number\r\n'
