"""Facts as JSON holds them, and back by the types that their fields declare."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, get_args

from anlan.lib import outlines


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


def plain(value: Any) -> Any:
    """Return a column's value as a JSON value that reads the same before saving and after loading; a point by its degrees, any other
    shape by its digest."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, (date, Decimal)):
        return str(value)
    if hasattr(value, "geom_type"):
        return _shape(value)
    if isinstance(value, (bytes, memoryview)):
        return f"bytes {hashlib.sha256(bytes(value)).hexdigest()[:16]}"
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return str(value)


def _shape(value: Any) -> str:
    if value.geom_type == "Point":
        return f"{value.x:.6f}, {value.y:.6f}"
    return outlines.digest(value.geom_type, bytes(value.wkb))
