"""At the door: signing in, the lock and who may pass it, second factor and recovery codes, passwords, sessions, tokens."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from anlan.apps.people import actions, lockout, queries, rules
from anlan.apps.people.models import Account, RecoveryCode, Role, SignInAttempt
from anlan.apps.people.sessions import Open
from anlan.kit import clock
from anlan.kit.models import JournalEntry
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened

PASSWORD = "anlan-demo-2022"


def attempt(client: Client, username: str, password: str, address: str = "10.0.0.1") -> int:
    """Try to sign in and return the status."""
    return client.post("/sign-in/", {"username": username, "password": password}, REMOTE_ADDR=address).status_code


def later(monkeypatch: pytest.MonkeyPatch, **span: int) -> None:
    """Move the machine's clock on."""
    at = clock.real_now() + timedelta(**span)
    monkeypatch.setattr(clock, "real_now", lambda: at)


def test_sign_in_is_journalled_and_a_wrong_password_locks(db: None) -> None:
    client = Client()
    assert attempt(client, "duty", PASSWORD) == 302
    assert client.get("/").status_code == 200
    with entered(Scope.everything("system:test")):
        assert JournalEntry.objects.filter(action="people.note_sign_in", actor="duty").exists()
    other = Client()
    assert [attempt(other, "commander", "wrong") for _n in range(5)] == [401, 401, 401, 401, 429]
    assert attempt(other, "commander", PASSWORD) == 429


def test_a_name_is_locked_from_every_address(db: None) -> None:
    for n in range(5):
        attempt(Client(), "commander", "wrong", f"10.0.0.{n}")
    assert attempt(Client(), "commander", PASSWORD, "10.9.9.9") == 429
    assert attempt(Client(), "duty", PASSWORD, "10.0.0.1") == 302, "another name is another matter"


def test_an_address_is_locked_whatever_name_it_tries(db: None) -> None:
    for n in range(rules.BY_ADDRESS.free):
        attempt(Client(), f"nobody{n}", "wrong", "10.0.0.66")
    assert attempt(Client(), "duty", PASSWORD, "10.0.0.66") == 429
    assert attempt(Client(), "duty", PASSWORD, "10.0.0.67") == 302


