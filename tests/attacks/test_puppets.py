"""One person with two accounts is one person: puppets, neighbours' grants, stale requests, addresses put in by the asker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from anlan.apps.messages.models import Message
from anlan.apps.messages.queries import LINK, said
from anlan.apps.people import actions, queries, trust
from anlan.apps.people.desk import ContactPointDesk, PersonDesk
from anlan.apps.people.models import Account, Grant, Invitation, Person
from anlan.kit import clock, outbox
from anlan.kit.actions import confirm
from anlan.kit.models import JournalEntry, OutboxEvent, PendingAction
from anlan.kit.refusals import Conflict, NotAuthorised, Refusal, SamePerson
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.desk.stage import seen_on
from anlan.kit.testing.plugin import assert_nothing_happened

PASSWORD = "north river 26 boats"


def account(username: str) -> Account:
    return Account.objects.get(username=username)


def scope(username: str) -> Scope:
    return queries.scope_of(username, "live")


def issued(by: str, username: str, role: str, over: str = "4418") -> tuple[Account, PendingAction | None]:
    """Issue an account with a role as an administrator, and take its invitation up."""
    row = {
        "account": {"username": username, "display_name": f"{username}（测试）", "area": over},
        "grant": {"role": role, "over": over, "valid_from": clock.today(), "reason": "test"},
    }
    with entered(scope(by)):
        (invitation,), waiting = actions.issue_all(rows=[row])
    with entered(Scope.everything(username)):
        actions.accept_invitation(invitation=invitation.pk, password=PASSWORD)
    return account(username), waiting[0] if waiting else None


def confirmed(waiting: Any, by: str) -> None:
    assert isinstance(waiting, PendingAction)
    with entered(scope(by)):
        confirm(pending=waiting.pk)


def in_production(*usernames: str) -> None:
    """Let demo accounts owe nothing for the test, and others own a second factor."""
    from django_otp.plugins.otp_totp.models import TOTPDevice

    for username in usernames:
        TOTPDevice.objects.create(user=account(username), confirmed=True, name="phone")


def test_an_administrator_cannot_make_a_second_one(live: Scope) -> None:
    puppet, waiting = issued("admin", "puppet", "administrator")
    assert isinstance(waiting, PendingAction), "nobody makes an administrator alone"
    assert not queries.grants_in_force(puppet)
    with assert_nothing_happened(Grant), entered(scope("admin")), pytest.raises(NotAuthorised):
        confirm(pending=waiting.pk)
    confirmed(waiting, "admin2")
    in_production("puppet")
    # The puppet is real now, and still does not count as a second person for whoever issued it; nor the other way round.
    for asks, confirms in (("admin", "puppet"), ("puppet", "admin")):
        with entered(scope(asks)):
            parked = actions.grant(account=account("duty").pk, role="commander", over="4418", valid_from=clock.today())
        with assert_nothing_happened(Grant), entered(scope(confirms)), pytest.raises(SamePerson):
            confirm(pending=parked.pk)
    confirmed(parked, "admin2")


def test_two_puppets_of_one_administrator_are_one(live: Scope) -> None:
    for name in ("left", "right"):
        _made, waiting = issued("admin", name, "administrator")
        confirmed(waiting, "admin2")
    in_production("left", "right")
    _made, waiting = issued("left", "below", "county_officer", "441881")
    confirmed(waiting, "admin2")
    with entered(scope("left")):
        parked = actions.grant(account=account("duty").pk, role="commander", over="4418", valid_from=clock.today())
    for confirms in ("right", "admin"):
        with assert_nothing_happened(Grant), entered(scope(confirms)), pytest.raises(SamePerson):
            confirm(pending=parked.pk)
    assert trust.controllers("below") == {"below", "left", "admin"}, "through several hands"


def test_after_the_days_the_city_sets_they_count_as_two(live: Scope, settings: Any) -> None:
    _made, waiting = issued("admin", "third", "administrator")
    confirmed(waiting, "admin2")
    in_production("third")
    settings.ANLAN_INDEPENDENT_DAYS = 0
    with entered(scope("admin")):
        parked = actions.grant(account=account("duty").pk, role="commander", over="4418", valid_from=clock.today())
    confirmed(parked, "third")
    assert Grant.objects.filter(account=account("duty"), role__code="commander").exists()


Touch = Callable[[], Any]
TOUCHES: dict[str, Touch] = {
    "reset": lambda: actions.reset_sign_in(account=account("admin2").pk, drop_second_factor=True, reason="x"),
    "withdraw": lambda: actions.withdraw_grant(grant=Grant.objects.get(account__username="admin2").pk, reason="x"),
    "end": lambda: actions.end_grant(
        grant=Grant.objects.get(account__username="admin2").pk, last_day=clock.today() + timedelta(1), reason="x"
    ),
    "more": lambda: actions.grant(account=account("admin2").pk, role="integrator", over="4418", valid_from=clock.today()),
}


@pytest.mark.parametrize("touch", TOUCHES)
def test_whatever_touches_who_can_confirm_takes_two(live: Scope, touch: str) -> None:
    before = list(Grant.objects.order_by("pk").values_list("pk", "valid_to"))
    with entered(scope("admin")):
        assert isinstance(TOUCHES[touch](), PendingAction)
    assert list(Grant.objects.order_by("pk").values_list("pk", "valid_to")) == before
    assert account("admin2").has_usable_password()


def test_a_suspended_colleague_comes_back_by_two(live: Scope) -> None:
    _made, waiting = issued("admin", "third", "administrator")
    confirmed(waiting, "admin2")
    with entered(scope("admin")):
        actions.suspend_account(account=account("third").pk, reason="stolen phone")
        waiting = actions.restore_account(account=account("third").pk, reason="found")
    assert not account("third").is_active
    confirmed(waiting, "admin2")
    assert account("third").is_active


@pytest.fixture
def county_admins(live: Scope) -> tuple[str, str]:
    """Two administrators of Qingcheng alone, made long ago by the program."""
    for name in ("qc-a", "qc-b"):
        made = actions.issue_account(
            username=name, display_name=f"{name}（测试）", area="441802", password="anlan-demo-2022", demo=True
        )
        actions.grant(account=made.pk, role="administrator", over="441802", valid_from=clock.today(), reason="test")
    return "qc-a", "qc-b"


@pytest.mark.parametrize("verb", ["reset_sign_in", "suspend_account", "end_sessions", "unlock_account"])
def test_a_county_does_not_touch_who_holds_the_citys_grants(county_admins: tuple[str, str], verb: str) -> None:
    """The account belongs to the county, its authority reaches over the city: two county administrators are not enough."""
    person = actions.issue_account(
        username="both", display_name="兼任（测试）", area="441802", password="anlan-demo-2022", demo=True
    )
    for role in ("commander", "warning_signer"):
        actions.grant(account=person.pk, role=role, over="4418", valid_from=clock.today(), reason="test")
    with entered(scope("qc-a")), assert_nothing_happened(Account, Invitation), pytest.raises(NotAuthorised):
        getattr(actions, verb)(account=person.pk, reason="x")


def test_who_asked_and_was_suspended_asks_for_nothing(live: Scope) -> None:
    with entered(scope("admin")):
        waiting = actions.grant(account=account("duty").pk, role="commander", over="4418", valid_from=clock.today())
    actions.suspend_account(account=account("admin").pk, reason="under inquiry")
    with assert_nothing_happened(Grant), entered(scope("admin2")), pytest.raises(NotAuthorised):
        confirm(pending=waiting.pk)


def test_who_asked_and_lost_the_role_asks_for_nothing(live: Scope) -> None:
    with entered(scope("admin")):
        waiting = actions.grant(account=account("duty").pk, role="commander", over="4418", valid_from=clock.today())
    actions.withdraw_grant(grant=Grant.objects.get(account__username="admin").pk, reason="left")
    with assert_nothing_happened(Grant), entered(scope("admin2")), pytest.raises(NotAuthorised):
        confirm(pending=waiting.pk)


def test_a_request_expires_and_says_when(live: Scope) -> None:
    with entered(scope("admin")):
        waiting = actions.grant(account=account("duty").pk, role="commander", over="4418", valid_from=clock.today())
    assert waiting.expires_at - waiting.requested_at == timedelta(hours=72)
    late = Client()
    late.force_login(account("admin2"))
    assert "有效期至" in late.get(f"/kit/confirmations/{waiting.pk}/").content.decode()
    with clock.frozen(waiting.expires_at + timedelta(minutes=1)):
        with assert_nothing_happened(Grant), entered(scope("admin2")), pytest.raises(Conflict):
            confirm(pending=waiting.pk)
        from anlan.kit.desk.own_desks import expire_confirmations

        expire_confirmations()
    waiting.refresh_from_db()
    assert waiting.state == "expired"


def with_address(kind: str = "email", address: str = "person@example.org") -> int:
    """Give a person an address, as whoever is in scope."""
    person = Person.objects.get(code="owner")
    values = {"organisation": None, "post": None, "person": person, "kind": kind, "address": address, "order": 1, "area": "4418"}
    return int(ContactPointDesk.create(values=values).pk)


@pytest.fixture
def owner(live: Scope) -> Account:
    """An ordinary account whose person is recorded, with no address yet."""
    PersonDesk.create(values={"code": "owner", "name": "本人（测试）", "name_en": "", "post": None, "area": "4418"})
    return actions.issue_account(
        username="owner", display_name="本人（测试）", area="4418", password="anlan-demo-2022", demo=True, person_code="owner"
    )


def test_no_administrator_learns_a_password(owner: Account, cast: dict[str, Any]) -> None:
    contact = with_address()
    client, address = cast["administrator"].client, f"/people/accounts/{owner.pk}/reset_sign_in/"
    seen = seen_on(client, f"{address}?contact={contact}")
    page = client.post(address, {"contact": contact, "reason": "forgotten", **seen})
    assert page.status_code == 302
    invitation = Invitation.objects.get(account=owner)
    link = actions.link_of(invitation)
    code = actions.code_of(invitation)
    assert not account("owner").has_usable_password()
    shown = cast["administrator"].client.get(f"/people/accounts/{owner.pk}/").content.decode()
    assert code not in shown and "打印" not in shown
    with entered(scope("admin")), assert_nothing_happened(), pytest.raises(Refusal):
        actions.print_slips(invitations=[invitation.pk])
    assert Client().get(f"/welcome/{code}/").status_code == 200
    assert link.endswith(f"/welcome/{code}/")


def test_an_address_that_the_asker_put_in_is_none(owner: Account) -> None:
    with entered(scope("admin")):
        contact = with_address()
        for chosen in (contact, 0):
            with assert_nothing_happened(Invitation), pytest.raises(Refusal):
                actions.reset_sign_in(account=owner.pk, contact=chosen, reason="x")
    with entered(scope("admin2")):
        assert actions.reset_sign_in(account=owner.pk, contact=contact, reason="forgotten")


def test_a_link_opens_once_and_the_latest_alone(owner: Account) -> None:
    with entered(scope("admin")):
        actions.reset_sign_in(account=owner.pk, reason="forgotten")
        first = Invitation.objects.filter(account=owner).latest("pk")
        actions.reset_sign_in(account=owner.pk, reason="envelope lost")
        second = Invitation.objects.filter(account=owner).latest("pk")
        ((_account, link, _row),) = actions.print_slips(invitations=[second.pk])
    assert Invitation.objects.get(pk=second.pk).printed_by == "admin"
    for code in (actions.code_of(first), actions.code_of(second)[:-1] + "0", "1-x", "99999999999999999999-a", "x"):
        assert Client().get(f"/welcome/{code}/").status_code == 404
    address = link.removeprefix("http://127.0.0.1:8000")
    assert Client().post(address, {"new": PASSWORD, "again": "other"}).status_code == 422
    assert Client().post(address, {"new": "123456789012", "again": "123456789012"}).status_code == 422
    assert Client().post(address, {"new": PASSWORD, "again": PASSWORD}).status_code == 302
    assert account("owner").check_password(PASSWORD)
    assert Client().get(address).status_code == 404


def test_only_whoever_asked_prints_a_slip(owner: Account) -> None:
    with entered(scope("admin")):
        actions.reset_sign_in(account=owner.pk, reason="forgotten")
    made = Invitation.objects.get(account=owner)
    with entered(scope("admin2")), assert_nothing_happened(Invitation), pytest.raises(NotAuthorised):
        actions.print_slips(invitations=[made.pk])


def test_the_link_leaves_the_house_and_stands_in_no_table(owner: Account) -> None:
    contact = with_address()
    with entered(scope("admin")):
        actions.reset_sign_in(account=owner.pk, contact=contact, reason="forgotten")
    outbox.drain()
    made = Invitation.objects.get(account=owner)
    secret = actions.code_of(made).partition("-")[2]
    sent = Message.objects.get(kind="invitation")
    assert LINK in sent.body and secret not in sent.body
    assert actions.link_of(made) in said(sent)
    assert [r.address for r in sent.receipts.all()] == ["person@example.org"]
    told = Message.objects.get(kind="security")
    assert "密码已被重置" in told.body and "has been reset" in told.body
    for model in (JournalEntry, OutboxEvent):
        assert secret not in str(list(model.objects.values()))
    with entered(Scope.everything("owner")):
        actions.accept_invitation(invitation=made.pk, password=PASSWORD)
    assert secret not in said(sent), "sent again after its use, it leads nowhere"
