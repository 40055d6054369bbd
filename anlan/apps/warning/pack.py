"""Load a pack's issuing bodies, hazards, words and call-out rules."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path
from typing import Any

from anlan.apps.warning import actions

ORDER = 35
SOURCE = "warning/texts.toml"


def load(pack: Path) -> None:
    """Load warning/bodies.csv, hazards.csv, texts.toml and callouts.csv."""
    folder = pack / "warning"
    texts: list[dict[str, Any]] = tomllib.loads((folder / "texts.toml").read_text(encoding="utf-8"))["text"]
    actions.load_reference(
        bodies=_rows(folder / "bodies.csv"),
        hazards=_rows(folder / "hazards.csv"),
        texts=[{"source": SOURCE, "confidence": "K-", **text} for text in texts],
        callouts=_rows(folder / "callouts.csv"),
    )


def _rows(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
