"""A county keeps its own persons and addresses by spreadsheet: rows of another county are named, all or nothing is loaded."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from anlan.apps.people.models import ContactPoint, Person
from anlan.kit.models import JournalEntry
from anlan.kit.scope import Scope
from anlan.kit.testing.plugin import assert_nothing_happened

PERSONS = "编码,名称,岗位,辖区\n"
ADDRESSES = "组织机构,岗位,人员,渠道,地址,顺序,辖区\n"


def send(member: Any, desk: str, text: str, confirm: bool = True) -> Any:
    """Upload a GBK table as a spreadsheet program in China saves it."""
    body = {"file": SimpleUploadedFile("表.csv", text.encode("gbk"))} | ({"confirm": "1"} if confirm else {})
    return member.client.post(f"/people/{desk}/import/", body)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("qc-1,甲,441881-emb.duty,441802", "441881-emb.duty"),
        ("qc-1,甲,,441881", "该行不在您的辖区内"),
        ("qc-1,甲,,4418", "该行不在您的辖区内"),
        ("qc-0,甲,,441802", "第 2 行已有"),
        ("qc-1,甲,,441802999", "没有代码为 441802999 的行政区划"),
    ],
)
def test_a_row_of_another_county_is_named_and_nothing_is_loaded(cast: dict[str, Any], live: Scope, row: str, told: str) -> None:
    with assert_nothing_happened(Person):
        page = send(cast["county_officer"], "persons", f"{PERSONS}qc-0,好,,441802\n{row}\n").content.decode()
    assert told in page and "<td>3</td>" in page.replace(' class="number"', "")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (",,,电话,13800001111,1,441802", "请填写一个归属"),
        ("441802-emb,441802-emb.duty,,电话,13800001111,1,441802", "请填写一个归属"),
        ("441802-emb,,,电话,不是号码,1,441802", "电话号码应为"),
        ("441802-emb,,,电子邮件,x,1,441802", "应形如"),
        ("441802-emb,,,网络回调 Webhook,ftp://x,1,441802", "https://"),
        ("441881-emb,,,电话,13800001111,1,441802", "441881-emb"),
    ],
)
def test_an_address_that_reaches_nobody_is_refused(cast: dict[str, Any], live: Scope, row: str, told: str) -> None:
    with assert_nothing_happened(ContactPoint):
        page = send(cast["county_officer"], "contacts", f"{ADDRESSES}{row}\n").content.decode()
    assert told in page and "__all__" not in page


def test_a_good_table_is_loaded_journalled_and_hidden_from_the_neighbour(cast: dict[str, Any], live: Scope) -> None:
    own, neighbour = cast["county_officer"], cast["neighbour"]
    with assert_nothing_happened(Person):
        assert (
            "2 行可以导入"
            in send(own, "persons", f"{PERSONS}qc-1,甲,441802-emb.duty,441802\nqc-2,乙,,441802107\n", False).content.decode()
        )
    send(own, "persons", f"{PERSONS}qc-1,甲,441802-emb.duty,441802\nqc-2,乙,,441802107\n")
    send(own, "contacts", f"{ADDRESSES},,qc-1,电话,+86 138-0000-1111,1,441802\n")
    [first, _second] = Person.objects.filter(code__startswith="qc-").order_by("code")
    [address] = first.contacts.all()
    assert JournalEntry.objects.filter(action="people.import_person", actor="qingcheng").count() == 2
    for row, kind in ((first, "persons"), (address, "contacts")):
        assert own.client.get(row.desk_url()).status_code == 200
        assert neighbour.client.get(row.desk_url()).status_code == 404
        assert neighbour.client.get(f"/api/v1/people/{kind}/{row.pk}/").status_code == 404


def test_a_template_names_its_columns_in_the_readers_language(cast: dict[str, Any]) -> None:
    template = cast["county_officer"].client.get("/people/contacts/import/template.csv").content.decode()
    assert "组织机构,岗位,人员" in template
