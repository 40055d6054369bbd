"""Load a pack's check sheets: one TOML document each, in checks/."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from anlan.apps.checks import actions
from anlan.apps.checks.models import Item, Sheet, SheetVersion

ORDER = 42


def load(pack: Path) -> None:
    """Load checks/*.toml; a pack may have none."""
    packed = [_packed(file) for file in sorted((pack / "checks").glob("*.toml"))]
    if packed:
        actions.load_sheets(packed=packed)


def _packed(file: Path) -> actions.Packed:
    read = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    version: dict[str, Any] = read["version"]
    items = [Item(order=number, **item) for number, item in enumerate(read["item"], 1)]
    return actions.Packed(Sheet(**read["sheet"]), SheetVersion(**version), items)
