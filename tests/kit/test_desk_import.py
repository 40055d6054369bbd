"""A spreadsheet is imported whole or not at all, and a code that is taken is a clear message, never a 500."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from anlan.apps.people.desk import OrganisationDesk
from anlan.apps.people.models import Organisation
from anlan.kit.refusals import Conflict
from anlan.kit.scope import entered
from anlan.kit.testing.plugin import assert_nothing_happened

TAKEN = "已有相同的记录"


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
    assert TAKEN in answer.content.decode()


def test_a_faulty_row_leaves_nothing_behind(cast: dict[str, Any]) -> None:
    with assert_nothing_happened(Organisation):
        answer = send(cast["administrator"], "imp-1,甲,4418", "imp-2,乙,44", "imp-3,,4418")
    assert answer.status_code == 200
    assert answer.content.decode().count("<td>3</td>") == 1, "the row outside the jurisdiction is named by its line"


@pytest.mark.parametrize("code", ["441881-emb"])
def test_a_code_taken_out_of_sight_is_a_conflict(db: None, as_: Any, code: str) -> None:
    """Yingde's bureau is invisible to Qingcheng, whose form therefore cannot see that the code is taken."""
    values = {"code": code, "name": "x", "kind": "department", "sector": "water", "area": "441802"}
    with assert_nothing_happened(Organisation), as_("441802"), pytest.raises(Conflict):
        OrganisationDesk.create(values=values)
