"""Readers: organisations and how to reach them, and what an account may do, where and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice
from knox.models import AuthToken

from anlan.apps.people.choices import OrganisationKind
from anlan.apps.people.kinds import SECTORS
from anlan.apps.people.models import Account, ContactPoint, Grant, Invitation, Organisation, Person, Post, Role, SignInAttempt
from anlan.apps.people.rules import MEMORY, is_in_force
from anlan.apps.people.sessions import of_account
from anlan.kit import clock
from anlan.kit.kept import kept
from anlan.kit.languages import localised
from anlan.kit.names import names_of
from anlan.kit.scope import Authority, Scope, World, current
from anlan.lib.once import once


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

    def __str__(self) -> str:
        return str(localised(self.name, self.name_en))


@dataclass(frozen=True)
class PostFact:
    """A post for neighbours."""

    code: str
    name: str
    name_en: str
    organisation: str
    area: str

    def __str__(self) -> str:
        return str(localised(self.name, self.name_en))


@dataclass(frozen=True)
class ContactFact:
    """One way to reach somebody."""

    kind: str
    address: str
    owner: str
    owner_code: str
    area: str


@once
def organisation(code: str) -> OrganisationFact | None:
    """Return the organisation with this code within the scope, if any."""
    return next((_fact(row) for row in _organisations(code=code)), None)


@kept
def _organisations(*, code: Any) -> Any:
    return Organisation.objects.filter(code=code)


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


def organisations_at(areas: Iterable[str], kinds: Iterable[str]) -> list[OrganisationFact]:
    """Return the organisations of these kinds that stand for exactly these divisions, in one query."""
    rows = Organisation.objects.filter(area__in=set(areas), kind__in=set(kinds))
    return [_fact(row) for row in rows.order_by("code")]


def organisations_by_code(codes: Iterable[str]) -> dict[str, OrganisationFact]:
    """Return those organisations of the scope that have these codes, in one query."""
    return {row.code: _fact(row) for row in Organisation.objects.filter(code__in=set(codes))}


def posts_by_code(codes: Iterable[str]) -> dict[str, PostFact]:
    """Return those posts of the scope that have these codes, in one query."""
    rows = Post.objects.select_related("organisation").filter(code__in=set(codes))
    return {row.code: PostFact(row.code, row.name, row.name_en, row.organisation.code, row.area) for row in rows}


@once
def post(code: str) -> PostFact | None:
    """Return the post with this code within the scope, if any."""
    found = (PostFact(row.code, row.name, row.name_en, row.organisation.code, row.area) for row in _posts(code=code))
    return next(found, None)


@kept
def _posts(*, code: Any) -> Any:
    return Post.objects.select_related("organisation").filter(code=code)


def posts_below(area: str) -> list[PostFact]:
    """Return the posts of a division and of everything in it, by area, the first in rank first."""
    rows = Post.objects.within(area).select_related("organisation").order_by("area", "rank", "code")
    return [PostFact(row.code, row.name, row.name_en, row.organisation.code, row.area) for row in rows]


def contacts_of(code: str, permission: str = "") -> list[ContactFact]:
    """Return the ways to reach an organisation, a post or a person by its code, first choice first; with `permission` those it covers."""
    # By sub-queries: one OR over three joins read every contact point, a hundred times slower.
    wanted = (
        models.Q(organisation__in=Organisation.objects.filter(code=code).values("pk"))
        | models.Q(post__in=Post.objects.filter(code=code).values("pk"))
        | models.Q(person__in=Person.objects.filter(post__code=code).values("pk"))
        | models.Q(person__in=Person.objects.filter(code=code).values("pk"))
    )
    rows = ContactPoint.objects.readable(permission) if permission else ContactPoint.objects.all()
    rows = rows.filter(wanted).select_related("organisation", "post", "person").order_by("order", "id")
    return [ContactFact(row.kind, row.address, str(row.organisation or row.post or row.person), code, row.area) for row in rows]


def contacts_below(area: str, kinds: Collection[str], machines: Collection[str] = ()) -> list[tuple[PostFact, list[ContactFact]]]:
    """Return every post of authorities in a division with all ways of some kinds to reach it or who holds it, each address once; those without any too.

    After them come the organisations there that `machines` of their own answer for, in the same form.
    """
    found: dict[int, dict[tuple[str, str], ContactFact]] = defaultdict(dict)
    rows = ContactPoint.objects.filter(kind__in=kinds, organisation=None).select_related("post", "person__post")
    for row in rows.order_by("order", "id"):
        held: Any = row.post or (row.person.post if row.person else None)
        if held is not None:
            fact = ContactFact(row.kind, row.address, str(row.post or row.person), held.code, row.area)
            found[held.pk][row.kind, row.address] = fact  # once: a post and its holder may share one
    posts = Post.objects.within(area).exclude(organisation__kind=OrganisationKind.ENTERPRISE).select_related("organisation")
    facts = (
        (p.pk, PostFact(p.code, p.name, p.name_en, p.organisation.code, p.area)) for p in posts.order_by("area", "rank", "code")
    )
    return [(fact, list(found[pk].values())) for pk, fact in facts] + _machines_below(area, machines)


def _machines_below(area: str, kinds: Collection[str]) -> list[tuple[PostFact, list[ContactFact]]]:
    """Return the organisations of authorities in a division that have ways of some kinds of their own, each address once."""
    found: dict[str, tuple[PostFact, dict[tuple[str, str], ContactFact]]] = {}
    rows = ContactPoint.objects.within(area).filter(kind__in=kinds).exclude(organisation=None)
    rows = rows.exclude(organisation__kind=OrganisationKind.ENTERPRISE).select_related("organisation")
    for row in rows.order_by("area", "organisation__code", "order", "id"):
        org: Any = row.organisation
        _org, ways = found.setdefault(org.code, (PostFact(org.code, org.name, org.name_en, org.code, org.area), {}))
        ways[row.kind, row.address] = ContactFact(row.kind, row.address, str(org), org.code, row.area)
    return [(org, list(ways.values())) for org, ways in found.values()]


def contact(pk: int) -> ContactFact | None:
    """Return one contact point within the scope, if it is there."""
    row = ContactPoint.objects.filter(pk=pk).select_related("organisation", "post", "person").first()
    owner: Any = (row.organisation or row.post or row.person) if row else None
    return ContactFact(row.kind, row.address, str(owner), owner.code, row.area) if row else None


def grants_in_force(account: Account) -> list[Grant]:
    """Return the grants of an account that count on the real local day."""
    today = clock.real_today()
    return [g for g in _grants(account=account.pk) if is_in_force(today, g.valid_from, g.valid_to)]


@kept
def _grants(*, account: Any) -> Any:
    return Grant.objects.filter(account=account).select_related("role")


def open_holders(role: str) -> list[str]:
    """Return the user names of open accounts, the demo cast left out, that hold a role on the real local day."""
    today = clock.real_today()
    rows = Grant.objects.filter(role__code=role, account__is_active=True, account__demo=False).select_related("account")
    return sorted({g.account.username for g in rows if is_in_force(today, g.valid_from, g.valid_to)})


def scope_for(account: Account, world: World) -> Scope:
    """Make the scope of a signed-in account: the union of its grants in force. Two queries.

    A first password, known to whoever issued it, opens nothing until it is changed; nor does an account whose role asks
    for a second factor that it has not.
    """
    held = grants_in_force(account)
    if _owed(account, held):
        return Scope(world=world, actor=account.username, post=account.post_code)
    authorities = tuple(Authority(g.over, frozenset(g.role.permissions), g.sector, g.role.code) for g in held)
    return Scope(world=world, actor=account.username, post=account.post_code, authorities=authorities)


def owed_by(account: Account) -> str:
    """Return what an account must do before anything else: `password`, `enrol`, or "" for nothing."""
    return _owed(account, grants_in_force(account))


def _owed(account: Account, held: list[Grant]) -> str:
    """Judge the debt. The demo cast owes none: its password is printed on the sign-in page, and production refuses it."""
    if account.must_change_password:
        return "password"
    if account.demo or not any(g.role.second_factor for g in held):
        return ""
    return "" if TOTPDevice.objects.filter(user=account, confirmed=True).exists() else "enrol"


def scope_of(username: str, world: World) -> Scope:
    """Make the scope of an account by its user name, for scripted officers; nothing at all if there is none."""
    account = Account.objects.using("default").filter(username=username, is_active=True).first()
    return scope_for(account, world) if account else Scope(world=world, actor=username)


def usernames(keys: Collection[str]) -> set[str]:
    """Return which of some names are those of open accounts."""
    return set(Account.objects.using("default").filter(username__in=keys, is_active=True).values_list("username", flat=True))


@once
def organisation_of(username: str) -> str:
    """Return the code of the organisation that an account's post belongs to, or ''."""
    code = current().post if username == current().actor else ""
    if not code:
        account = Account.objects.using("default").filter(username=username).first()
        code = account.post_code if account else ""
    held = post(code) if code else None
    return held.organisation if held else ""


