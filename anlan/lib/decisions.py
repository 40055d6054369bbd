"""The decision sheet: what a grave step is about, what it does, what may be wrong, who must agree; shown before it and kept with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Line:
    """One thing on a sheet: what it is called, what it is, as of when; `level` is a hazard level, shown as such.

    `live` is what creeps while one reads, such as a water level: it is kept as it was, but its change alone refuses nothing.
    Words may be translated lazily.
    """

    label: Any
    value: Any = ""
    unit: Any = ""
    digits: int = 0
    level: int = 0
    note: Any = ""
    at: datetime | None = None
    url: str = ""
    live: bool = False

    @property
    def told(self) -> str:
        """Return the value as a page shows it."""
        return f"{self.value:,.{self.digits}f}" if isinstance(self.value, int | float) else str(self.value)

    @property
    def numeric(self) -> bool:
        """Return whether the value is a number, which may be shown large."""
        return self.told[:1].isdigit() and len(self.told) < 12

    @property
    def mark(self) -> str:
        """Return a digest of what must not change unseen."""
        known = (self.label, self.level) if self.live else (self.label, self.level, self.told, self.unit, self.note, self.at)
        return hashlib.sha256(repr([str(one) for one in known]).encode()).hexdigest()[:10]

    def kept(self) -> dict[str, Any]:
        """Return the line as JSON, in the words in which it was read."""
        known: dict[str, Any] = {name: str(getattr(self, name)) for name in ("label", "unit", "note", "url")}
        known |= {"value": self.told, "level": self.level, "live": self.live, "at": self.at.isoformat() if self.at else None}
        return {name: value for name, value in known.items() if value}


@dataclass(frozen=True)
class Sheet:
    """What whoever takes a grave step is shown before it."""

    about: tuple[Line, ...] = ()
    #: The words as the public will read them.
    text: tuple[Line, ...] = ()
    effects: tuple[Line, ...] = ()
    doubts: tuple[Line, ...] = ()
    others: tuple[Line, ...] = ()

    @property
    def version(self) -> str:
        """Return by what a change of the sheet is seen: the digests of its lines."""
        return "-".join(sorted({line.mark for part in fields(self) for line in getattr(self, part.name)}))

    def kept(self) -> dict[str, Any]:
        """Return the sheet as the journal keeps it."""
        return {part.name: [line.kept() for line in getattr(self, part.name)] for part in fields(self)}

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Sheet:
        """Read a sheet back from the journal, as it was."""
        return cls(**{name: tuple(_line(one) for one in lines) for name, lines in kept.items()})


def _line(kept: dict[str, Any]) -> Line:
    return Line(**kept | {"at": datetime.fromisoformat(kept["at"]) if "at" in kept else None})
