"""What a figure and a chart are: values with their unit, age, comparison, and the address of the rows that they count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

#: Colours of series that have none of their own: told apart also by somebody who sees no red or green.
PALETTE = ("#0b6e75", "#e0ac1b", "#7a5ca8", "#c8553d", "#4d94ff", "#5f6b73")


@dataclass(frozen=True)
class Figure:
    """One number: `of` is the whole that it is a part of, `was` what it is compared with, `note` says compared with what or made up of what."""

    label: Any
    value: float | int | None
    unit: Any = ""
    digits: int = 0
    of: float | int | None = None
    was: float | int | None = None
    note: Any = ""
    at: datetime | None = None
    #: The rows behind it.
    url: str = ""

    @property
    def change(self) -> float | None:
        """Return by how much it is more than what it is compared with."""
        return None if self.value is None or self.was is None else self.value - self.was

    @property
    def told(self) -> str:
        """Return the value as a page shows it."""
        return "—" if self.value is None else f"{self.value:,.{self.digits}f}"


@dataclass(frozen=True)
class Point:
    """One value of a series; None is a gap, which is never drawn as nought. `url` leads to the rows behind it."""

    value: float | None
    url: str = ""


@dataclass(frozen=True)
class Series:
    """A row of values, one for each place on the chart's axis."""

    name: Any
    points: tuple[Point, ...]
    colour: str = ""
    kind: Literal["bar", "line"] = "bar"
    #: Bars of one stack stand on each other.
    stack: str = ""


@dataclass(frozen=True)
class Chart:
    """Series over named places on an axis. `why_empty` is what is said where there is nothing to draw; a chart is never blank."""

    title: Any
    axis: Any
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: Any = ""
    digits: int = 0
    why_empty: Any = ""

    @property
    def empty(self) -> bool:
        """Return whether no series has any value other than nought."""
        return not any(point.value for one in self.series for point in one.points)

    @property
    def coloured(self) -> list[tuple[Series, str]]:
        """Return each series with its colour."""
        return [(one, one.colour or PALETTE[n % len(PALETTE)]) for n, one in enumerate(self.series)]

    @property
    def rows(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return the chart as a table: for each place its label and, per series, (value in words, address)."""
        return [
            (label, [(self._told(one.points[n].value), one.points[n].url) for one in self.series])
            for n, label in enumerate(self.labels)
        ]

    @property
    def data(self) -> dict[str, Any]:
        """Return what the browser draws."""
        series = [
            {
                "name": str(one.name),
                "kind": one.kind,
                "stack": one.stack,
                "colour": colour,
                "values": [point.value for point in one.points],
                "urls": [point.url for point in one.points],
            }
            for one, colour in self.coloured
        ]
        return {"labels": list(self.labels), "unit": str(self.unit), "digits": self.digits, "series": series}

    def _told(self, value: float | None) -> str:
        return "—" if value is None else f"{value:,.{self.digits}f}"
