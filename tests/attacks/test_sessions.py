"""What is signed in ends when it must: stolen sessions, suspended people, forgotten desks, tokens that want too much."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from anlan.apps.people import actions, queries
from anlan.apps.people.models import Account, TokenScope
from anlan.kit import clock
from anlan.kit import live as live_pages
from anlan.kit.models import OutboxEvent
from anlan.kit.refusals import NotAuthorised
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened

PASSWORD = "anlan-demo-2022"


def account(username: str) -> Account:
    return Account.objects.get(username=username)


def signed_in(username: str = "duty") -> Client:
    client = Client()
    assert client.post("/sign-in/", {"username": username, "password": PASSWORD}).status_code == 302
    return client


def token_for(username: str, *permissions: str) -> dict[str, str]:
    with entered(Scope.everything(username)):
        _made, text = actions.create_token(account=account(username).pk, name="test", days=30, permissions=list(permissions))
    return {"Authorization": f"Token {text}"}


@pytest.mark.parametrize(
    ("page", "body"),
    [
        ("/me/tokens/new/", {"name": "x", "days": "30", "permissions": ["telemetry.view_station"], "password": "wrong"}),
        ("/me/password/", {"old": "wrong", "new": "north river 26 boats", "again": "north river 26 boats"}),
        ("/me/second-factor/", {"code": "123456", "password": "wrong"}),
        ("/me/second-factor/off/", {"present": "123456", "password": "wrong"}),
    ],
)
def test_asking_again_for_the_password_shares_the_lock(db: None, page: str, body: dict[str, Any]) -> None:
    client = signed_in()
    if "off" in page:
        TOTPDevice.objects.create(user=account("duty"), confirmed=True, name="phone")
    assert [client.post(page, body).status_code for _n in range(6)] == [422] * 4 + [429] * 2
    right = body | {"old": PASSWORD} if "old" in body else body | {"password": PASSWORD}
    answer = client.post(page, right)
    assert answer.status_code == 429, "during the lock the right password is not heard either"
    assert answer.headers["Retry-After"]
    assert account("duty").check_password(PASSWORD)
    assert client.post("/sign-in/", {"username": "duty", "password": PASSWORD}).status_code == 429, "and the door knows"


def test_a_password_alone_neither_drops_nor_replaces_the_second_factor(db: None) -> None:
    device = TOTPDevice.objects.create(user=account("duty"), confirmed=True, name="phone")
    client = Client()
    client.force_login(account("duty"))
    with assert_nothing_happened():
        assert client.post("/me/second-factor/off/", {"password": PASSWORD}).status_code == 422
    client.get("/me/second-factor/")
    new = TOTPDevice.objects.get(user=account("duty"), confirmed=False)
    body = {"code": f"{totp(new.bin_key):06d}", "password": PASSWORD}
    assert client.post("/me/second-factor/", body).status_code == 422
    assert TOTPDevice.objects.get(user=account("duty"), confirmed=True).pk == device.pk
    present = {"present": f"{totp(device.bin_key):06d}", "password": PASSWORD}
    assert client.post("/me/second-factor/off/", present).status_code == 302


def test_suspension_ends_sessions_and_tokens_at_once(cast: dict[str, Any], live: Scope) -> None:
    client, headers, api = signed_in(), token_for("duty", "telemetry.view_station"), Client()
    assert api.get("/api/v1/telemetry/stations/", headers=headers).status_code == 200
    cast["administrator"].client.post(f"/people/accounts/{account('duty').pk}/suspend_account/", {"reason": "stolen"})
    assert client.get("/me/").status_code == 302
    assert api.get("/api/v1/telemetry/stations/", headers=headers).status_code == 401
    actions.restore_account(account=account("duty").pk, reason="found")
    assert client.get("/me/").status_code == 302, "what was open before stays shut"
    assert api.get("/api/v1/telemetry/stations/", headers=headers).status_code == 401


def test_an_open_stream_ends_with_its_reader() -> None:
    fan = live_pages.Fan("live")
    fan.task = None
    mine, other = Scope(actor="duty"), Scope(actor="commander")
    queues = {name: asyncio.Queue(maxsize=3) for name in ("mine", "full", "other")}
    fan.streams = {queues["mine"]: mine, queues["full"]: mine, queues["other"]: other}
    for _n in range(3):
        live_pages.offer(queues["full"], (1.0, '{"area": ""}'))
    fan.spread(json.dumps({"ends": "duty"}))
    live_pages.offer(queues["full"], (2.0, '{"area": ""}'))
    assert queues["mine"].get_nowait()[1] == live_pages.ENDED
    assert [queues["full"].get_nowait()[1] for _n in range(queues["full"].qsize())][0] == live_pages.ENDED
    assert queues["other"].empty()


@pytest.mark.parametrize("verb", ["suspend_account", "end_sessions", "reset_sign_in"])
def test_what_ends_sessions_hangs_up_the_streams(
    live: Scope, verb: str, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with django_capture_on_commit_callbacks() as told:
        getattr(actions, verb)(account=account("duty").pk, reason="x")
    assert [one for one in told if "hang_up" in one.__qualname__]


def test_an_empty_desk_is_signed_out_gently(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    client, start = signed_in(), clock.real_now()
    client.get("/map/")
    page_itself = {"headers": {"Sec-Fetch-Mode": "cors"}}
    for minutes in (20, 40, 55):
        monkeypatch.setattr(clock, "real_now", lambda minutes=minutes: start + timedelta(minutes=minutes))
        assert client.get("/map/timeline.json", **page_itself).status_code == 200, "a page that asks by itself is nobody"
    monkeypatch.setattr(clock, "real_now", lambda: start + timedelta(minutes=62))
    assert client.get("/map/timeline.json", **page_itself).status_code == 401
    assert client.get("/map/").status_code == 302
    again = signed_in()
    monkeypatch.setattr(clock, "real_now", lambda: start + timedelta(minutes=130))
    answer = again.get("/people/tree/?q=x")
    assert answer.headers["Location"] == "/sign-in/?idle=60&next=%2Fpeople%2Ftree%2F%3Fq%3Dx"
    assert "60 分钟" in Client().get(answer.headers["Location"]).content.decode()


def test_who_was_at_the_desk_a_moment_ago_is_not_signed_out(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ANLAN_IDLE_MINUTES = 1
    client, start = signed_in(), clock.real_now()
    for seconds in (55, 62, 115):
        monkeypatch.setattr(clock, "real_now", lambda seconds=seconds: start + timedelta(seconds=seconds))
        assert client.get("/map/").status_code == 200, seconds


def test_somebody_at_the_desk_stays(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    client, start = signed_in(), clock.real_now()
    for minutes in (0, 50, 100, 150):
        monkeypatch.setattr(clock, "real_now", lambda minutes=minutes: start + timedelta(minutes=minutes))
        assert client.post("/me/here/").status_code == 204


@pytest.mark.parametrize("stays", [True, False])
def test_the_wall_stays_if_the_city_says_so(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch, stays: bool) -> None:
    settings.ANLAN_IDLE_WALLBOARD = stays
    client, start = signed_in("commander"), clock.real_now()
    client.get("/map/wall/")
    for minutes in (40, 80):
        monkeypatch.setattr(clock, "real_now", lambda minutes=minutes: start + timedelta(minutes=minutes))
        answer = client.get("/map/timeline.json", headers={"Sec-Fetch-Mode": "cors"})
    assert answer.status_code == (200 if stays else 401)


def test_the_oldest_session_gives_way(db: None, settings: Any) -> None:
    settings.ANLAN_SESSIONS = 2
    first, second, third = signed_in(), signed_in(), signed_in()
    assert [c.get("/me/").status_code for c in (first, second, third)] == [302, 200, 200]
    assert signed_in("commander").get("/me/").status_code == 200


def test_the_owner_hears_of_a_new_browser_and_of_a_reset(db: None) -> None:
    def heard() -> list[str]:
        with entered(Scope.everything("system:test")):
            rows = OutboxEvent.objects.filter(name="people.security_changed").order_by("pk")
            return [row.payload["what"] for row in rows if row.payload["username"] == "duty"]

    client = signed_in()
    assert heard() == ["new_browser"]
    client.post("/sign-out/")
    client.post("/sign-in/", {"username": "duty", "password": PASSWORD})
    assert heard() == ["new_browser"], "the usual browser is no news"
    with entered(Scope.everything("system:test")):
        actions.reset_sign_in(account=account("duty").pk, reason="x")
    assert heard() == ["new_browser", "reset"]


@pytest.mark.parametrize("role", ["commander", "signer", "auditor", "admin"])
def test_grave_posts_owe_a_second_factor(db: None, role: str) -> None:
    Account.objects.filter(username=role).update(demo=False)
    assert queries.owed_by(account(role)) == "enrol"
    assert not queries.scope_for(account(role), "live").authorities


def test_a_token_does_what_it_was_made_for_and_no_more(db: None) -> None:
    api, headers = Client(), token_for("duty", "telemetry.view_station")
    assert api.get("/api/v1/telemetry/stations/", headers=headers).status_code == 200
    refused = api.get("/api/v1/alarms/alarms/", headers=headers)
    assert (refused.status_code, "令牌" in refused.json()["detail"]) == (403, True), (
        "in words of the token, not of the role alone"
    )
    other = token_for("duty", "warning.view_warning", "response.decide_proposal")
    assert api.get("/api/v1/telemetry/stations/", headers=other).status_code == 403
    assert api.get("/api/v1/response/proposals/", headers=other).status_code == 403, "nor more than its owner"
    TokenScope.objects.all()
    from knox.models import AuthToken

    _row, bare = AuthToken.objects.create(account("duty"))
    assert api.get("/api/v1/telemetry/stations/", headers={"Authorization": f"Token {bare}"}).status_code == 403


def test_a_token_does_nothing_grave(db: None) -> None:
    """Signing, deciding, confirming ask for a person; accounts and grants are out of any token's reach."""
    with entered(Scope.everything("system:test")):
        start = {
            "commander": ("response.steer_response",),
            "admin": ("people.change_account", "people.view_account", "kit.confirm_action"),
        }
    api = Client()
    headers = token_for("admin", *start["admin"])
    assert api.get("/api/v1/people/accounts/", headers=headers).status_code == 200
    with assert_nothing_happened(Account):
        pk = account("duty").pk
        answer = api.post(f"/api/v1/people/accounts/{pk}/suspend_account/", {"reason": "x"}, "application/json", headers=headers)
        assert answer.status_code == 403
    from anlan.apps.people.tokens import narrowed
    from anlan.apps.response import actions as response

    class Shown:
        token_key, user_id = "x" * 15, account("commander").pk

    with entered(Scope.everything("system:test")):
        from anlan.kit.testing.factory import created

        created(TokenScope, account=account("commander"), token_key="x" * 15, name="x", permissions=["response.steer_response"])
    scope = narrowed(queries.scope_of("commander", "live"), Shown())
    with entered(scope), assert_nothing_happened(), pytest.raises(NotAuthorised):
        response.start(area="4418", plan=1, level=4, reason="x")


