"""API tokens: which permissions one may carry, and the scope of a request that shows one.

A token signs in by what it is alone, without the second factor. So it never carries a permission over accounts, grants and
confirmations, and the kit refuses it every grave verb (`Spec.grave`): to sign, publish, decide.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from knox.models import AuthToken

from anlan.apps.people import rules
from anlan.apps.people.models import Account, TokenScope
from anlan.kit import clock
from anlan.kit.actions import ACTIONS
from anlan.kit.desk import permissions
from anlan.kit.scope import Authority, Scope


@dataclass(frozen=True)
class Held:
    """An API token with what it is for."""

    token: Any
    name: str
    permissions: tuple[tuple[str, str], ...]


def to_choose(scope: Scope) -> list[tuple[str, str]]:
    """Return the permissions that a token of this scope's actor may carry, with their words."""
    held = {p for p in permissions.every() if p not in rules.TRUST and scope.areas_for(p)} - _only_grave()
    return sorted(((p, permissions.in_words(p)) for p in held), key=lambda pair: pair[1])


def _only_grave() -> set[str]:
    """Return the permissions that open nothing but grave verbs: a token that carried one could do nothing with it."""
    grave: dict[str, bool] = {}
    for verb in ACTIONS.values():
        grave[verb.spec.needs] = grave.get(verb.spec.needs, True) and verb.spec.grave
    return {permission for permission, only in grave.items() if only}


def narrowed(scope: Scope, token: Any) -> Scope:
    """Return a scope cut down to what a token was made for; one that nothing is known of may do nothing."""
    row = TokenScope.objects.filter(token_key=token.token_key, account_id=token.user_id).first()
    chosen = frozenset(p for p in (row.permissions if row else ()) if "*" not in p) - frozenset(rules.TRUST)
    kept = tuple(Authority(a.area, frozenset(p for p in chosen if a.permits(p)), a.sector, a.role) for a in scope.authorities)
    return replace(scope, token=True, authorities=tuple(a for a in kept if a.permissions))


def of_account(account: Account) -> list[Held]:
    """Return an account's living tokens, the newest first."""
    known = {row.token_key: row for row in TokenScope.objects.filter(account=account)}
    found = AuthToken.objects.filter(user=account, expiry__gt=clock.real_now()).order_by("-created")
    return [_held(token, known.get(token.token_key)) for token in found]


def _held(token: Any, row: TokenScope | None) -> Held:
    words = tuple((p, permissions.in_words(p)) for p in row.permissions) if row else ()
    return Held(token, row.name if row else "", words)
