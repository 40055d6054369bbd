"""Readers: organisations and how to reach them, and what an account may do, where and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import models

from anlan.apps.people.models import Account, ContactPoint, Grant, Organisation, Person, Post
from anlan.apps.people.rules import is_in_force
from anlan.kit import clock
from anlan.kit.scope import Authority, Scope, World


@dataclass(frozen=True)
class OrganisationFact:
    """An organisation for neighbours."""

    id: int
    code: str
    name: str
    name_en: str
    kind: str
    sector: str
    area: str


@dataclass(frozen=True)
class PostFact:
    """A post for neighbours."""

    code: str
    name: str
    name_en: str
    organisation: str
    area: str


@dataclass(frozen=True)
class ContactFact:
    """One way to reach somebody."""

    kind: str
    address: str
    owner: str
    owner_code: str
    area: str


@dataclass(frozen=True)
class Why:
    """One reason why an account may do something: the grant behind it."""

    account: str
    display_name: str
    role: str
    over: str
    sector: str
    valid_from: date
    valid_to: date | None
    reason: str
    granted_by: str
    permissions: tuple[str, ...]


def organisation(code: str) -> OrganisationFact | None:
    """Return the organisation with this code within the scope, if any."""
    row = Organisation.objects.filter(code=code).first()
    return _fact(row) if row else None


def organisations(area: str = "", sector: str = "", kind: str = "", level: int | None = None) -> list[OrganisationFact]:
    """Return organisations below `area` (all if empty), of a sector and kind, whose own area has `level` digits."""
    rows = Organisation.objects.all()
    if area:
        rows = rows.within(area)
    if sector:
        rows = rows.filter(sector=sector)
    if kind:
        rows = rows.filter(kind=kind)
    if level:
        rows = rows.annotate(digits=models.functions.Length("area")).filter(digits=level)
    return [_fact(row) for row in rows.order_by("code")]


def post(code: str) -> PostFact | None:
    """Return the post with this code within the scope, if any."""
    row = Post.objects.select_related("organisation").filter(code=code).first()
    return PostFact(row.code, row.name, row.name_en, row.organisation.code, row.area) if row else None


def posts_below(area: str) -> list[PostFact]:
    """Return the posts of a division and of everything in it, by area, the first in rank first."""
    rows = Post.objects.within(area).select_related("organisation").order_by("area", "rank", "code")
    return [PostFact(row.code, row.name, row.name_en, row.organisation.code, row.area) for row in rows]


def contacts_of(code: str) -> list[ContactFact]:
    """Return the ways to reach an organisation or post by its code, first choice first."""
    rows = ContactPoint.objects.filter(models.Q(organisation__code=code) | models.Q(post__code=code))
    rows = rows.select_related("organisation", "post").order_by("order", "id")
    return [ContactFact(row.kind, row.address, str(row.organisation or row.post), code, row.area) for row in rows]


def grants_in_force(account: Account) -> list[Grant]:
    """Return the grants of an account that count on the real local day."""
    today = clock.real_today()
    rows = Grant.objects.filter(account=account).select_related("role")
    return [g for g in rows if is_in_force(today, g.valid_from, g.valid_to)]


def scope_for(account: Account, world: World) -> Scope:
    """Make the scope of a signed-in account: the union of its grants in force. Two queries.

    A first password, known to whoever issued it, opens nothing until it is changed.
    """
    if account.must_change_password:
        return Scope(world=world, actor=account.username, post=account.post_code)
    authorities = tuple(Authority(g.over, frozenset(g.role.permissions), g.sector, g.role.code) for g in grants_in_force(account))
    return Scope(world=world, actor=account.username, post=account.post_code, authorities=authorities)


def scope_of(username: str, world: World) -> Scope:
    """Make the scope of an account by its user name, for scripted officers; nothing at all if there is none."""
    account = Account.objects.using("default").filter(username=username, is_active=True).first()
    return scope_for(account, world) if account else Scope(world=world, actor=username)


def organisation_of(username: str) -> str:
    """Return the code of the organisation that an account's post belongs to, or ''."""
    account = Account.objects.using("default").filter(username=username).first()
    code = account.post_code if account else ""
    row = Post.objects.select_related("organisation").filter(code=code).first() if code else None
    return row.organisation.code if row else ""


def display_name(username: str) -> str:
    """Return the name to show for an actor."""
    if username.startswith("system:"):
        return username
    account = Account.objects.using("default").filter(username=username).only("display_name").first()
    return account.display_name if account else username


def why(area: str = "", permission: str = "", username: str = "", within: tuple[str, ...] = ("",)) -> list[Why]:
    """Answer "who may do what here, and why": the grants that cover `area` and carry `permission`.

    Only grants over the areas `within`, or over ones that contain them, are told.
    """
    rows = Grant.objects.select_related("account", "role")
    if username:
        rows = rows.filter(account__username=username)
    found = []
    for g in rows:
        authority = Authority(g.over, frozenset(g.role.permissions))
        if not is_in_force(clock.real_today(), g.valid_from, g.valid_to) or (area and not authority.covers(area)):
            continue
        if permission and not authority.permits(permission):
            continue
        if not any(g.over.startswith(a) or a.startswith(g.over) for a in within):
            continue
        found.append(
            Why(
                g.account.username,
                g.account.display_name,
                str(g.role),
                g.over,
                g.sector,
                g.valid_from,
                g.valid_to,
                g.reason,
                g.granted_by,
                tuple(g.role.permissions),
            )
        )
    return found


def demo_accounts() -> list[tuple[str, str]]:
    """Return (user name, displayed name) of the demo cast."""
    return list(
        Account.objects.using("default").filter(demo=True, is_active=True).order_by("id").values_list("username", "display_name")
    )


def persons_at(post_code: str) -> list[str]:
    """Return the names of those who hold a post."""
    return [str(p) for p in Person.objects.filter(post__code=post_code)]


def _fact(row: Organisation) -> OrganisationFact:
    return OrganisationFact(row.pk, row.code, row.name, row.name_en, row.kind, row.sector, row.area)
