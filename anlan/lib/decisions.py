"""The decision sheet: what a grave step is about, what it does, what may be wrong, who must agree; shown before it and kept with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from anlan.lib import charts, sketches
from anlan.lib.charts import Chart
from anlan.lib.sketches import Sketch

#: The parts of a sheet that are told in lines.
LINES = ("about", "text", "effects", "doubts", "others")


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
    def text(self) -> str:
        """Return the value as a page shows it."""
        return f"{self.value:,.{self.digits}f}" if isinstance(self.value, int | float) else str(self.value)

    @property
    def numeric(self) -> bool:
        """Return whether the value is a number, which may be shown large."""
        return self.text[:1].isdigit() and len(self.text) < 12

    @property
    def mark(self) -> str:
        """Return a digest of what must not change unseen."""
        known = (self.label, self.level) if self.live else (self.label, self.level, self.text, self.unit, self.note, self.at)
        return hashlib.sha256(repr([str(one) for one in known]).encode()).hexdigest()[:10]

    def kept(self) -> dict[str, Any]:
        """Return the line as JSON, in the words in which it was read."""
        known: dict[str, Any] = {name: str(getattr(self, name)) for name in ("label", "unit", "note", "url")}
        known |= {"value": self.text, "level": self.level, "live": self.live, "at": self.at.isoformat() if self.at else None}
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
    #: Where it is, and how the values have gone; they creep, so that their change alone refuses nothing.
    maps: tuple[Sketch, ...] = ()
    courses: tuple[Chart, ...] = ()

    @property
    def pictures(self) -> list[tuple[str, str]]:
        """Return the maps and courses as (title, SVG), in the colour of the text around them."""
        found = [(str(one.title), sketches.drawn(one, 560)) for one in self.maps]
        for one in self.courses:
            drawn = charts.drawn(one, 560, 230).replace(charts.INK, "currentColor")
            found.append((str(one.title), drawn.replace(f'"{charts.GRID}"', '"currentColor" stroke-opacity="0.2"')))
        return found

    @property
    def sections(self) -> dict[str, tuple[Line, ...]]:
        """Return what is told in lines, by its heading."""
        return {name: getattr(self, name) for name in LINES}

    def changed_since(self, earlier: Sheet) -> list[tuple[Line, Line]]:
        """Return the lines that said something else on an earlier sheet, each as (now, then)."""
        then = {(name, str(line.label)): line for name, lines in earlier.sections.items() for line in lines}
        found = []
        for name in ("about", "effects"):
            for line in self.sections[name]:
                before = then.get((name, str(line.label)))
                if before is not None and (before.text, before.level) != (line.text, line.level):
                    found.append((line, before))
        return found

    @property
    def version(self) -> str:
        """Return by what a change of the sheet is seen: the digests of its lines."""
        return "-".join(sorted({line.mark for lines in self.sections.values() for line in lines}))

    def kept(self) -> dict[str, Any]:
        """Return the sheet as the journal keeps it."""
        stored: dict[str, Any] = {name: [line.kept() for line in lines] for name, lines in self.sections.items()}
        drawn = {"maps": [one.kept() for one in self.maps], "courses": [one.kept() for one in self.courses]}
        return stored | {name: found for name, found in drawn.items() if found}

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Sheet:
        """Read a sheet back from the journal, as it was."""
        read = {name: tuple(_line(one) for one in kept.get(name, ())) for name in LINES}
        maps = tuple(Sketch.read(one) for one in kept.get("maps", ()))
        return cls(**read, maps=maps, courses=tuple(Chart.read(one) for one in kept.get("courses", ())))


def _line(kept: dict[str, Any]) -> Line:
    return Line(**kept | {"at": datetime.fromisoformat(kept["at"]) if "at" in kept else None})
