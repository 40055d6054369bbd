"""The lock on the door: wrong passwords lock a name, and an address, for a short while that doubles; nobody for good.

Counted apart: strangers trying a name, one address trying any name, and each browser that has signed in by that name
before (a signed cookie, after OWASP's device cookies). So an attacker who keeps a name locked locks out other strangers;
its owner still signs in from the usual browser, and elsewhere once an administrator unlocks the account.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from axes.handlers.base import AbstractAxesHandler, AxesBaseHandler
from django.conf import settings
from django.core import signing
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from anlan.apps.people import rules
from anlan.apps.people.models import SignInAttempt
from anlan.kit import clock
from anlan.kit.throttle import address_of

COOKIE = settings.ANLAN_DEVICE_COOKIE
SALT = "anlan.people.device"
COOKIE_AGE = timedelta(days=90)
NAMES_A_DEVICE = 8
KEPT = timedelta(days=30)
#: Namespace of the advisory locks on a name and on an address.
DOORS = 0x646F6F72


def _device(request: HttpRequest) -> tuple[str, list[str]]:
    """Return a browser's name and the user names that have signed in with it; ("", []) for an unknown or forged one."""
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_AGE)
        return str(found["id"]), list(found["names"])
    except (signing.BadSignature, KeyError, TypeError):
        return "", []


def remember(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """Let a browser that has just signed in count as known for this name."""
    device, names = _device(request)
    names = [username, *(n for n in names if n != username)][:NAMES_A_DEVICE]
    response.set_cookie(
        COOKIE,
        signing.dumps({"id": device or secrets.token_hex(16), "names": names}, salt=SALT),
        max_age=COOKIE_AGE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
        path="/",
    )


def locked_until(request: HttpRequest, username: str) -> datetime | None:
    """Return until when this request may not try this name, None if it may."""
    now = clock.real_now()
    device, names = _device(request)
    known = device if username in names else ""
    own = SignInAttempt.objects.filter(username=username, device=known, at__gt=now - rules.MEMORY)
    until = rules.locked_until(_run(own), rules.BY_NAME)
    if not known and (address := address_of(request)):
        tried = SignInAttempt.objects.filter(address=address, device="", succeeded=False, at__gt=now - rules.BY_ADDRESS.longest)
        by_address = rules.locked_until(list(tried.order_by("at").values_list("at", flat=True)), rules.BY_ADDRESS)
        until = max((u for u in (until, by_address) if u), default=None)
    return until if until and until > now else None


def _run(attempts: Any) -> list[datetime]:
    """Return the wrong tries since the last right one, oldest first."""
    found: list[datetime] = []
    for at, succeeded in attempts.order_by("at", "id").values_list("at", "succeeded"):
        found = [] if succeeded else [*found, at]
    return found


def let_in(request: HttpRequest, username: str) -> bool:
    """Count a try as a wrong one until it proves right, before its password is looked at; False during a lock.

    One name and one address at a time: of tries that come at once, no more are heard than of those that come one by one.
    """
    doors = {crc32(f"{kind} {key}".encode()) - 2**31 for kind, key in (("name", username), ("address", address_of(request)))}
    with transaction.atomic(), connection.cursor() as cursor:
        for door in sorted(doors):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [DOORS, door])
        if locked_until(request, username) is not None:
            return False
        request.sign_in_attempt = _note(request, username, succeeded=False)  # type: ignore[attr-defined]
    return True


def take_back(request: HttpRequest) -> None:
    """Forget the try that this request began: its password was right, the second factor is still owed."""
    request.sign_in_attempt.delete()  # type: ignore[attr-defined]


def prove(request: HttpRequest, *proofs: Callable[[], bool]) -> str:
    """Ask who is signed in for their proofs again, by the same lock as the door; returns "" when all hold, "wrong" or "locked".

    A try counts as wrong until every proof has held; a right one forgives the wrong ones before it.
    """
    if not let_in(request, request.user.get_username()):
        return "locked"
    if not all(proof() for proof in proofs):
        return "wrong" if locked_until(request, request.user.get_username()) is None else "locked"
    begun = request.sign_in_attempt  # type: ignore[attr-defined]
    begun.succeeded = True
    begun.save(update_fields=["succeeded"])
    return ""


def is_known(request: HttpRequest, username: str) -> bool:
    """Return whether somebody has signed in by this name with this browser before."""
    return username in _device(request)[1]


def _note(request: HttpRequest, username: str, *, succeeded: bool) -> SignInAttempt:
    device, names = _device(request)
    return SignInAttempt.objects.create(
        username=username[:60],
        address=address_of(request),
        device=device if username in names else "",
        at=clock.real_now(),
        succeeded=succeeded,
    )


class LockOutHandler(AxesBaseHandler, AbstractAxesHandler):  # type: ignore[misc]
    """Tell django-axes who is locked, by the rules of people; it guards the door and asks here."""

    def is_allowed(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        """Let a try in and count it, or not during a lock."""
        return let_in(request, str((credentials or {}).get("username") or ""))

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        """Return whether this request may not try this name now."""
        return locked_until(request, str((credentials or {}).get("username") or "")) is not None

    def user_login_failed(self, sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any) -> None:
        """Return whether this wrong try locks. One during a lock was not heard, so it does not lengthen it either."""
        if request is not None and not request.axes_locked_out:
            request.axes_locked_out = self.is_locked(request, credentials)

    def user_logged_in(self, sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
        """Count a right one, which forgives the wrong ones before it."""
        begun = getattr(request, "sign_in_attempt", None)
        if begun is None:
            _note(request, user.get_username(), succeeded=True)
        else:
            begun.succeeded = True
            begun.save(update_fields=["succeeded"])

    def user_logged_out(self, sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
        """Nothing to count."""

    def get_failures(self, request: Any, credentials: dict[str, Any] | None = None) -> int:
        """Answer django-axes' own question: 1 for locked, 0 for not."""
        return int(self.is_locked(request, credentials))


def locked_page(request: HttpRequest, response: Any, credentials: dict[str, Any] | None) -> HttpResponse:
    """Say that the door is locked and for how long: the same words whether or not there is such an account."""
    username = str((credentials or {}).get("username") or request.POST.get("username", ""))
    until = locked_until(request, username) or clock.real_now()
    minutes = max(1, -int(-(until - clock.real_now()).total_seconds() // 60))
    page = render(request, "people/locked_out.html", {"minutes": minutes, "until": timezone.localtime(until)}, status=429)
    page["Retry-After"] = str(minutes * 60)
    return page


def forget() -> int:
    """Delete the tries that no rule looks at any more; the journal keeps its own entries."""
    return SignInAttempt.objects.filter(at__lt=clock.real_now() - KEPT).delete()[0]
