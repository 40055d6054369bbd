"""The city's ladders (packs: hydro/ladders.csv): the thresholds of whole quantities, for every station that measures one or those of a kind."""

from __future__ import annotations

from pathlib import Path

from anlan.apps.telemetry.models import Threshold
from anlan.lib.tables import rows_of


def ladder(pack: Path, kind: str = "") -> list[dict[str, str]]:
    """Return a pack's thresholds of whole quantities, those that concern a kind of station."""
    return [row for row in rows_of(pack / "hydro" / "ladders.csv", optional=True) if not kind or concerns(row, kind)]


def concerns(row: dict[str, str], kind: str) -> bool:
    """Return whether a row of a ladder is for a kind of station."""
    return row["kind"] in ("", kind)


def published(pack: Path) -> dict[str, str]:
    """Return the publications that rows name by key."""
    return {row["key"]: row["what"] for row in rows_of(pack / "hydro" / "sources.csv", optional=True)}


def sources(keys: str, known: dict[str, str]) -> str:
    """Say which publications stand behind a row; `keys` are those of sources.csv, or words of their own."""
    return "、".join(known.get(key, key) for key in keys.split("|"))[:200]


def threshold(row: dict[str, str]) -> Threshold:
    """Return a row as a threshold that is of no datastream yet."""
    return Threshold(
        hazard=row["hazard"],
        level=row["level"],
        window_hours=int(row.get("window_hours") or 0),
        value=float(row["value"]),
        source=row["source"],
        confidence=row["confidence"],
    )


def standing(pack: Path, kind: str, quantity: str) -> list[Threshold]:
    """Return the thresholds that a station of a kind has for a quantity by the city's ladders."""
    known = published(pack)
    rows = [row | {"source": sources(row["source"], known)} for row in ladder(pack, kind) if row["quantity"] == quantity]
    return [threshold(row) for row in rows]
