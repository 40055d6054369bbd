"""Who may do what here, and why: questions about grants, both ways round, each answer with the grant behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from anlan.apps.people.models import Account, Grant, Person, Post, Role
from anlan.apps.people.rules import is_in_force
from anlan.kit import clock
from anlan.kit.desk import permissions
from anlan.kit.kept import kept
from anlan.kit.records import may_anywhere
from anlan.kit.scope import Authority

SOON = timedelta(days=30)
READS = "people.view_grant"


@dataclass(frozen=True)
class Why:
    """One reason why an account may do something: the grant behind it."""

    grant: int
    account: str
    display_name: str
    demo: bool
    role: str
    over: str
    sector: str
    valid_from: date
    valid_to: date | None
    reason: str
    granted_by: str
    permissions: tuple[tuple[str, str], ...]
    active: bool
    ends_soon: bool
    second_factor: bool


def why(
    area: str = "",
    permission: str = "",
    username: str = "",
    within: tuple[str, ...] = ("",),
    sector: str = "",
    who: str = "",
    day: date | None = None,
) -> list[Why]:
    """Answer "who may do what here, and why": the grants in force on a day (today) that cover `area` and `sector` and carry `permission`.

    `who` is a part of a user name, an account's or a person's name, or a post's. Only grants over the areas `within`, or
    over ones that contain them, are told.
    """
    today = clock.real_today()
    rows = Grant.objects.select_related("account", "role")
    if username:
        rows = rows.filter(account__username=username)
    if who:
        rows = rows.filter(account__in=_called(who))
    found = []
    for g in rows:
        authority = Authority(g.over, frozenset(g.role.permissions), g.sector)
        if not is_in_force(day or today, g.valid_from, g.valid_to) or (area and not authority.covers(area)):
            continue
        if permission and not may_anywhere(authority, permission) or sector and g.sector not in ("", sector):
            continue
        if any(g.over.startswith(a) or a.startswith(g.over) for a in within):
            found.append(_why(g, today))
    return found


def holders(area: str, wanted: Iterable[str]) -> dict[str, list[str]]:
    """Return by permission the displayed names of the accounts that hold it over exactly this area today. One query."""
    today = clock.real_today()
    held = [
        (g.account.get_full_name(), Authority(g.over, frozenset(g.role.permissions), g.sector))
        for g in _grants_over(area=area)
        if is_in_force(today, g.valid_from, g.valid_to)
    ]
    return {one: sorted({name for name, authority in held if may_anywhere(authority, one)}) for one in wanted}


@kept
def _grants_over(*, area: Any) -> Any:
    return Grant.objects.filter(over=area, account__is_active=True).select_related("account", "role")


def posts_holding(permission: str) -> dict[str, str]:
    """Return the posts whose open accounts hold a permission today: code → the widest area over which they hold it."""
    today, found = clock.real_today(), dict[str, str]()
    for g in Grant.objects.filter(account__is_active=True).exclude(account__post_code="").select_related("account", "role"):
        if is_in_force(today, g.valid_from, g.valid_to) and Authority(g.over, frozenset(g.role.permissions)).permits(permission):
            code = g.account.post_code
            found[code] = min(found.get(code, g.over), g.over, key=len)
    return found


def _called(text: str) -> list[int]:
    """Return the accounts that a text names: by user name, displayed name, person or post."""
    persons = (
        Person.objects.readable(READS).filter(Q(name__icontains=text) | Q(name_en__icontains=text)).values_list("code", flat=True)
    )
    posts = (
        Post.objects.readable(READS).filter(Q(name__icontains=text) | Q(name_en__icontains=text)).values_list("code", flat=True)
    )
    wanted = Q(username__icontains=text) | Q(display_name__icontains=text) | Q(display_name_en__icontains=text)
    wanted |= Q(person_code__in=list(persons)) | Q(post_code__in=list(posts))
    return list(Account.objects.filter(wanted).values_list("pk", flat=True))


def _why(g: Grant, today: date) -> Why:
    return Why(
        g.pk,
        g.account.username,
        g.account.get_full_name(),
        g.account.demo,
        str(g.role),
        g.over,
        g.get_sector_display() if g.sector else "",
        g.valid_from,
        g.valid_to,
        g.reason,
        g.granted_by,
        in_words(g.role.permissions),
        g.account.is_active,
        g.valid_to is not None and g.valid_to <= today + SOON,
        g.role.second_factor,
    )


def ending_soon(within: tuple[str, ...]) -> int:
    """Count the grants over these areas that end within thirty days."""
    today = clock.real_today()
    rows = Grant.objects.filter(valid_to__gte=today, valid_to__lte=today + SOON).values_list("over", flat=True)
    return sum(1 for over in rows if any(over.startswith(a) for a in within))


def known_permissions(besides: str = "") -> list[tuple[str, str]]:
    """Return every permission that some role carries, and one that is asked for besides, each with its words and by them."""
    carried = [Authority("", frozenset(r.permissions)) for r in Role.objects.all()]
    named = {p for authority in carried for p in authority.permissions if not p.endswith("*")}
    known = named | {p for p in permissions.every() if any(authority.permits(p) for authority in carried)} | {besides} - {""}
    return sorted(in_words(known), key=lambda pair: pair[1])


def in_words(codes: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return permissions with what they let somebody do."""
    return tuple((code, permissions.in_words(code)) for code in codes)
