"""Signing in, lock-out, second factor, passwords, spreadsheets of accounts, and who may do what."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from anlan.apps.people import actions, issue, queries
from anlan.apps.people.models import Account, Grant
from anlan.kit import clock
from anlan.kit.models import JournalEntry
from anlan.kit.refusals import NotAuthorised, Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened

PASSWORD = "anlan-demo-2022"


def test_sign_in_is_journalled_and_a_wrong_password_locks(db: None) -> None:
    client = Client()
    assert client.post("/sign-in/", {"username": "duty", "password": PASSWORD}).status_code == 302
    assert client.get("/").status_code == 200
    with entered(queries.Scope.everything("system:test")):
        assert JournalEntry.objects.filter(action="people.note_sign_in", actor="duty").exists()
    other = Client()
    for _attempt in range(5):
        last = other.post("/sign-in/", {"username": "commander", "password": "wrong"})
    assert last.status_code == 429
    assert other.post("/sign-in/", {"username": "commander", "password": PASSWORD}).status_code == 429


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        (datetime(2026, 7, 1, 15, 59, tzinfo=UTC), False),
        (datetime(2026, 7, 1, 16, 1, tzinfo=UTC), True),
        (datetime(2026, 7, 2, 15, 59, tzinfo=UTC), True),
        (datetime(2026, 7, 2, 16, 1, tzinfo=UTC), False),
    ],
)
def test_a_grant_counts_from_local_midnight_to_local_midnight(
    live: Scope, monkeypatch: pytest.MonkeyPatch, at: datetime, counts: bool
) -> None:
    account = Account.objects.get(username="reporter")
    day = date(2026, 7, 2)
    actions.grant(account=account.pk, role="duty_officer", over="4418", valid_from=day, valid_to=day)
    monkeypatch.setattr(clock, "real_now", lambda: at)
    for world in ("live", "exercise"):
        scope = queries.scope_for(account, world)
        assert scope.may("monitoring.acknowledge_alarm", "4418") is counts
    told = queries.why(area="4418", username="reporter")
    assert any(w.valid_from == day for w in told) is counts


def test_a_second_factor_is_asked_for(db: None) -> None:
    device = TOTPDevice.objects.create(user=Account.objects.get(username="duty"), confirmed=True, name="phone")
    client = Client()
    answer = client.post("/sign-in/", {"username": "duty", "password": PASSWORD})
    assert answer.headers["Location"] == "/sign-in/code/"
    assert client.get("/").status_code == 302
    assert client.post("/sign-in/code/", {"code": "000000"}).status_code == 200
    device.refresh_from_db()
    device.throttle_reset()
    code = f"{totp(device.bin_key):06d}"
    assert client.post("/sign-in/code/", {"code": code}).status_code == 302
    assert client.get("/").status_code == 200


def test_nobody_grants_to_themselves_or_elsewhere(cast, live) -> None:  # type: ignore[no-untyped-def]
    admin = Account.objects.get(username="admin")
    with entered(cast["administrator"].scope), assert_nothing_happened(Grant), pytest.raises(NotAuthorised):
        actions.grant(account=admin.pk, role="commander", over="4418", valid_from=clock.today())
    with entered(cast["administrator"].scope), assert_nothing_happened(Grant), pytest.raises(NotAuthorised):
        actions.grant(account=Account.objects.get(username="duty").pk, role="commander", over="44", valid_from=clock.today())


def test_short_passwords_are_refused(live) -> None:  # type: ignore[no-untyped-def]
    with assert_nothing_happened(), pytest.raises(Refusal):
        actions.set_password(account=Account.objects.get(username="duty").pk, password="123")


def test_a_spreadsheet_with_one_fault_issues_nothing(cast) -> None:  # type: ignore[no-untyped-def]
    head = ",".join(issue.COLUMNS) + "\n"
    good = "wang,王（测试）,,441802,county_officer,441802,2026-01-01,,test\n"
    bad = "li,,,441802,no_such_role,999,tomorrow,,\n"
    with entered(cast["administrator"].scope):
        with assert_nothing_happened(Account):
            assert {line for line, _text in issue.from_spreadsheet("a.csv", (head + good + bad).encode()).problems} == {3}
        found = issue.from_spreadsheet("a.csv", (head + good).encode())
    assert [name for name, *_rest in found.accounts] == ["wang"]
    assert Account.objects.get(username="wang").must_change_password


def test_who_may_do_what_and_why(live) -> None:  # type: ignore[no-untyped-def]
    assert {w.account for w in queries.why("441802006", "warning.sign_warning")} == {"signer"}
    assert "yingde" not in {w.account for w in queries.why("441802", "response.work_task")}
