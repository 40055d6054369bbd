"""Figures and charts: values with their unit, age, comparison and the address of their rows; a chart as SVG: bars and lines, axis, legend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import escape
from math import ceil, floor, log10
from typing import Any, Literal

#: Colours of series that have none of their own: told apart also by somebody who sees no red or green.
PALETTE = ("#0b6e75", "#e0ac1b", "#7a5ca8", "#c8553d", "#4d94ff", "#5f6b73")
#: Room around the picture, in its own units, and the colours of its text and lines.
LEFT, RIGHT, TOP, BOTTOM = 44, 10, 30, 30
INK, GRID = "#48606a", "#d8e0e4"


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


def drawn(chart: Chart, width: int = 640, height: int = 240) -> str:
    """Return a chart as an SVG element; the same chart is the same text."""
    top = _round_up(_highest(chart))
    inner = (width - LEFT - RIGHT, height - TOP - BOTTOM)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="100%" role="img"'
        f' aria-label="{escape(str(chart.title))}" font-size="11" fill="{INK}">'
    ]
    parts += _grid(chart, top, inner, width)
    if chart.empty:
        parts.append(f'<text x="{width / 2:g}" y="{height / 2:g}" text-anchor="middle">{escape(str(chart.why_empty))}</text>')
    else:
        parts += _bars(chart, top, inner)
        parts += _lines(chart, top, inner)
    parts += _legend(chart)
    return "".join([*parts, "</svg>"])


def _highest(chart: Chart) -> float:
    """Return the highest value or stack."""
    highest = 0.0
    for n in range(len(chart.labels)):
        stacks: dict[str, float] = {}
        for key, one in enumerate(chart.series):
            name = one.stack or f"{key}"
            stacks[name] = stacks.get(name, 0) + (one.points[n].value or 0)
        highest = max(highest, *stacks.values()) if stacks else highest
    return highest


def _round_up(value: float) -> float:
    """Return a round number that is not below a value, for the top of the axis."""
    if value <= 0:
        return 1
    step = 10 ** floor(log10(value))
    return float(ceil(value / step) * step)


def _grid(chart: Chart, top: float, inner: tuple[int, int], width: int) -> list[str]:
    parts = []
    for n in range(3):
        value = top * n / 2
        y = TOP + inner[1] * (1 - n / 2)
        parts.append(f'<line x1="{LEFT}" y1="{y:g}" x2="{width - RIGHT}" y2="{y:g}" stroke="{GRID}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:g}" text-anchor="end">{value:g}</text>')
    every = ceil(len(chart.labels) / 12) or 1
    for n, label in enumerate(chart.labels):
        if n % every == 0:
            x = LEFT + inner[0] * (n + 0.5) / len(chart.labels)
            parts.append(f'<text x="{x:g}" y="{TOP + inner[1] + 16}" text-anchor="middle">{escape(label)}</text>')
    return parts


def _bars(chart: Chart, top: float, inner: tuple[int, int]) -> list[str]:
    bars = [(one, colour) for one, colour in chart.coloured if one.kind == "bar"]
    stands = list(dict.fromkeys(one.stack or f"bar {n}" for n, (one, _colour) in enumerate(bars)))
    if not bars:
        return []
    room = inner[0] / len(chart.labels)
    wide = min(room * 0.7 / len(stands), 28)
    base: dict[tuple[str, int], float] = {}
    parts = []
    for n, (one, colour) in enumerate(bars):
        stand = one.stack or f"bar {n}"
        for at, point in enumerate(one.points):
            if not point.value:
                continue
            below = base.get((stand, at), 0.0)
            base[(stand, at)] = below + point.value
            high = inner[1] * point.value / top
            x = LEFT + room * (at + 0.5) + wide * (stands.index(stand) - len(stands) / 2)
            y = TOP + inner[1] * (1 - below / top) - high
            parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{colour}"/>')
    return parts


def _lines(chart: Chart, top: float, inner: tuple[int, int]) -> list[str]:
    return [
        part for one, colour in chart.coloured if one.kind == "line" for part in _line(one, colour, len(chart.labels), top, inner)
    ]


def _line(one: Series, colour: str, places: int, top: float, inner: tuple[int, int]) -> list[str]:
    """Draw a line with a break where a value is missing, and a dot at each value."""
    parts: list[str] = []
    pieces: list[list[tuple[float, float]]] = []
    run: list[tuple[float, float]] = []
    for at, point in enumerate((*one.points, None)):
        if point is None or point.value is None:
            pieces.append(run)
            run = []
            continue
        run.append((LEFT + inner[0] * (at + 0.5) / places, TOP + inner[1] * (1 - point.value / top)))
    for piece in pieces:
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>' for x, y in piece]
        if len(piece) > 1:
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in piece)
            parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.8"/>')
    return parts


def _legend(chart: Chart) -> list[str]:
    parts, x = [], float(LEFT)
    for one, colour in chart.coloured:
        name = str(one.name)
        parts.append(f'<rect x="{x:g}" y="8" width="10" height="10" fill="{colour}"/>')
        parts.append(f'<text x="{x + 14:g}" y="17">{escape(name)}</text>')
        x += 28 + sum(11 if ord(letter) > 0x2E80 else 6.2 for letter in name)
    return parts
