"""Worlds: `live` and `exercise` are two databases under the same code; the scope in force says which one is meant."""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.utils.translation import gettext_lazy as _

from anlan.kit.scope import World, maybe_current

ALIASES: dict[World, str] = {"live": DEFAULT_DB_ALIAS, "exercise": "exercise"}
WORLDS: dict[str, World] = {alias: world for world, alias in ALIASES.items()}
LABELS = {"live": _("Live"), "exercise": _("Exercise")}

#: Who somebody is does not change with the world: identity, sessions and jobs are always live.
LIVE_APPS = frozenset({"auth", "sessions", "contenttypes", "otp_totp", "otp_static", "axes", "knox", "procrastinate"})


def alias() -> str:
    """Return the database alias of the world in force (live outside any scope)."""
    scope = maybe_current()
    return ALIASES[scope.world] if scope else DEFAULT_DB_ALIAS


class WorldRouter:
    """Send each model to the database of the world in force; identity is always live."""

    def db_for_read(self, model: type[Any], **hints: Any) -> str:
        if model._meta.app_label in LIVE_APPS or getattr(model, "live_only", False):
            return DEFAULT_DB_ALIAS
        return alias()

    db_for_write = db_for_read

    def allow_relation(self, a: Any, b: Any, **hints: Any) -> bool | None:
        return bool(a._state.db == b._state.db) or None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return None
