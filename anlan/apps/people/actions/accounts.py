"""Writers of accounts: issue them, reset, suspend, restore and unlock them, end their sessions."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice
from knox.models import AuthToken

from anlan.apps.people import events, rules
from anlan.apps.people.actions import grants
from anlan.apps.people.models import Account, Grant, Person, Post, RecoveryCode, SignInAttempt
from anlan.apps.people.sessions import of_account
from anlan.kit import clock
from anlan.kit.actions import Deed, action, request_confirmation
from anlan.kit.models import PendingAction
from anlan.kit.refusals import Conflict, NotAuthorised, Refusal


@action("people.issue_account", needs="people.add_account", label=_("Issue an account"), icon="user-plus")
def issue_account(
    deed: Deed,
    *,
    username: str,
    display_name: str,
    area: str,
    password: str,
    display_name_en: str = "",
    post_code: str = "",
    person_code: str = "",
    demo: bool = False,
) -> Account:
    """Issue an account; its first password must be changed at the first sign-in, except in the demo cast."""
    if Account.objects.filter(username=username).exists():
        raise Conflict(_("There is an account with this user name already."), field="username")
    if post_code and not Post.objects.filter(code=post_code).exists():
        raise Refusal(_("There is no such post in your area."), field="post")
    if person_code and not Person.objects.filter(code=person_code).exists():
        raise Refusal(_("There is no such person in your area."), field="person")
    account = deed.create(
        Account,
        username=username,
        display_name=display_name,
        display_name_en=display_name_en,
        area=area,
        post_code=post_code,
        person_code=person_code,
        demo=demo,
        password=make_password(password),
        must_change_password=not demo,
        password_changed_at=deed.now,
    )
    deed.emit(events.AccountIssued(account=account.pk, username=username, area=area))
    return account


@action("people.issue_all", needs="people.add_account", label=_("Issue accounts"))
def issue_all(deed: Deed, *, rows: list[dict[str, Any]]) -> tuple[list[Account], list[PendingAction]]:
    """Issue every row's account with its grant, or none; what the issuer does not hold waits for a second administrator.

    A row has an issued account's fields under `account` and a grant's under `grant`.
    """
    made, waiting = [], []
    for row in rows:
        account = issue_account(**row["account"])
        if not rules.holds(deed.scope, "people.add_account", account.area, ""):
            raise NotAuthorised(_("You administer accounts elsewhere, not in this division."))
        given = grants.grant(account=account.pk, **row["grant"])
        made.append(account)
        waiting += [given] if isinstance(given, PendingAction) else []
    return made, waiting


def reset(deed: Deed, account: int, password_hash: str, drop_second_factor: bool) -> Account:
    """Give an account a first password anew, and take its second factor off if that is lost as well."""
    held = deed.lock(Account, account)
    if held.username == deed.actor:
        raise Refusal(_("Change your own password on your own page."))
    held.password, held.must_change_password, held.password_changed_at = password_hash, True, deed.now
    if drop_second_factor:
        take_second_factor(deed, held)
    deed.note("tokens", AuthToken.objects.filter(user=held).delete()[0])
    return held


@action(
    "people.reset_sign_in",
    needs="people.change_account",
    label=_("Reset the password"),
    record="people.Account",
    icon="lock-open",
)
def reset_sign_in(
    deed: Deed, *, account: int, password_hash: str, drop_second_factor: bool = False, reason: str = ""
) -> Account | PendingAction:
    """Reset how an account signs in; if it may do more than the administrator, a second one confirms.

    Else whoever resets a commander's password would be the commander.
    """
    held = deed.lock(Account, account)
    today = clock.real_today()
    for g in Grant.objects.filter(account=held).select_related("role"):
        if (g.valid_to is None or g.valid_to >= today) and rules.beyond(deed.scope, g.role.permissions, g.over, g.sector):
            arguments = {
                "account": account,
                "password_hash": password_hash,
                "drop_second_factor": drop_second_factor,
                "asked_by": deed.actor,
                "reason": reason,
            }
            return request_confirmation(action="people.reset_confirmed", arguments=arguments, reason=reason)
    return reset(deed, account, password_hash, drop_second_factor)


@action(
    "people.reset_confirmed",
    needs="people.change_account",
    label=_("Reset the password of an account that may do more"),
    record="people.Account",
    second_person=True,
)
def reset_confirmed(
    deed: Deed, *, account: int, password_hash: str, drop_second_factor: bool, asked_by: str, reason: str = ""
) -> Account:
    """Reset what one administrator asked for and a second one confirms."""
    deed.note("asked_by", asked_by)
    return reset(deed, account, password_hash, drop_second_factor)


def take_second_factor(deed: Deed, account: Account) -> None:
    """Take an account's second factor and its recovery codes away."""
    deed.note("second_factors_removed", TOTPDevice.objects.filter(user=account).delete()[0])
    for code in RecoveryCode.objects.filter(account=account):
        deed.remove(code)


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


@action("people.unlock_account", needs="people.change_account", label=_("Unlock"), record="people.Account", icon="lock-open-2")
def unlock_account(deed: Deed, *, account: int, reason: str) -> Account:
    """Forget an account's wrong passwords, so that its owner may try again at once."""
    held = deed.lock(Account, account)
    deed.note("forgotten", SignInAttempt.objects.filter(username=held.username, succeeded=False).delete()[0])
    return held


@action("people.end_sessions", needs="people.change_account", label=_("End all sessions"), record="people.Account", icon="logout")
def end_sessions(deed: Deed, *, account: int, reason: str) -> Account:
    """Sign an account out everywhere."""
    held = deed.lock(Account, account)
    keys = [s.key for s in of_account(held.pk)]
    Session.objects.filter(session_key__in=keys).delete()
    deed.note("sessions_ended", len(keys))
    return held
