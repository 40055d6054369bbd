"""Codes of messages in words, wherever they are shown: what kind it is, which record it speaks of, whom it went to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models

from anlan.apps.messages.choices import KINDS, THINGS
from anlan.kit.names import name_of


class Coded(models.CharField):  # type: ignore[type-arg]
    """A code that the journal shows in words by `told`; to the database it is a text like any other."""

    def __init__(self, *args: Any, told: Callable[[str], str] = str, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.told = told

    def deconstruct(self) -> Any:
        """Return the field as migrations know it."""
        name, _path, args, rest = super().deconstruct()
        return name, "django.db.models.CharField", args, rest


def kind_in_words(kind: str) -> str:
    """Return what a kind of message is about, in words."""
    return str(KINDS.get(kind, kind))


def about_in_words(about: str) -> str:
    """Return which record a message speaks of, in words."""
    thing, _colon, number = about.partition(":")
    return f"{THINGS[thing]} {number}" if thing in THINGS else about


def holder_in_words(code: str) -> str:
    """Return the name of the unit, post or person that a message went to, in the reader's language; the code where nobody has it any more."""
    names = (name_of(kind, code) for kind in ("unit", "post", "person"))
    return next((name for name in names if name != code), code)