@pytest.mark.parametrize("name", ["signer", "commander"])
def test_a_token_is_offered_nothing_that_it_could_not_do(db: None, name: str) -> None:
    """Signing and publishing are grave whatever the token says: a choice that opens nothing else is no choice."""
    from anlan.apps.people.tokens import to_choose

    scope = queries.scope_of(name, "live")
    grave = {"warning.sign_warning", "warning.publish_warning", "kit.confirm_action"}
    assert any(scope.areas_for(permission) for permission in grave)
    with entered(scope):
        offered = {permission for permission, _words in to_choose(scope)}
    assert "warning.view_warning" in offered
    assert not offered & grave


def test_pages_of_who_signed_in_are_kept_nowhere(cast: dict[str, Any]) -> None:
    client = cast["city_officer"].client
    for page in (
        "/people/persons/",
        "/people/contacts/",
        "/me/",
        "/api/v1/people/persons/",
        "/search/?q=x",
        "/people/persons/export/",
    ):
        assert client.get(page).headers["Cache-Control"] == "no-store", page


@pytest.mark.parametrize("address", ["/sign-in/", "/warnings/", "/me/"])
def test_every_page_forbids_foreign_scripts_frames_and_sniffing(cast: dict[str, Any], address: str) -> None:
    answer = cast["city_officer"].client.get(address)
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "frame-ancestors 'none'" in policy and "unsafe-inline" not in policy
    assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert cast["city_officer"].client.head("/sign-in/").status_code == 200


def test_production_cookies_belong_to_the_host(tmp_path: Any) -> None:
    import os
    import subprocess
    import sys

    from anlan.site.config import ROOT

    env = {
        **{k: v for k, v in os.environ.items() if not k.startswith("ANLAN_")},
        "ANLAN_ENV": "production",
        "ANLAN_SECRET_KEY": "x" * 60,
        "ANLAN_PUBLIC_URL": "https://anlan.example.gov.cn",
        "ANLAN_VAR": str(tmp_path),
        "DATABASE_URL": "postgres://a@db/live",
        "ANLAN_EXERCISE_DATABASE_URL": "postgres://a@db/exercise",
        "ANLAN_OWNER_DATABASE_URL": "postgres://o@db/live",
        "ANLAN_OWNER_EXERCISE_DATABASE_URL": "postgres://o@db/exercise",
    }
    told = (
        "from anlan.site import settings as s; "
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.ANLAN_DEVICE_COOKIE, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"
    )
    made = subprocess.run([sys.executable, "-c", told], env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    assert made.stdout.split() == ["__Host-sessionid", "__Host-csrftoken", "__Host-anlan_device", "True", "True"]