@once
def person_of(username: str) -> str:
    """Return the code of the person that an account belongs to, "" for none."""
    row = Account.objects.using("default").filter(username=username).first()
    return row.person_code if row else ""


@names_of("actor", "actor")
def _account_names() -> dict[str, tuple[str, str]]:
    rows = Account.objects.using("default").values_list("username", "display_name", "display_name_en")
    return {username: (zh, en) for username, zh, en in rows}


@names_of("post", "post", "post_code")
def _post_names() -> dict[str, tuple[str, str]]:
    return {code: (zh, en) for code, zh, en in Post.objects.values_list("code", "name", "name_en")}


@names_of("role", "role")
def _role_names() -> dict[str, tuple[str, str]]:
    return {code: (zh, en) for code, zh, en in Role.objects.using("default").values_list("code", "name", "name_en")}


@names_of("person", "person_code")
def _person_names() -> dict[str, tuple[str, str]]:
    return {code: (zh, en) for code, zh, en in Person.objects.values_list("code", "name", "name_en")}


@names_of("unit", "doer_value")
def _unit_names() -> dict[str, tuple[str, str]]:
    own = {code: (zh, en) for code, zh, en in Organisation.objects.values_list("code", "name", "name_en")}
    return {sector.code: (sector.name, sector.name) for sector in SECTORS} | own


