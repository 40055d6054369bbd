"""Copies of answers on disk: files by their content, and an index that is replaced whole, so that a reader sees the old ones or the new."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import Any

INDEX = "index.json"
#: Copies that no index names stay so long: a reader may hold them by an older index.
LINGER = 300.0


def index_of(folder: Path) -> dict[str, Any]:
    """Return the index of a folder; empty where there is none."""
    try:
        found: dict[str, Any] = json.loads((folder / INDEX).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return found


def keep(folder: Path, content: bytes) -> str:
    """Keep a content and return the name of its file."""
    name = f"{hashlib.sha256(content).hexdigest()}.copy"
    if not (folder / name).exists():
        _replace(folder, name, content)
    return name


def settle(folder: Path, index: dict[str, Any], named: set[str]) -> None:
    """Put an index in the place of the last, and remove what it does not name."""
    _replace(folder, INDEX, json.dumps(index).encode())
    for file in folder.iterdir():
        if file.name not in named | {INDEX} and time.time() - file.stat().st_mtime > LINGER:
            file.unlink(missing_ok=True)


def _replace(folder: Path, name: str, content: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f"{name}.new"
    beside.write_bytes(content)
    beside.replace(folder / name)
