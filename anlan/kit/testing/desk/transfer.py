"""Spreadsheets at a desk: export of the own rows without formulas, import whole or not at all."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from anlan.kit import sheets
from anlan.kit.desk import transfer
from anlan.kit.desk.forms import record_form
from anlan.kit.models import BackgroundJob
from anlan.kit.records import writing
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.desk.stage import Stage, needs, parsed, required, text_field
from anlan.kit.testing.plugin import Member, assert_nothing_happened

FORMULA = "=1+1"


class ExportTests(Stage):
    """What leaves as a file."""

    def _rows(self, member: Member, kind: str, **query: Any) -> list[dict[str, Any]]:
        answer = member.client.get(self.at("export"), {"format": kind, **query})
        assert answer.status_code == 200
        if kind == "csv":
            return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
        head, *rows = load_workbook(io.BytesIO(answer.getvalue())).active.iter_rows(values_only=True)
        return [dict(zip(head, row, strict=True)) for row in rows]

    def _poisoned(self) -> tuple[Any, str]:
        """Make a row whose text would be a formula."""
        row, name = self.row(), text_field(self.desk.record)
        if any(getattr(row, f.attname) == FORMULA for f in row._meta.concrete_fields):
            return row, next(f.name for f in row._meta.concrete_fields if getattr(row, f.attname) == FORMULA)
        with entered(Scope.everything("system:test")), writing():
            type(row)._base_manager.filter(pk=row.pk).update(**{name: FORMULA})
        return row, name

    @needs("text")
    def test_export_is_harmless_in_a_spreadsheet(self) -> None:
        _row, name = self._poisoned()
        for kind in ("csv", "xlsx"):
            cells = {str(row[name]) for row in self._rows(self.insider, kind)}
            assert f"'{FORMULA}" in cells, kind
            assert FORMULA not in cells, kind

    @needs("owned")
    def test_export_stays_in_the_jurisdiction(self) -> None:
        row, column = self.row(), getattr(self.desk.record, "jurisdiction_field", "area")
        assert getattr(row, column) == self.area
        for kind in ("csv", "xlsx"):
            assert self.area in {str(each[column]) for each in self._rows(self.insider, kind)}
            assert self.area not in {str(each[column]) for each in self._rows(self.neighbour, kind)}

    def test_export_of_another_kind_is_refused(self) -> None:
        assert self.insider.client.get(self.at("export"), {"format": "exe"}).status_code in (409, 422)

    def test_an_export_in_the_background_is_a_job_of_the_asker(self) -> None:
        with assert_nothing_happened(BackgroundJob):
            assert self.clerk.client.post(f"{self.at('export')}?format=csv").status_code == 403
            assert self.send(self.clerk, "post", self.endpoint("export"), {"format": "csv"}).status_code == 403
        assert self.insider.client.post(f"{self.at('export')}?format=csv").status_code == 302
        answer = self.send(self.insider, "post", self.endpoint("export"), {"format": "xlsx"})
        assert answer.status_code == 202, answer.content
        assert self.insider.client.get(answer.headers["Location"]).json()["requested_by"] == self.insider.username
        assert self.neighbour.client.get(answer.headers["Location"]).status_code == 404


class ImportTests(Stage):
    """What comes in as a file."""

    def _send(self, member: Member, rows: list[dict[str, Any]], address: str = "", **more: Any) -> Any:
        text = io.StringIO()
        writer = csv.DictWriter(text, self._columns(), extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
        file = SimpleUploadedFile("rows.csv", text.getvalue().encode())
        return member.client.post(address or self.at("import"), {"file": file, **more})

    def _columns(self) -> list[str]:
        with entered(Scope.everything("system:test")):
            return list(record_form(self.desk).base_fields)

    def _count(self) -> int:
        with entered(Scope.everything("system:test")):
            return int(self.desk.record._base_manager.count())

    @needs("import")
    def test_template_has_the_columns(self) -> None:
        head = self.insider.client.get(self.at("template")).content.decode("utf-8-sig").splitlines()[0].split(",")
        with entered(Scope.everything("system:test")):
            found, faults = sheets.columns(sheets.Sheet(head, []), transfer.wanted(self.desk))
        assert not faults
        assert list(found) == self._columns()

    @needs("import")
    def test_the_template_has_an_example_row_that_would_be_taken(self) -> None:
        """Every cell is as an import wants it; only what it links to may be missing where the city has none."""
        example = getattr(self.desk, "example", {})
        assert example.keys() <= set(self._columns()), "the example names a column that there is not"
        template = self.insider.client.get(self.at("template")).content
        with assert_nothing_happened(self.desk.record):
            answer = self.insider.client.post(
                self.endpoint("import"), {"file": SimpleUploadedFile("t.csv", template), "check": "true"}
            )
        links = {f.name for f in self.desk.record._meta.fields if f.is_relation}
        wrong = [f for f in answer.json().get("faults", ()) if f["column"].rpartition("(")[2].rstrip(")") not in links]
        assert not wrong, wrong
        page = self.insider.client.get(self.at("import")).content.decode()
        assert all(str(cell) in page for cell in example.values())

    @needs("import")
    def test_a_dry_run_writes_nothing(self) -> None:
        rows = [self.typed(1), self.typed(2)]
        with assert_nothing_happened(self.desk.record):
            answer = self._send(self.insider, rows)
        assert answer.status_code == 200
        assert parsed(answer).xpath("//*[contains(@class, 'alert-success')]")

    @needs("import")
    def test_faults_are_named_by_line_and_nothing_is_written(self) -> None:
        name = next(n for n in required(self.desk) if n != "area")
        rows = [self.typed(1), {**self.typed(2), name: ""}, self.typed(3), {**self.typed(4), "area": "441881"}]
        with assert_nothing_happened(self.desk.record):
            answer = self._send(self.insider, rows, confirm="1")
        lines = parsed(answer).xpath("//table//td[1][@class='number']/text()")
        assert set(lines) == {"3", "5"}

    @needs("import")
    def test_an_import_writes_each_row_once(self) -> None:
        before = self._count()
        assert self._send(self.insider, [self.typed(1), self.typed(2)], confirm="1").status_code == 302
        assert self._count() == before + 2

    @needs("import")
    def test_the_api_takes_the_same_sheet(self) -> None:
        rows, foreign = [self.typed(1), self.typed(2)], {**self.typed(3), "area": "441881"}
        before = self._count()
        with assert_nothing_happened(self.desk.record):
            assert self._send(self.insider, rows, self.endpoint("import"), check="true").json()["rows"] == 2
            answer = self._send(self.insider, [*rows, foreign], self.endpoint("import"))
            assert (answer.status_code, [fault["line"] for fault in answer.json()["faults"]]) == (422, [4])
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert self._send(self.clerk, rows, self.endpoint("import")).status_code == 403
            assert self.insider.client.post(self.endpoint("import"), {}).status_code == 422
        assert self._send(self.insider, rows, self.endpoint("import")).json()["added"]
        assert self._count() == before + 2

    @needs("import")
    def test_what_is_no_spreadsheet_is_refused(self) -> None:
        with assert_nothing_happened(self.desk.record):
            for name, content in (("rows.xlsx", b"\x00\x01"), ("rows.csv", b"\xff\xfe\x00"), ("rows.csv", b"")):
                answer = self.insider.client.post(self.at("import"), {"file": SimpleUploadedFile(name, content), "confirm": "1"})
                assert answer.status_code in (200, 422)
            assert self.insider.client.post(self.at("import"), {"confirm": "1"}).status_code in (200, 422)

    @needs("no import")
    def test_a_desk_without_import_takes_none(self) -> None:
        assert self.insider.client.get(self.at("import")).status_code == 403