#: What to try as one of the demo cast, by the role it holds.
TRIED = {
    "duty_officer": _("Answer alarms, watch what waits, call villages"),
    "commander": _("Decide on a response, direct an exercise"),
    "warning_drafter": _("Draft a warning"),
    "warning_signer": _("Sign and publish a warning"),
    "county_officer": _("See one county alone; add stations"),
    "unit_officer": _("Accept, report and complete tasks"),
    "reporter": _("Fill in a check on a phone"),
    "integrator": _("Send readings"),
    "administrator": _("Issue accounts, grant roles"),
    "auditor": _("Follow the journal"),
    "depot_keeper": _("Take supplies in and out"),
    "supplies_chief": _("Approve documents of supplies"),
}


def demo_accounts() -> list[tuple[str, str, str]]:
    """Return (user name, displayed name, what to try) of the demo cast."""
    found = Account.objects.using("default").filter(demo=True, is_active=True).order_by("id")
    roles = dict(Grant.objects.using("default").filter(account__in=found).values_list("account_id", "role__code"))
    return [(a.username, a.get_full_name(), str(TRIED.get(roles.get(a.pk, ""), ""))) for a in found]


def persons_at(post_code: str) -> list[str]:
    """Return the names of those who hold a post."""
    return [str(p) for p in Person.objects.filter(post__code=post_code)]


def holders_by_post(codes: Iterable[str]) -> dict[str, list[str]]:
    """Return by post the names of those who hold it: persons, and the accounts that act for it. Two queries."""
    wanted, found = set(codes), defaultdict(list)
    for person in Person.objects.filter(post__code__in=wanted).select_related("post"):
        found[person.post.code].append(str(person))
    accounts = Account.objects.using("default").filter(post_code__in=wanted, is_active=True).order_by("id")
    for account in accounts.only("post_code", "display_name", "display_name_en"):
        if (name := account.get_full_name()) not in found[account.post_code]:
            found[account.post_code].append(name)
    return dict(found)


