"""Who writes on whose paper: heads, issuers and codes of number series, by jurisdiction, from the city's pack (`papers/letterheads.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from anlan.kit.languages import localised
from anlan.kit.refusals import Refusal
from anlan.lib.typesetting import FACES


@dataclass(frozen=True)
class Letterhead:
    """The head of a body's papers: `code` begins its numbers, such as 清防 in 清防〔2026〕3号."""

    area: str
    head: str
    issuer: str
    code: str
    printed_by: str = ""
    head_en: str = ""
    issuer_en: str = ""
    printed_by_en: str = ""

    def said(self, name: str) -> str:
        """Return the head, issuer or printing office in the reader's language."""
        return str(localised(getattr(self, name), getattr(self, f"{name}_en")))


def letterhead(area: str) -> Letterhead:
    """Return the letterhead of a jurisdiction; Refusal where the pack has none, for nobody writes on another's paper."""
    found = next((one for one in _known().get("letterhead", ()) if one["area"] == area), None)
    if found is None:
        raise Refusal(_("The city's pack has no letterhead for this jurisdiction. Add it to papers/letterheads.toml."))
    return Letterhead(**{key: value for key, value in found.items() if key in Letterhead.__dataclass_fields__})


def faces() -> dict[str, list[str]]:
    """Return the names of fonts for each use, the wanted ones first: the pack's (`[faces]`), then the standard's, then Noto's."""
    own = _known().get("faces", {})
    return {use: [*own.get(use, ()), *names] for use, names in FACES.items()}


def folder() -> Path:
    """Return where the city's pack keeps letterheads and templates of its own."""
    return Path(settings.CONFIG.pack) / "papers"


def _known() -> dict[str, Any]:
    file = folder() / "letterheads.toml"
    return _read(file, file.stat().st_mtime_ns) if file.is_file() else {}


@lru_cache(maxsize=4)
def _read(file: Path, changed: int) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))
