"""Every page of people and places opens in both languages; names of the demo cast say so."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from anlan.apps.people.models import Account, ContactPoint, Grant, Person, Post, Role
from anlan.kit.desk import DESKS
from anlan.kit.models import JournalEntry
from anlan.kit.scope import Scope

PAGES = (
    "/me/",
    "/me/password/",
    "/me/second-factor/",
    "/me/tokens/new/",
    "/people/tree/",
    "/people/tree/?q=值班&area=441802",
    "/people/access/",
    "/people/access/?permission=warning.sign_warning",
    "/people/access/?who=zzz",
    "/people/issue/",
    "/people/accounts/begin/issue_one/",
    "/people/issue/template.csv",
)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens(cast: dict[str, Any], live: Scope, language: str) -> None:
    client = cast["administrator"].client
    client.cookies["django_language"] = language
    account, post = Account.objects.get(username="duty"), Post.objects.get(code="qy-emb.duty")
    pages = [
        *PAGES,
        f"{account.desk_url()}grant/",
        f"{account.desk_url()}reset_sign_in/",
        f"{post.desk_url()}hand_over/",
        post.desk_url(),
    ]
    pages += [account.desk_url(), Grant.objects.get(account=account).desk_url()]
    for desk in DESKS.values():
        if desk.app() in {"people", "places"}:
            row = desk.record.objects.first()
            pages += [reverse(desk.name("list")), *([row.desk_url()] if row else [])]
    for page in pages:
        assert client.get(page).status_code == 200, page


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "演示"), ("en", "Demo")])
def test_demo_accounts_say_so(cast: dict[str, Any], language: str, word: str) -> None:
    client = cast["administrator"].client
    client.cookies["django_language"] = language
    account = Account.objects.get(username="duty")
    for page in (
        "/me/",
        "/people/accounts/",
        "/people/grants/",
        account.desk_url(),
        "/people/access/?username=duty",
        "/people/persons/",
    ):
        text = client.get(page).content.decode()
        assert word in text, page
        assert "bg-purple-lt" in text or page == account.desk_url(), page


def test_a_first_sign_in_from_an_unknown_page_leads_back(cast: dict[str, Any]) -> None:
    client = cast["anonymous"].client
    answer = client.post("/sign-in/?next=/people/tree/", {"username": "duty", "password": "anlan-demo-2022"})
    assert answer.headers["Location"] == "/people/tree/"
    client.post("/sign-out/")
    answer = client.post("/sign-in/?next=https://evil.example/", {"username": "duty", "password": "anlan-demo-2022"})
    assert answer.headers["Location"] == "/"


def test_opening_a_contact_point_to_edit_it_is_journalled(cast: dict[str, Any], live: Scope) -> None:
    point = ContactPoint.objects.filter(area="4418").order_by("pk").first()
    reads = JournalEntry.objects.filter(record="people.contactpoint", record_id=str(point.pk), action="people.read_contactpoint")
    before = reads.count()
    page = cast["administrator"].client.get(f"/people/contacts/{point.pk}/edit/")
    assert point.address in page.content.decode()
    assert reads.count() == before + 1
    assert reads.order_by("-seq").first().actor == cast["administrator"].username


@pytest.mark.parametrize(
    ("language", "words", "everything"),
    [("zh-hans", "预警：签发", "全部权限：组织机构"), ("en", "Warning: Sign", "Everything about: Organisations")],
)
def test_permissions_are_shown_in_words_and_chosen_by_them(
    cast: dict[str, Any], language: str, words: str, everything: str
) -> None:
    client = cast["administrator"].client
    client.cookies["django_language"] = language
    page = client.get("/people/access/?permission=people.add_account&area=4418").content.decode()
    option = '<option value="warning.sign_warning">'
    assert words in page.split(option)[1].split("</option>")[0]
    assert '<option value="people.add_account" selected>' in page
    assert everything in page
    role = Role.objects.get(code="warning_signer")
    assert words in client.get(f"/people/roles/{role.pk}/").content.decode()
    assert "<code>people.*</code>" not in client.get("/me/").content.decode()


def test_no_link_leads_a_viewer_to_a_refusal(cast: dict[str, Any], live: Scope) -> None:
    """The drafter sees organisations, the county officer persons: neither may open all that stands beside them."""
    holder = Account.objects.get(username="qingcheng").person_code
    person = Person.objects.get(code=holder)
    drafter = Client()
    drafter.force_login(Account.objects.get(username="drafter"))
    for client, page in ((drafter, "/people/tree/"), (cast["county_officer"].client, person.desk_url())):
        text = client.get(page).content.decode()
        links = set(re.findall(r'href="(/people/\w+/\d+/)"', text))
        assert {client.get(link).status_code for link in sorted(links)[:12]} <= {200}, page
    assert person.desk_url() not in drafter.get("/people/tree/").content.decode()
    assert str(person) in drafter.get("/people/tree/").content.decode()
