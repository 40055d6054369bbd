"""Writers of accounts: issue them, reset, suspend, restore and unlock them, end their sessions."""

from __future__ import annotations

from typing import Annotated

from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice
from knox.models import AuthToken

from anlan.apps.people import decision_sheets, events, rules, trust
from anlan.apps.people.actions import grants
from anlan.apps.people.actions.grants import AskedBy, GivenRows
from anlan.apps.people.actions.inviting import SentTo, invite, way_to
from anlan.apps.people.choices import InvitationPurpose
from anlan.apps.people.models import Account, Invitation, Person, Post, RecoveryCode, SignInAttempt, TokenScope
from anlan.apps.people.sessions import of_account
from anlan.kit import live
from anlan.kit.actions import CONFIRM, Deed, action, request_confirmation
from anlan.kit.inputs import Input, Reason
from anlan.kit.models import PendingAction
from anlan.kit.refusals import Conflict, NotAuthorised, Refusal, SamePerson
from anlan.kit.scope import current

DropSecondFactor = Annotated[bool, Input(_("The second factor is lost too: take it off"))]
WhyReset = Annotated[
    str, Input(_("Reason"), help=_("How did you make sure that it is really the owner who asks?"), example="本人当面申请", rows=3)
]


@action("people.issue_account", needs="people.add_account", label=_("Issue an account"), icon="user-plus")
def issue_account(
    deed: Deed,
    *,
    username: str,
    display_name: str,
    area: str,
    password: Annotated[str, Input(_("Password"))] = "",
    display_name_en: str = "",
    post_code: str = "",
    person_code: str = "",
    demo: bool = False,
) -> Account:
    """Issue an account, without a password unless the program gives one: its owner chooses it by invitation."""
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
        password=make_password(password or None),
        must_change_password=bool(password) and not demo,
        password_changed_at=deed.now,
    )
    deed.emit(events.AccountIssued(account=account.pk, username=username, area=area))
    return account


@action("people.issue_all", needs="people.add_account", label=_("Issue accounts"))
def issue_all(deed: Deed, *, rows: GivenRows) -> tuple[list[Invitation], list[PendingAction]]:
    """Issue every row's account with its grant and invite its owner, or none; what takes two waits for a second administrator.

    A row has an issued account's fields under `account` and a grant's under `grant`.
    """
    made, waiting = [], []
    for row in rows:
        account = issue_account(**row["account"])
        if not rules.holds(deed.scope, "people.add_account", account.area, ""):
            raise NotAuthorised(_("You administer accounts elsewhere, not in this division."))
        given = grants.grant(account=account.pk, **row["grant"])
        made.append(invite(deed, account, InvitationPurpose.ISSUE, deed.actor, _first_way(account, deed.actor)))
        waiting += [given] if isinstance(given, PendingAction) else []
    return made, waiting


def _first_way(account: Account, asker: str) -> int:
    """Return the first address of the account's person that the issuer did not put in, 0 for a slip."""
    theirs = trust.addresses_of(account.person_code)
    return next((c.pk for c in theirs if trust.is_theirs(c, asker)), 0)


def reset(deed: Deed, account: int, asked_by: str, contact: int, drop_second_factor: bool) -> Account:
    """Void how an account signs in and invite its owner to choose a password anew; take the second factor off if that is lost too."""
    held = deed.lock(Account, account)
    trust.check_reach(deed.scope, held, "people.change_account")
    return void(deed, held, asked_by, way_to(held.person_code, contact, asked_by), drop_second_factor)


def void(deed: Deed, held: Account, asked_by: str, contact: int, drop_second_factor: bool) -> Account:
    """Take an account's password and all that is signed in by it away, and invite its owner; a contact of 0 is a slip."""
    held.password, held.must_change_password, held.password_changed_at = make_password(None), False, deed.now
    if drop_second_factor:
        take_second_factor(deed, held)
    shut(deed, held)
    invite(deed, held, InvitationPurpose.RESET, asked_by, contact)
    announce(deed, held, "reset")
    return held


def shut(deed: Deed, account: Account) -> None:
    """End an account's sessions, API tokens and open streams."""
    keys = [s.key for s in of_account(account.pk)]
    Session.objects.filter(session_key__in=keys).delete()
    deed.note("sessions_ended", len(keys))
    take_tokens(deed, account)
    live.hang_up(account.username)


def take_tokens(deed: Deed, account: Account) -> None:
    """Take all API tokens of an account away: whoever fears for an account fears for them too."""
    for scope in TokenScope.objects.filter(account=account):
        deed.remove(scope)
    deed.note("tokens", AuthToken.objects.filter(user=account).delete()[0])


def announce(deed: Deed, account: Account, what: str, address: str = "") -> None:
    """Let the owner of an account hear what happened to how it signs in."""
    deed.emit(
        events.SecurityChanged(
            account=account.pk,
            username=account.username,
            person=account.person_code,
            what=what,
            address=address,
            area=account.area,
        )
    )


