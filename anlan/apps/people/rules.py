"""Decisions about authority and signing in: when a grant counts, who may give which, how long a lock lasts, what is masked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from anlan.kit.refusals import NotAuthorised, Refusal
from anlan.kit.scope import Authority, Scope

LEAST_PRIVILEGE = "GB/T 22239-2019 8.1.4.2"


@dataclass(frozen=True)
class LockOut:
    """How many wrong tries are free, how long the first lock lasts, and the longest: each further wrong try doubles it."""

    free: int
    first: timedelta
    longest: timedelta


#: GB/T 22239-2019 8.1.4.1 b asks for a limit; OWASP ASVS 5 6.1.1 and 6.3.1 ask that it cannot shut the owner out for good.
BY_NAME = LockOut(5, timedelta(minutes=1), timedelta(minutes=15))
#: A whole bureau may sign in from one address, so many more are free.
BY_ADDRESS = LockOut(30, timedelta(minutes=1), timedelta(minutes=15))
#: Wrong tries are forgotten after this long.
MEMORY = timedelta(hours=24)


def locked_until(failures: Sequence[datetime], limit: LockOut) -> datetime | None:
    """Return until when a run of wrong tries (oldest first, none right since) locks, None if it does not."""
    over = len(failures) - limit.free
    if over < 0:
        return None
    return failures[-1] + min(limit.first * 2 ** min(over, 10), limit.longest)


def is_in_force(today: date, valid_from: date, valid_to: date | None) -> bool:
    """Return whether a grant counts on a day; both ends included."""
    return valid_from <= today and (valid_to is None or today <= valid_to)


def check_grant(giver: Scope, giver_name: str, receiver_name: str, over: str, sector: str) -> None:
    """Refuse giving to oneself, and giving over an area or sector that one does not administer."""
    if giver.system:
        return
    if giver_name == receiver_name:
        raise NotAuthorised(_("Nobody grants authority to themselves. Ask another administrator."), article=LEAST_PRIVILEGE)
    if not holds(giver, "people.add_grant", over, sector):
        raise NotAuthorised(_("You administer accounts elsewhere, not in this division."), article=LEAST_PRIVILEGE)


def holds(scope: Scope, permission: str, over: str, sector: str) -> bool:
    """Return whether one of the actor's own grants carries `permission` over all of an area and sector ("" is every sector)."""
    return scope.system or any(a.permits(permission) and a.covers(over) and a.sector in ("", sector) for a in scope.authorities)


def beyond(giver: Scope, permissions: Iterable[str], over: str, sector: str) -> list[str]:
    """Return the permissions that the giver does not hold there: nobody gives them alone, a second administrator confirms.

    An administrator need not hold what they hand on, system and business authority are separate (GB/T 22239-2019 8.1.4.2),
    but then two of them answer for it.
    """
    return sorted(p for p in permissions if not holds(giver, p, over, sector))


#: Who holds one of these can confirm, grant or reset: what touches such a role or account takes two persons.
TRUST = (
    "kit.confirm_action",
    "people.add_account",
    "people.add_grant",
    "people.add_role",
    "people.change_account",
    "people.change_grant",
    "people.change_post",
)


def is_trusted(permissions: Iterable[str]) -> bool:
    """Return whether a role with these permissions can confirm, grant or reset."""
    held = Authority("", frozenset(permissions))
    return any(held.permits(one) for one in TRUST)


def check_period(valid_from: date, valid_to: date | None) -> None:
    """Refuse a period that ends before it begins."""
    if valid_to is not None and valid_to < valid_from:
        raise Refusal(_("The last day lies before the first."), field="valid_to")


def mask(address: str) -> str:
    """Return an address with its middle hidden, enough to recognise one's own: 138****1234, d***@example.org, https://example.org/***."""
    scheme, slashes, rest = address.partition("://")
    if slashes:  # what lies behind the host may be a secret
        return f"{scheme}://{rest.partition('/')[0].rpartition('@')[2]}/***"
    name, at, domain = address.partition("@")
    if at:
        return f"{name[:1]}***@{domain}"
    digits = address.lstrip("+")
    if digits.isdigit() and len(digits) >= 7:
        return f"{address[:3]}****{address[-4:]}"
    return f"{address[: min(6, len(address) // 2)]}***"


def check_address(kind: str, address: str) -> None:
    """Refuse an address at which its channel could reach nobody: a telephone number that is none, an e-mail without a host."""
    if kind == "sms" and not re.fullmatch(r"\+?\d{7,15}", address):
        raise Refusal(
            _("A number for text messages has 7 to 15 digits, with the country's in front or a mobile number of this country."),
            field="address",
        )
    if kind == "phone" and not re.fullmatch(r"\+?[\d -]{5,20}", address):
        raise Refusal(
            _("A phone number has 5 to 20 digits; spaces, hyphens and a leading + may stand between them."), field="address"
        )
    if kind == "email" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", address):
        raise Refusal(_("An e-mail address looks like duty@example.org."), field="address")
    if kind == "webhook" and not re.match(r"https?://[^/\s]+", address):
        raise Refusal(_("A webhook's address begins with https://."), field="address")
