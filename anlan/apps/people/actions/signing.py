"""Writers at the door and of one's own account: sign-ins, passwords, second factor, recovery codes, API tokens."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import timedelta
from typing import Annotated

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice
from knox.models import AuthToken

from anlan.apps.people.actions.accounts import announce, take_second_factor, take_tokens
from anlan.apps.people.models import Account, RecoveryCode, TokenScope
from anlan.kit import live
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input
from anlan.kit.refusals import NotFound, Refusal

CODES = 8


def digest(code: str) -> str:
    """Return what is kept of a recovery code. It has 120 bits of chance, so a plain hash cannot be searched."""
    return hashlib.sha256(code.replace("-", "").replace(" ", "").lower().encode()).hexdigest()


def new_code() -> str:
    """Make a recovery code: six groups of four."""
    text = base64.b32encode(secrets.token_bytes(15)).decode().lower()
    return "-".join(text[i : i + 4] for i in range(0, 24, 4))


@action("people.note_sign_in", needs="people.note_sign_in", label=_("Signed in"))
def note_sign_in(deed: Deed, *, username: str, address: str, outcome: str) -> None:
    """Journal a sign-in or sign-out."""
    deed.note("username", username)
    deed.note("address", address)
    deed.note("outcome", outcome)


@action("people.set_password", needs="people.set_own_password", label=_("Change the password"))
def set_password(deed: Deed, *, account: int, password: Annotated[str, Input(_("Password"))]) -> Account:
    """Set an account's own new password after the password rules passed it."""
    held = deed.lock(Account, account)
    if check_password(password, held.password):
        raise Refusal(_("This is the present password. Choose another."), field="password")
    try:
        validate_password(password, held)
    except ValidationError as error:
        raise Refusal(" ".join(error.messages), field="password") from None
    held.password, held.must_change_password, held.password_changed_at = make_password(password), False, deed.now
    live.hang_up(held.username)
    return held


@action("people.enrol_second_factor", needs="people.set_own_password", label=_("Switch on the second factor"))
def enrol_second_factor(deed: Deed, *, account: int, device: int) -> list[str]:
    """Put a proven device in the place of any other; returns new recovery codes, shown once."""
    held = deed.lock(Account, account)
    TOTPDevice.objects.filter(user=held).exclude(pk=device).delete()
    TOTPDevice.objects.filter(user=held, pk=device).update(confirmed=True)
    for old in RecoveryCode.objects.filter(account=held):
        deed.remove(old)
    codes = [new_code() for _n in range(CODES)]
    deed.create_many(RecoveryCode, [RecoveryCode(account=held, digest=digest(c)) for c in codes])
    deed.note("second_factor", "on")
    return codes


@action("people.drop_second_factor", needs="people.set_own_password", label=_("Switch off the second factor"))
def drop_second_factor(deed: Deed, *, account: int) -> None:
    """Take the own second factor off, and with it the API tokens that were made under it."""
    held = deed.lock(Account, account)
    take_second_factor(deed, held)
    take_tokens(deed, held)
    announce(deed, held, "factor_off")


@action("people.use_recovery_code", needs="people.set_own_password", label=_("Use a recovery code"))
def use_recovery_code(deed: Deed, *, account: int, code: str) -> int:
    """Use a recovery code up, once; returns how many are left. NotFound if it is none or used."""
    found = RecoveryCode.objects.filter(account=account, digest=digest(code), used_at=None).first()
    if found is None:
        raise NotFound()
    deed.lock(RecoveryCode, found).used_at = deed.now
    left = RecoveryCode.objects.filter(account=account, used_at=None).count() - 1
    deed.note("recovery_codes_left", left)
    return left


@action("people.create_token", needs="people.set_own_password", label=_("Create an API token"))
def create_token(deed: Deed, *, account: int, name: str, days: int, permissions: list[str]) -> tuple[AuthToken, str]:
    """Make an API token for an account's own programs, for some permissions; returns it with its text, shown once."""
    held = deed.lock(Account, account)
    if not 1 <= days <= 180:
        raise Refusal(_("A token lives from 1 to 180 days."), field="days")
    if not permissions:
        raise Refusal(_("Choose what the token may do."), field="permissions")
    made, text = AuthToken.objects.create(user=held, expiry=timedelta(days=days))
    deed.create(TokenScope, account=held, token_key=made.token_key, name=name, permissions=sorted(permissions))
    deed.note("token", made.token_key)
    deed.note("expires", made.expiry)
    return made, text


@action("people.revoke_token", needs="people.set_own_password", label=_("Revoke an API token"))
def revoke_token(deed: Deed, *, account: int, token_key: str) -> None:
    """Take an API token away at once."""
    if not AuthToken.objects.filter(user_id=account, token_key=token_key).delete()[0]:
        raise NotFound()
    for scope in TokenScope.objects.filter(account=account, token_key=token_key):
        deed.remove(scope)
    deed.note("token", token_key)


@action("people.end_own_tokens", needs="people.set_own_password", label=_("Revoke all API tokens"))
def end_own_tokens(deed: Deed, *, account: int) -> None:
    """Take the own API tokens away: part of signing out everywhere."""
    take_tokens(deed, deed.lock(Account, account))


@action("people.note_new_browser", needs="people.note_sign_in", label=_("Signed in from a new browser"))
def note_new_browser(deed: Deed, *, account: int, address: str) -> None:
    """Let an account's owner hear that somebody signed in with a browser that had not before."""
    announce(deed, deed.lock(Account, account), "new_browser", address)