def takes_two(deed: Deed, account: Account) -> bool:
    """Return whether an account may do more than the actor, or can confirm, grant or reset: one person alone does not open it."""
    if deed.scope.system:
        return False
    mine = trust.lasting(account)
    return trust.is_trusted(account) or any(rules.beyond(deed.scope, g.role.permissions, g.over, g.sector) for g in mine)


@action(
    "people.reset_sign_in",
    needs="people.change_account",
    label=_("Reset the password"),
    record="people.Account",
    icon="lock-open",
    danger=True,
    when=lambda a: a.username != current().actor,
    story=_(
        "The present password, every session and every API token of this account end. Its owner chooses a new password by a link."
    ),
    sheet=decision_sheets.resetting,
)
def reset_sign_in(
    deed: Deed, *, account: int, contact: SentTo = 0, drop_second_factor: DropSecondFactor = False, reason: WhyReset
) -> Account | PendingAction:
    """Reset how an account signs in; if it may do more than the administrator, or can confirm, a second one confirms.

    Else whoever resets a commander's password would be the commander.
    """
    held = deed.lock(Account, account)
    trust.check_reach(deed.scope, held, "people.change_account")
    if held.username == deed.actor:
        raise Refusal(_("Change your own password on your own page."))
    way_to(held.person_code, contact, deed.actor)
    if takes_two(deed, held):
        arguments = {
            "account": account,
            "contact": contact,
            "drop_second_factor": drop_second_factor,
            "asked_by": deed.actor,
            "reason": reason,
        }
        return request_confirmation(action="people.reset_confirmed", arguments=arguments, reason=reason)
    return reset(deed, account, deed.actor, contact, drop_second_factor)


@action(
    "people.reset_confirmed",
    needs="people.change_account",
    label=_("Reset the password of an account that may do more"),
    record="people.Account",
    second_person=True,
    sheet=decision_sheets.resetting,
)
def reset_confirmed(
    deed: Deed, *, account: int, contact: SentTo, drop_second_factor: DropSecondFactor, asked_by: AskedBy, reason: Reason = ""
) -> Account:
    """Reset what one administrator asked for and a second one confirms; neither of them is whose account it is."""
    deed.note("asked_by", asked_by)
    if deed.lock(Account, account).username == asked_by:
        raise SamePerson()
    return reset(deed, account, asked_by, contact, drop_second_factor)


@action("people.reset_by_machine", needs="people.reset_by_machine", label=_("Reset from the command line"), second_person=True)
def reset_by_machine(deed: Deed, *, account: int, drop_second_factor: DropSecondFactor, reason: Reason) -> Account:
    """Reset an account by whoever runs the machine: always by a slip, since nobody checked an address."""
    held = deed.lock(Account, account)
    return void(deed, held, deed.actor, 0, drop_second_factor)


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
def suspend_account(deed: Deed, *, account: int, reason: Reason) -> Account:
    """Close an account for signing in, with its sessions, API tokens and open streams; its history stays.

    One administrator alone may: what is stolen is shut at once, and opening it again takes two where it matters.
    """
    held = deed.lock(Account, account)
    trust.check_reach(deed.scope, held, "people.change_account")
    held.is_active = False
    shut(deed, held)
    return held


@action(
    "people.restore_account",
    needs="people.change_account",
    label=_("Restore"),
    record="people.Account",
    icon="user-check",
    when=lambda a: not a.is_active,
)
def restore_account(deed: Deed, *, account: int, reason: Reason) -> Account | PendingAction:
    """Open a suspended account again; one that may do more than the administrator, or can confirm, takes a second one."""
    held = deed.lock(Account, account)
    trust.check_reach(deed.scope, held, "people.change_account")
    confirmed = deed.parent is not None and deed.parent.spec.name == CONFIRM
    if held.username == deed.actor:
        raise SamePerson()
    if takes_two(deed, held) and not confirmed:
        return request_confirmation(
            action="people.restore_account", arguments={"account": account, "reason": reason}, reason=reason
        )
    held.is_active = True
    return held


@action("people.unlock_account", needs="people.change_account", label=_("Unlock"), record="people.Account", icon="lock-open-2")
def unlock_account(deed: Deed, *, account: int, reason: Reason) -> Account:
    """Forget an account's wrong passwords, so that its owner may try again at once."""
    held = deed.lock(Account, account)
    trust.check_reach(deed.scope, held, "people.change_account")
    deed.note("forgotten", SignInAttempt.objects.filter(username=held.username, succeeded=False).delete()[0])
    return held


@action("people.end_sessions", needs="people.change_account", label=_("End all sessions"), record="people.Account", icon="logout")
def end_sessions(deed: Deed, *, account: int, reason: Reason) -> Account:
    """Sign an account out everywhere, its programs too."""
    held = deed.lock(Account, account)
    trust.check_reach(deed.scope, held, "people.change_account")
    shut(deed, held)
    return held
