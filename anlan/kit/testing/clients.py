"""One loaded chain of middleware for all test clients: each would load its own, and look through all static files for it."""

from __future__ import annotations

from typing import Any

from django.core.handlers.base import BaseHandler
from django.core.signals import setting_changed
from django.test.client import ClientHandler

#: What loading leaves in a handler, as it was loaded last; a changed setting may make another.
_loaded: dict[str, Any] = {}


def _load(self: ClientHandler, is_async: bool = False) -> None:
    if not _loaded:
        before = set(vars(self))
        BaseHandler.load_middleware(self, is_async)
        _loaded.update({name: value for name, value in vars(self).items() if name not in before})
    vars(self).update(_loaded)


def _forget(**_change: Any) -> None:
    _loaded.clear()


def share() -> None:
    """Let the clients of this process share what is loaded until a setting changes."""
    ClientHandler.load_middleware = _load  # type: ignore[assignment,method-assign]
    setting_changed.connect(_forget)
