"""Checking a row's values by their fields' own rules, in words that name the field at fault."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from anlan.kit.refusals import Refusal


def clean(row: models.Model) -> None:
    """Check a new row's values by their fields' own rules; Refusal that names the first field at fault."""
    try:
        row.clean_fields(exclude=[f.name for f in row._meta.fields if f.is_relation or _may_be_unset(row, f)])
    except ValidationError as error:
        name, problems = next(iter(error.message_dict.items()))
        raise Refusal("；".join(problems), field=name) from None


def validate(row: models.Model, changed: set[str]) -> None:
    """Check changed values by their fields' own rules; Refusal that names the field."""
    for own in row._meta.concrete_fields:
        if own.attname in changed and not own.is_relation:
            try:
                own.run_validators(getattr(row, own.attname))
            except ValidationError as error:
                raise Refusal("；".join(error.messages), field=own.name) from None


def _may_be_unset(row: models.Model, f: Any) -> bool:
    return bool(f.null and getattr(row, f.attname) is None)
