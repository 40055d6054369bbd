"""The second factor of an account: whether there is one, and whether a code proves it."""

from __future__ import annotations

from typing import Any

from django_otp.plugins.otp_totp.models import TOTPDevice

from anlan.apps.people import actions
from anlan.kit.refusals import NotFound
from anlan.kit.scope import Scope, entered


def has(account: Any) -> bool:
    """Return whether an account signs in by a second factor."""
    return bool(TOTPDevice.objects.filter(user=account, confirmed=True).exists())


def holds(account: Any, code: str) -> bool:
    """Return whether a code of the authenticator, or a recovery code (used up by it), proves the second factor."""
    if len(code) == 6:
        device = TOTPDevice.objects.filter(user=account, confirmed=True).first()
        return device is not None and bool(device.verify_token(code))
    try:
        with entered(Scope.everything(account.username)):
            actions.use_recovery_code(account=account.pk, code=code)
    except NotFound:
        return False
    return True
