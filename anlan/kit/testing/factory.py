"""Rows for tests, made through a deed: lawful, journalled, in the scope of the program."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models

from anlan.kit.actions import Action, Deed, Spec

M = TypeVar("M", bound=models.Model)


def created(model: type[M], **values: Any) -> M:
    """Create one row as a deed does, where no action of the app makes such a row by itself."""

    def create(deed: Deed) -> M:
        return deed.create(model, **values)

    return Action(create, Spec("test.create", "test.create", "Create"))()
