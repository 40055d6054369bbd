"""What administrators are shown before a role is given that takes two of them, and before an account is reset: whose, what it does, what speaks against it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from anlan.apps.people import rules, trust
from anlan.apps.people.models import Account, Role, TokenScope
from anlan.apps.people.sessions import of_account
from anlan.kit import clock
from anlan.kit.languages import listed
from anlan.kit.names import name_of
from anlan.lib.decisions import Line, Sheet

#: An owner who signed in so lately has hardly forgotten the password.
RECENT = timedelta(hours=1)


def granting(_about: Any, given: dict[str, Any]) -> Sheet | None:
    """Draw up the sheet of what is given to one account; None where the account or a role is gone."""
    receiver = Account.objects.filter(pk=given["account"]).first()
    rows = [(row, Role.objects.filter(code=row["role"]).first()) for row in given["rows"]]
    if receiver is None or not all(role for _row, role in rows):
        return None
    asked = [(row, role) for row, role in rows if role is not None]
    return Sheet(
        about=tuple(_to_whom(receiver, asked)),
        effects=tuple(_effects(receiver, [role for _row, role in asked])),
        doubts=tuple(_doubts(receiver, [role for _row, role in asked])),
        others=(
            Line(_("Asked by"), name_of("actor", str(given["asked_by"]))),
            Line(_("To confirm it"), _("another administrator")),
        ),
    )


def _to_whom(receiver: Account, requested: list[tuple[dict[str, Any], Role]]) -> Iterator[Line]:
    yield Line(_("Account"), name_of("actor", receiver.username), note=receiver.username)
    held = [str(grant.role) for grant in trust.lasting(receiver)]
    yield Line(_("Roles held already"), listed(held) or _("none"))
    for row, role in requested:
        until = row["valid_to"] or _("no last day")
        period = _("from %(first)s, %(last)s") % {"first": row["valid_from"], "last": until}
        where = [name_of("area", row["over"])] + ([name_of("sector", row["sector"])] if row["sector"] else [])
        yield Line(_("Role to be given"), str(role), note=f"{' · '.join(where)} · {period}")


def _effects(receiver: Account, roles: list[Role]) -> Iterator[Line]:
    known = {permission for grant in trust.lasting(receiver) for permission in grant.role.permissions}
    given = {permission for role in roles for permission in role.permissions}
    yield Line(_("Permissions given"), len(given), note=_("%(n)d of them not held so far") % {"n": len(given - known)})


def _doubts(receiver: Account, roles: list[Role]) -> Iterator[Line]:
    if any(rules.is_trusted(role.permissions) for role in roles):
        yield Line(_("The role can confirm, grant or reset: who holds it can give others authority."))
    if trust.is_trusted(receiver):
        yield Line(_("The account can confirm, grant or reset already."))
    if not receiver.is_active:
        yield Line(_("The account is suspended."))


def resetting(account: Account, given: dict[str, Any]) -> Sheet:
    """Draw up the sheet of an account whose way to sign in is about to be taken and given anew."""
    sessions, tokens = len(of_account(account.pk)), TokenScope.objects.filter(account=account).count()
    roles = [str(grant.role) for grant in trust.lasting(account)]
    return Sheet(
        about=(
            Line(_("Account"), name_of("actor", account.username), note=account.username),
            Line(_("Roles held already"), listed(roles) or _("none")),
        ),
        effects=(
            Line(_("Password"), _("void at once")),
            Line(_("Sessions ended"), sessions, live=True),
            Line(_("API tokens ended"), tokens, live=True),
            Line(_("Second factor"), _("taken off") if given.get("drop_second_factor") else _("stays"), live=True),
        ),
        doubts=tuple(_doubts_of_reset(account)),
        others=(Line(_("The owner hears of it"), _("by every address that is known")),),
    )


def _doubts_of_reset(account: Account) -> Iterator[Line]:
    if trust.is_trusted(account):
        yield Line(_("The account can confirm, grant or reset: a second administrator has to agree."))
    if not account.is_active:
        yield Line(_("The account is suspended: it stays so."))
    last = account.last_login
    if last is not None and clock.now() - last < RECENT:
        yield Line(_("The account signed in a short while ago: its password seems to be known."), at=last)
