"""Load a pack's hazards, words and call-out rules; its issuing bodies are their desk's own table."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from anlan.apps.warning import actions, languages
from anlan.lib.tables import rows_of

ORDER = 35
SOURCE, FURTHER = "warning/texts.toml", "warning/languages.toml"


def load(pack: Path) -> None:
    """Load warning/hazards.csv, texts.toml, callouts.csv, and languages.toml where there is one."""
    folder = pack / "warning"
    further = folder / "languages.toml"
    spoken = tomllib.loads(further.read_text(encoding="utf-8")) if further.exists() else {}
    for one in spoken.get("language", []):
        languages.check_frame(one["code"], one.get("frame", {}))
    texts: list[dict[str, Any]] = tomllib.loads((folder / "texts.toml").read_text(encoding="utf-8"))["text"]
    actions.load_reference(
        hazards=rows_of(folder / "hazards.csv"),
        texts=[{"source": SOURCE, "confidence": "K-", **text} for text in texts],
        callouts=rows_of(folder / "callouts.csv"),
        tongues=[{"source": FURTHER, "confidence": "K-", **one} for one in spoken.get("language", [])],
        tongue_texts=[{"source": FURTHER, "confidence": "K-", **text} for text in spoken.get("text", [])],
    )