def first_contacts(codes: Iterable[str]) -> dict[str, ContactFact]:
    """Return by organisation or post the way to reach it first, in one query each."""
    wanted, found = set(codes), {}
    for owner in ("organisation", "post"):
        rows = ContactPoint.objects.filter(**{f"{owner}__code__in": wanted}).select_related(owner).order_by("-order", "-id")
        for row in rows:
            own = getattr(row, owner)
            found[own.code] = ContactFact(row.kind, row.address, str(own), own.code, row.area)
    return found


def _fact(row: Organisation) -> OrganisationFact:
    return OrganisationFact(row.pk, row.code, row.name, row.name_en, row.kind, row.sector, row.area)


def grants_of_post(code: str) -> list[Grant]:
    """Return the grants that come with a post and have not ended."""
    rows = Grant.objects.filter(post_code=code).select_related("account", "role")
    return [g for g in rows if g.valid_to is None or g.valid_to >= clock.real_today()]


def accounts_of_person(code: str) -> list[Account]:
    """Return the accounts of a person."""
    return list(Account.objects.filter(person_code=code))


def sign_in_state(account: Account) -> dict[str, Any]:
    """Return what the record's page says about how an account signs in."""
    since = clock.real_now() - MEMORY
    tried = SignInAttempt.objects.filter(username=account.username, at__gt=since)
    required = [str(g.role) for g in grants_in_force(account) if g.role.second_factor]
    return {
        "account": account,
        "second_factor": TOTPDevice.objects.filter(user=account, confirmed=True).exists(),
        "required_by": [] if account.demo else required,
        "failures": tried.filter(succeeded=False).count(),
        "sessions": len(of_account(account.pk)),
        "tokens": AuthToken.objects.filter(user=account, expiry__gt=clock.real_now()).count(),
        "changed": account.password_changed_at,
        "invitation": invitation_of(account),
        "actor": current().actor,
    }


def last_sign_ins(username: str) -> list[SignInAttempt]:
    """Return the last tries to sign in by a name, right and wrong, newest first."""
    return list(SignInAttempt.objects.filter(username=username).order_by("-at", "-id")[:8])


def invitation_of(account: Account) -> Invitation | None:
    """Return the invitation by which an account's owner may still choose a password, if any."""
    return Invitation.objects.filter(account=account, used_at=None, expires_at__gt=clock.real_now()).first()


@dataclass(frozen=True)
class Branch:
    """An organisation in the tree, with its posts and who holds them."""

    organisation: Organisation
    posts: tuple[tuple[Post, tuple[Person, ...]], ...]
    below: tuple[Branch, ...]


def tree(within: str = "", sector: str = "", text: str = "") -> list[Branch]:
    """Return the organisations that the reader may see as trees; narrowed by division, sector and words, with all that leads there."""
    rows = list(Organisation.objects.readable("people.view_organisation").select_related(None).order_by("area", "code"))
    posts: dict[int, list[Post]] = {}
    for each in Post.objects.readable("people.view_organisation").prefetch_related("holders").order_by("rank", "code"):
        posts.setdefault(each.organisation_id, []).append(each)

    def wanted(o: Organisation) -> bool:
        held = posts.get(o.pk, [])
        names = [o.name, o.name_en, o.code, *(n for p in held for n in (p.name, p.name_en, *(h.name for h in p.holders.all())))]
        found = not text or any(text.lower() in name.lower() for name in names)
        return found and o.area.startswith(within) and (not sector or o.sector == sector)

    children: dict[int | None, list[Organisation]] = {}
    known = {o.pk for o in rows}
    for o in rows:
        children.setdefault(o.parent_id if o.parent_id in known else None, []).append(o)

    def branch(o: Organisation) -> Branch | None:
        below = tuple(b for b in map(branch, children.get(o.pk, [])) if b)
        if not below and not wanted(o):
            return None
        return Branch(o, tuple((p, tuple(p.holders.all())) for p in posts.get(o.pk, [])), below)

    return [b for b in map(branch, children.get(None, [])) if b]