def test_an_attacker_cannot_keep_the_owner_out(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Client()
    assert attempt(own, "duty", PASSWORD) == 302
    own.post("/sign-out/")
    for _n in range(40):
        attempt(Client(), "duty", "wrong", "10.0.0.1")
    assert attempt(Client(), "duty", PASSWORD, "10.1.1.1") == 429
    assert attempt(own, "duty", PASSWORD) == 302, "the browser that has signed in before is not shut out, nor is its address"
    forged = Client()
    forged.cookies[lockout.COOKIE] = own.cookies[lockout.COOKIE].value[:-1] + "x"
    assert attempt(forged, "duty", PASSWORD) == 429
    later(monkeypatch, minutes=2)
    assert attempt(Client(), "duty", PASSWORD, "10.1.1.2") == 302, "what was tried during the lock did not lengthen it"


def test_a_known_browser_has_a_limit_of_its_own(db: None) -> None:
    own = Client()
    attempt(own, "duty", PASSWORD)
    own.post("/sign-out/")
    assert [attempt(own, "duty", "wrong") for _n in range(5)][-1] == 429
    assert attempt(Client(), "duty", PASSWORD) == 302


def test_an_administrator_unlocks(cast: dict[str, Any]) -> None:
    for _n in range(5):
        attempt(Client(), "commander", "wrong")
    account = Account.objects.get(username="commander")
    page = f"/people/accounts/{account.pk}/unlock_account/"
    assert cast["county_officer"].client.post(page, {"reason": "x"}).status_code in (403, 404)
    assert cast["administrator"].client.post(page, {"reason": "called back"}).status_code == 302
    assert attempt(Client(), "commander", PASSWORD) == 302
    with entered(Scope.everything("system:test")):
        entry = JournalEntry.objects.filter(action="people.unlock_account").get()
    assert (entry.actor, entry.reason, entry.diff["forgotten"]) == ("admin", "called back", 5)


def test_neither_words_nor_work_tell_whether_an_account_exists(db: None, settings: Any) -> None:
    settings.ANLAN_DEMO = False  # the page names the demo cast
    Account.objects.filter(username="reporter").update(is_active=False)
    with (
        patch.object(Argon2PasswordHasher, "encode", autospec=True, side_effect=Argon2PasswordHasher.encode) as made,
        patch.object(Argon2PasswordHasher, "verify", autospec=True, side_effect=Argon2PasswordHasher.verify) as checked,
    ):
        pages, work = [], []
        for name in ("duty", "nobody-here", "reporter"):
            before = made.call_count + checked.call_count
            page = Client().post("/sign-in/", {"username": name, "password": "wrong"})
            work.append(made.call_count + checked.call_count - before)
            pages.append(re.sub(r"[A-Za-z0-9]{64}", "", page.content.decode().replace(name, "")))
    assert work[0] == work[1] == work[2] >= 1
    assert pages[0] == pages[1] == pages[2]
    for name in ("duty", "nobody-here"):
        answers = {attempt(Client(), name, "wrong") for _n in range(5)}
        assert answers == {401, 429}


def test_who_is_not_known_is_nobody_in_the_journal(db: None) -> None:
    attempt(Client(), "duty", "wrong")
    for _n in range(10):
        attempt(Client(), "duty", "wrong")
    with entered(Scope.everything("system:test")):
        entries = list(JournalEntry.objects.filter(action="people.note_sign_in"))
    assert {e.actor for e in entries} == {"anonymous"}
    assert [e.diff["outcome"] for e in entries] == ["locked", *["refused"] * 4], "tries during a lock do not fill the journal"


def test_a_second_factor_is_asked_for(db: None) -> None:
    account = Account.objects.get(username="duty")
    device = TOTPDevice.objects.create(user=account, confirmed=True, name="phone")
    with entered(Scope.everything("duty")):
        codes = actions.enrol_second_factor(account=account.pk, device=device.pk)
    client = Client()
    assert client.post("/sign-in/", {"username": "duty", "password": PASSWORD}).headers["Location"] == "/sign-in/code/"
    assert client.get("/").status_code == 302
    assert client.post("/sign-in/code/", {"code": "000000"}).status_code == 422
    device.refresh_from_db()
    device.throttle_reset()
    assert client.post("/sign-in/code/", {"code": f"{totp(device.bin_key):06d}"}).status_code == 302
    assert client.get("/").status_code == 200
    for expected in (302, 422):
        other = Client()
        other.post("/sign-in/", {"username": "duty", "password": PASSWORD})
        assert other.post("/sign-in/code/", {"code": codes[0].upper()}).status_code == expected, "a recovery code works once"
    assert RecoveryCode.objects.filter(account=account, used_at=None).count() == actions.signing.CODES - 1
    assert not RecoveryCode.objects.filter(digest__in=codes).exists(), "only hashes are kept"


def test_half_a_sign_in_ends_by_itself(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    device = TOTPDevice.objects.create(user=Account.objects.get(username="duty"), confirmed=True, name="phone")
    client = Client()
    client.post("/sign-in/", {"username": "duty", "password": PASSWORD})
    later(monkeypatch, minutes=6)
    answer = client.post("/sign-in/code/", {"code": f"{totp(device.bin_key):06d}"})
    assert answer.headers["Location"] == "/sign-in/"


@pytest.fixture
def newcomer(live: Scope) -> Account:
    """An account of a role that asks for the second factor, with its own password."""
    actions.define_role(
        code="test_keeper", name="守护", name_en="Keeper", permissions=["people.view_account"], second_factor=True
    )
    account = actions.issue_account(username="new-keeper", display_name="守护（测试）", area="4418", password=PASSWORD)
    actions.grant(account=account.pk, role="test_keeper", over="4418", valid_from=clock.today())
    actions.set_password(account=account.pk, password="north river 26 boats")
    return account


def test_a_role_asks_for_the_second_factor_and_nothing_else_opens(newcomer: Account) -> None:
    client = Client()
    answer = client.post("/sign-in/", {"username": "new-keeper", "password": "north river 26 boats"})
    assert answer.headers["Location"] == "/me/second-factor/"
    for page in ("/", "/me/", "/people/accounts/", "/search/?q=x", "/me/tokens/new/"):
        assert client.get(page).headers["Location"].endswith("/me/second-factor/"), page
    assert client.get("/api/v1/people/accounts/").status_code == 403
    assert client.get("/me/second-factor/").status_code == 200
    device = TOTPDevice.objects.get(user=newcomer)
    body = {"code": f"{totp(device.bin_key):06d}", "password": "north river 26 boats"}
    page = client.post("/me/second-factor/", body)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert len(page.context["codes"]) == 8
    assert client.get("/people/accounts/").status_code == 200
    assert client.post("/me/second-factor/off/", {"password": "north river 26 boats"}).status_code == 422, "a password alone"
    proof = {"password": "north river 26 boats", "present": page.context["codes"][0]}
    assert client.post("/me/second-factor/off/", proof).status_code == 302
    assert client.get("/people/accounts/").headers["Location"] == "/me/second-factor/"


def test_the_pack_asks_administrators_and_spares_the_demo_cast(live: Scope) -> None:
    assert Role.objects.get(code="administrator").second_factor
    assert queries.owed_by(Account.objects.get(username="admin")) == ""
    Account.objects.filter(username="admin").update(demo=False)
    assert queries.owed_by(Account.objects.get(username="admin")) == "enrol"


def test_who_is_still_behind_the_door_is_told_of_no_live_pages(live: Scope) -> None:
    client = Client()
    client.force_login(Account.objects.get(username="duty"))
    heard = 'data-asked-at=""'
    assert heard not in client.get("/me/").content.decode()
    Account.objects.filter(username="duty").update(must_change_password=True)
    page = client.get("/me/password/").content.decode()
    assert heard in page
    assert "link-state" not in page


@pytest.mark.parametrize("word", ["123", "short one", "123456789012", "qingyuan2024!", "duty-duty-duty", PASSWORD])
def test_weak_passwords_are_refused(live: Scope, word: str) -> None:
    account = Account.objects.get(username="duty")
    with assert_nothing_happened(), pytest.raises(Refusal):
        actions.set_password(account=account.pk, password=word)


def test_sessions_are_listed_and_ended(db: None) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        attempt(client, "duty", PASSWORD)
    attempt(Client(), "commander", PASSWORD)
    found = here.get("/me/").context["sessions"]
    assert len(found) == 2
    key = there.session.session_key
    assert key not in here.get("/me/").content.decode(), "a session's key would let its reader in"
    handle = next(s.handle for s in found if s.key == key)
    assert here.post(f"/me/sessions/{handle}/end/").status_code == 302
    assert there.get("/me/").status_code == 302
    assert here.get("/me/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0",
            "Edge 140 · Windows 10",
        ),
        ("python-httpx/0.28.1", "python-httpx/0.28.1"),
        ("", ""),
    ],
)
def test_a_session_names_the_browser_as_its_owner_knows_it(agent: str, told: str) -> None:
    assert Open("key", agent, "10.0.0.1", None).browser == told


