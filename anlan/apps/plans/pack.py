"""Load a pack's structured plans."""

from __future__ import annotations

import tomllib
from pathlib import Path

from anlan.apps.plans import actions

ORDER = 40


def load(pack: Path) -> None:
    """Load every plans/*.toml."""
    for file in sorted((pack / "plans").glob("*.toml")):
        actions.load_plan(content=tomllib.loads(file.read_text(encoding="utf-8")))
