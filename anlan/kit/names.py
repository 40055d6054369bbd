"""What codes are called: divisions, accounts, posts, units, known to the apps that own them and shown wherever a code stands.

An app registers a loader of its names; what it returns is held for a minute, so that a list of rows asks for none of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from anlan.kit.languages import listed, localised
from anlan.kit.scope import Scope, current, entered
from anlan.kit.worlds import alias

#: Returns code → (Chinese, English); a text that translates itself stands for both.
Loader = Callable[[], dict[str, tuple[Any, Any]]]
LOADERS: dict[str, Loader] = {}
#: How long names are held, and how long one that they lack is believed to be unknown: a fresh world fills while it is read.
KEPT_SECONDS, LACKED_SECONDS = 60, 5
_kept: dict[tuple[str, str], tuple[float, dict[str, tuple[Any, Any]]]] = {}
#: Which names the value of a column wants, told by the column's own name.
KINDS: dict[str, str] = {}


def names_of(kind: str, *columns: str) -> Callable[[Loader], Loader]:
    """Register the loader of a kind's names, code → (Chinese, English), and the columns that hold such codes."""

    def register(loader: Loader) -> Loader:
        LOADERS[kind] = loader
        KINDS.update(dict.fromkeys(columns, kind))
        return loader

    return register


def kind_of(column: str) -> str:
    """Return which names a column's values want, or ''; `signed_by` and its like name who did something."""
    return KINDS.get(column, "actor" if column.endswith("_by") else "")


def name_of(kind: str, code: str) -> str:
    """Return what a code is called in the reader's language; the code itself where nobody has named it."""
    if kind == "actor" and ", " in code:  # who asked, and who confirmed
        return str(listed(name_of(kind, one) for one in code.split(", ")))
    if kind == "actor" and ":" in code:
        return _("Script") if code.startswith("script:") else _("System")
    held = _kept.get((kind, alias()))
    if kind in LOADERS and (held is None or monotonic() - held[0] > (KEPT_SECONDS if code in held[1] else LACKED_SECONDS)):
        with entered(Scope.everything("system:names", current().world)):
            held = _kept[kind, alias()] = (monotonic(), LOADERS[kind]())
    return str(localised(*held[1][code])) if held and code in held[1] else code


def named(kind: str, code: str) -> SafeString | str:
    """Show a code of some kind by its name, the code itself on hover."""
    return titled(name_of(kind, code), code)


def titled(name: str, code: str) -> SafeString | str:
    """Show a name with the code it stands for on hover."""
    return format_html('<span title="{}">{}</span>', code, name) if name != code else code