def test_an_administrator_ends_all_sessions(cast: dict[str, Any]) -> None:
    client = Client()
    attempt(client, "reporter", PASSWORD)
    account = Account.objects.get(username="reporter")
    assert (
        cast["administrator"].client.post(f"/people/accounts/{account.pk}/end_sessions/", {"reason": "lost"}).status_code == 302
    )
    assert client.get("/me/").status_code == 302


def test_a_token_is_shown_once_and_revoked(cast: dict[str, Any]) -> None:
    client = cast["city_officer"].client
    body = {"name": "gauges", "days": "30", "permissions": ["telemetry.view_station"], "password": PASSWORD}
    assert client.post("/me/tokens/new/", body | {"password": "wrong"}).status_code == 422
    assert client.post("/me/tokens/new/", body | {"permissions": ["response.decide_proposal"]}).status_code == 422, "not held"
    page = client.post("/me/tokens/new/", body)
    text, key = page.context["text"], page.context["token"].token_key
    assert text not in client.get("/me/").content.decode()
    api, headers = Client(), {"Authorization": f"Token {text}"}
    assert api.get("/api/v1/telemetry/stations/", headers=headers).status_code == 200
    assert cast["commander"].client.post(f"/me/tokens/{key}/revoke/").status_code == 404
    assert client.post(f"/me/tokens/{key}/revoke/").status_code == 302
    assert api.get("/api/v1/telemetry/stations/", headers=headers).status_code == 401


def with_token(client: Client) -> Callable[[], int]:
    """Make an API token by the page; returns what asks with it and gives the status."""
    body = {"name": "gauges", "days": "30", "permissions": ["telemetry.view_station"], "password": PASSWORD}
    headers = {"Authorization": f"Token {client.post('/me/tokens/new/', body).context['text']}"}
    return lambda: Client().get("/api/v1/telemetry/stations/", headers=headers).status_code


def test_who_signs_out_everywhere_ends_his_programs_too(cast: dict[str, Any]) -> None:
    client = cast["city_officer"].client
    asks = with_token(client)
    assert asks() == 200
    assert client.post("/me/sessions/end/").status_code == 302
    assert asks() == 401
    asks = with_token(client)
    account = Account.objects.get(username=cast["city_officer"].username)
    cast["administrator"].client.post(f"/people/accounts/{account.pk}/end_sessions/", {"reason": "lost"})
    assert asks() == 401


def test_who_drops_the_second_factor_ends_the_tokens_made_under_it(cast: dict[str, Any], live: Scope) -> None:
    asks = with_token(cast["city_officer"].client)
    assert asks() == 200
    account = Account.objects.get(username=cast["city_officer"].username)
    with entered(Scope.everything(account.username)):
        actions.drop_second_factor(account=account.pk)
    assert asks() == 401


def test_old_attempts_are_forgotten(live: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt(Client(), "duty", "wrong")
    later(monkeypatch, days=31)
    assert lockout.forget() == 1
    assert not SignInAttempt.objects.exists()


def test_a_form_from_before_another_sign_in_is_refused_in_the_houses_words(db: None) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(Account.objects.get(username="duty"))
    for language, words in (("zh-hans", "页面已过期"), ("en", "This page is out of date")):
        browser.cookies["django_language"] = language
        answer = browser.post("/me/password/", {"csrfmiddlewaretoken": "x" * 64})
        assert answer.status_code == 403
        assert words in answer.content.decode()
