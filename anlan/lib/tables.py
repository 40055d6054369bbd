"""Tables of a city's pack: CSV in UTF-8 with a heading."""

from __future__ import annotations

import csv
from pathlib import Path


def rows_of(path: Path, *, optional: bool = False) -> list[dict[str, str]]:
    """Return a table's rows by heading; an `optional` one that is not there has none. Raises OSError otherwise."""
    if optional and not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
