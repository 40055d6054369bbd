"""Holes an administrator could slip through: raising the own role, reaching beyond the own area, skipping the first password."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from anlan.apps.people import actions, queries
from anlan.apps.people.models import Account, Grant, Role
from anlan.kit import clock
from anlan.kit.models import JournalEntry
from anlan.kit.refusals import NotAuthorised
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened

PASSWORD = "anlan-demo-2022"


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def county_admin(live: Scope) -> Account:
    """An administrator of Yingde alone, with the very role the city's administrator has."""
    account = actions.issue_account(
        username="yd-admin", display_name="英德管理员（测试）", area="441881", password=PASSWORD, demo=True
    )
    actions.grant(account=account.pk, role="administrator", over="441881", valid_from=clock.today(), reason="test")
    return account


def test_nobody_raises_a_role_through_page_or_api(cast: dict[str, Any], county_admin: Account) -> None:
    role = Role.objects.get(code="administrator")
    before = list(role.permissions)
    for client in (cast["administrator"].client, signed_in(county_admin)):
        with assert_nothing_happened(Role):
            body = {"permissions": "*", "code": role.code, "name": role.name, "name_en": ""}
            assert client.patch(f"/api/v1/people/roles/{role.pk}/", body, content_type="application/json").status_code in (
                403,
                404,
                405,
            )
            assert client.post(f"{role.desk_url()}edit/", body).status_code in (403, 404, 405)
    assert Role.objects.get(pk=role.pk).permissions == before


def test_a_county_administrator_reaches_only_the_own_county(county_admin: Account) -> None:
    client = signed_in(county_admin)
    foreign, grant = Account.objects.get(username="qingcheng"), Grant.objects.get(account__username="qingcheng")
    own = Grant.objects.get(account__username="yingde")
    for page in (
        foreign.desk_url(),
        grant.desk_url(),
        f"/api/v1/people/accounts/{foreign.pk}/",
        f"/api/v1/people/grants/{grant.pk}/",
    ):
        assert client.get(page).status_code == 404, page
    assert client.get(own.desk_url()).status_code == 200
    assert "qingcheng" not in client.get("/people/accounts/export/").getvalue().decode()
    assert "清城区值班员" not in client.get("/people/access/?username=qingcheng").content.decode()
    assert "英德市值班员" in client.get("/people/access/?username=yingde").content.decode()
    with entered(queries.scope_for(county_admin, "live")), assert_nothing_happened(Grant), pytest.raises(NotAuthorised):
        actions.withdraw_grant(grant=grant.pk, reason="x")
    answer = client.post(f"/api/v1/people/grants/{own.pk}/withdraw_grant/", {"reason": "left"}, content_type="application/json")
    assert answer.status_code == 200
    assert queries.grants_in_force(own.account) == [], "a withdrawn grant ends at once"


def test_a_first_password_opens_nothing_until_it_is_changed(live: Scope) -> None:
    account = actions.issue_account(username="new", display_name="新（测试）", area="4418", password=PASSWORD)
    actions.grant(account=account.pk, role="duty_officer", over="4418", valid_from=clock.today())
    client = signed_in(account)
    assert client.get("/").headers["Location"] == "/me/password/"
    assert client.get("/map/").headers["Location"] == "/me/password/"
    assert client.get("/api/v1/telemetry/stations/").status_code == 403
    body = {"old": PASSWORD, "new": "north river 26 boats", "again": "north river 26 boats"}
    assert client.post("/me/password/", body).status_code == 302
    assert client.get("/map/").status_code == 200


def test_a_second_factor_is_not_replaced_without_the_password(cast: dict[str, Any]) -> None:
    client = cast["city_officer"].client
    answer = client.post("/me/second-factor/", {"code": "123456"})
    assert "id_password" in answer.content.decode()
    assert answer.context["form"].errors["password"]


def test_a_refused_sign_in_is_journalled(db: None) -> None:
    Client().post("/sign-in/", {"username": "duty", "password": "wrong"})
    with entered(Scope.everything("system:test")):
        entry = JournalEntry.objects.filter(action="people.note_sign_in").latest("seq")
    assert entry.diff["outcome"] == "refused"
