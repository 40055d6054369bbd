"""Writers: issue accounts, grant and withdraw authority, change passwords, load the pack's organisations."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from anlan.apps.people import events, rules
from anlan.apps.people.models import Account, ContactPoint, Grant, Organisation, Person, Post, Role
from anlan.kit.actions import Deed, action
from anlan.kit.refusals import Conflict, Refusal


@action("people.issue_account", needs="people.add_account", label=_("Issue an account"), icon="user-plus")
def issue_account(
    deed: Deed, *, username: str, display_name: str, area: str, password: str, post_code: str = "", demo: bool = False
) -> Account:
    """Issue an account; its first password must be changed at the first sign-in, except in the demo cast."""
    if Account.objects.filter(username=username).exists():
        raise Conflict(_("There is an account with this user name already."), field="username")
    account = deed.create(
        Account,
        username=username,
        display_name=display_name,
        area=area,
        post_code=post_code,
        demo=demo,
        password=make_password(password),
        must_change_password=not demo,
        password_changed_at=deed.now,
    )
    deed.emit(events.AccountIssued(account=account.pk, username=username, area=area))
    return account


@action("people.grant", needs="people.add_grant", label=_("Grant a role"), icon="key")
def grant(
    deed: Deed,
    *,
    account: int,
    role: str,
    over: str,
    valid_from: date,
    valid_to: date | None = None,
    sector: str = "",
    reason: str = "",
) -> Grant:
    """Give an account a role over an area from a day to a day; refuses giving to oneself or beyond one's own area."""
    receiver = Account.objects.get(pk=account)
    given = Role.objects.filter(code=role).first()
    if given is None:
        raise Refusal(_("There is no such role."), field="role")
    rules.check_period(valid_from, valid_to)
    rules.check_grant(deed.scope, deed.actor, receiver.username, over)
    made = deed.create(
        Grant,
        account=receiver,
        role=given,
        over=over,
        sector=sector,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason,
        granted_by=deed.actor,
    )
    deed.emit(events.GrantGiven(grant=made.pk, username=receiver.username, role=role, area=over))
    return made


@action(
    "people.withdraw_grant", needs="people.change_grant", label=_("Withdraw"), record="people.Grant", icon="key-off", danger=True
)
def withdraw_grant(deed: Deed, *, grant: int, reason: str) -> Grant:
    """End a grant at once: yesterday was its last day."""
    held = deed.lock(Grant, grant)
    held.valid_to = deed.today - timedelta(days=1)
    return held


@action(
    "people.suspend_account",
    needs="people.change_account",
    label=_("Suspend"),
    record="people.Account",
    icon="user-off",
    danger=True,
    when=lambda a: a.is_active,
)
def suspend_account(deed: Deed, *, account: int, reason: str) -> Account:
    """Close an account for signing in; its history stays."""
    held = deed.lock(Account, account)
    held.is_active = False
    return held


@action(
    "people.restore_account",
    needs="people.change_account",
    label=_("Restore"),
    record="people.Account",
    icon="user-check",
    when=lambda a: not a.is_active,
)
def restore_account(deed: Deed, *, account: int, reason: str) -> Account:
    """Open a suspended account again."""
    held = deed.lock(Account, account)
    held.is_active = True
    return held


@action("people.set_password", needs="people.set_own_password", label=_("Change the password"))
def set_password(deed: Deed, *, account: int, password: str) -> Account:
    """Set an account's own new password after the password rules passed it."""
    held = deed.lock(Account, account)
    try:
        validate_password(password, held)
    except ValidationError as error:
        raise Refusal(" ".join(error.messages), field="password") from None
    held.password, held.must_change_password, held.password_changed_at = make_password(password), False, deed.now
    return held


@action("people.note_sign_in", needs="people.note_sign_in", label=_("Signed in"))
def note_sign_in(deed: Deed, *, username: str, address: str, outcome: str) -> None:
    """Journal a sign-in or sign-out."""
    deed.note("username", username)
    deed.note("address", address)
    deed.note("outcome", outcome)


@action("people.load_organisations", needs="people.load_pack", label=_("Load organisations"))
def load_organisations(
    deed: Deed,
    *,
    organisations: list[tuple[Organisation, str]],
    posts: list[tuple[Post, str]],
    persons: list[tuple[Person, str]],
    contacts: list[tuple[ContactPoint, str, str]],
) -> int:
    """Add a pack's organisations, posts, persons and contact points that are not there yet."""
    known = {o.code: o for o in Organisation.objects.all()}
    for each, parent in organisations:
        if each.code not in known:
            each.parent = known.get(parent)
            known[each.code] = deed.create_many(Organisation, [each])[0]
    held = {p.code: p for p in Post.objects.all()}
    fresh = [p for p, _owner in posts if p.code not in held]
    for each_post, owner in posts:
        each_post.organisation = known[owner]
    held |= {p.code: p for p in deed.create_many(Post, fresh)}
    people = set(Person.objects.values_list("code", flat=True))
    for person, post_code in persons:
        person.post = held.get(post_code)
    deed.create_many(Person, [p for p, _post in persons if p.code not in people])
    if not ContactPoint.objects.exists():
        for contact, organisation_code, post_code in contacts:
            contact.organisation, contact.post = known.get(organisation_code), held.get(post_code)
        deed.create_many(ContactPoint, [c for c, *_owners in contacts])
    return len(fresh)


@action("people.define_role", needs="people.add_role", label=_("Define a role"))
def define_role(deed: Deed, *, code: str, name: str, name_en: str, permissions: list[str]) -> Role:
    """Add a role or bring its permissions up to date."""
    known = Role.objects.filter(code=code).first()
    if known is None:
        return deed.create(Role, code=code, name=name, name_en=name_en, permissions=permissions)
    role = deed.lock(Role, known)
    role.name, role.name_en, role.permissions = name, name_en, permissions
    return role
