"""Facts as JSON holds them, and back by the types that their fields declare."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, get_args


def outward(value: Any) -> Any:
    """Return a fact as JSON holds it: instants, days and decimals as text, lists for tuples."""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (tuple, list)):
        return [outward(item) for item in value]
    return value


def inward(hint: Any, value: Any) -> Any:
    """Return a fact that JSON held, by the type that its field declares."""
    kinds = set(get_args(hint)) | {hint}
    if isinstance(value, str):
        if datetime in kinds:
            return datetime.fromisoformat(value)
        if date in kinds:
            return date.fromisoformat(value)
        if Decimal in kinds:
            return Decimal(value)
    if isinstance(value, list):
        inner = next((arg for arg in get_args(hint) if arg is not Ellipsis), Any)
        return tuple(inward(inner, item) for item in value)
    return value
