"""Figures and charts: values with their unit, age, comparison and the address of their rows; a chart as SVG: bars and lines, axis, legend."""

from __future__ import annotations

import itertools
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
    def text(self) -> str:
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
class Mark:
    """A value that others are held against, drawn as a line across the picture with its name: a threshold."""

    name: Any
    value: float
    colour: str = INK


@dataclass(frozen=True)
class Chart:
    """Series over named places on an axis. `why_empty` is what is said where there is nothing to draw; a chart is never blank.

    `scaled` lets the axis begin near the lowest value, which is for lines alone: a bar that does not begin at nought lies. Where values are
    states, `words` says what each number is called: the axis tells them in words, and a line goes in steps, since nothing lies between two states.
    """

    title: Any
    axis: Any
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: Any = ""
    digits: int = 0
    why_empty: Any = ""
    marks: tuple[Mark, ...] = ()
    scaled: bool = False
    words: tuple[tuple[float, str], ...] = ()

    @property
    def empty(self) -> bool:
        """Return whether no series has any value other than nought; of states nought is one too."""
        told = (point.value for one in self.series for point in one.points)
        return all(value is None for value in told) if self.words else not any(told)

    @property
    def coloured(self) -> list[tuple[Series, str]]:
        """Return each series with its colour."""
        return [(one, one.colour or PALETTE[n % len(PALETTE)]) for n, one in enumerate(self.series)]

    @property
    def rows(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return the chart as a table: for each place its label and, per series, (value in words, address)."""
        return [
            (label, [(self._text(one.points[n].value), one.points[n].url) for one in self.series])
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
        marks = [{"name": str(one.name), "value": one.value, "colour": one.colour} for one in self.marks]
        shape = {"labels": list(self.labels), "unit": str(self.unit), "digits": self.digits, "scaled": self.scaled}
        return {**shape, "series": series, "marks": marks, "words": [list(pair) for pair in self.words]}

    def kept(self) -> dict[str, Any]:
        """Return the chart as plain values, in the words in which it was read."""
        texts = {name: str(getattr(self, name)) for name in ("title", "axis", "unit", "why_empty")}
        series = [{name: value for name, value in one.items() if name != "urls"} for one in self.data["series"]]
        return {**texts, **self.data, "series": series}

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Chart:
        """Read a chart back as it was."""
        series = tuple(
            Series(one["name"], tuple(Point(value) for value in one["values"]), one["colour"], one["kind"], one["stack"])
            for one in kept["series"]
        )
        marks = tuple(Mark(**one) for one in kept["marks"])
        words = tuple((value, word) for value, word in kept.get("words", ()))
        return cls(**kept | {"labels": tuple(kept["labels"]), "series": series, "marks": marks, "words": words})

    @property
    def headers(self) -> list[str]:
        """Return the heads of that table: the axis, then each series with the unit."""
        named = (f"{one.name} ({self.unit})" if self.unit and self.unit != one.name else str(one.name) for one in self.series)
        return [str(self.axis), *named]

    def _text(self, value: float | None) -> str:
        return "—" if value is None else dict(self.words).get(value, f"{value:,.{self.digits}f}")


@dataclass(frozen=True)
class _Room:
    """The part of the picture that the values are drawn in, and what its axis reaches from and to."""

    width: int
    height: int
    low: float
    high: float
    left: float = LEFT

    def y(self, value: float) -> float:
        """Return how far down a value lies."""
        return TOP + self.height * (1 - (value - self.low) / (self.high - self.low))

    def x(self, place: float, places: int) -> float:
        """Return how far to the right a place of the axis lies."""
        return self.left + self.width * (place + 0.5) / places


def drawn(chart: Chart, width: int = 640, height: int = 240) -> str:
    """Return a chart as an SVG element; the same chart is the same text."""
    left = max([LEFT, *(_long(word) + 12 for _value, word in chart.words)])
    room = _Room(round(width - left - RIGHT), height - TOP - BOTTOM, *_axis_range(chart), left)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="100%" role="img"'
        f' aria-label="{escape(str(chart.title))}" font-size="11" fill="{INK}">'
    ]
    parts += _grid(chart, room)
    if chart.empty:
        parts.append(f'<text x="{width / 2:g}" y="{height / 2:g}" text-anchor="middle">{escape(str(chart.why_empty))}</text>')
    else:
        parts += _bars(chart, room)
        parts += _lines(chart, room)
    parts += _marks(chart, room)
    if len(chart.series) > 1 or not chart.marks:
        parts += _legend(chart)
    return "".join([*parts, "</svg>"])


def _axis_range(chart: Chart) -> tuple[float, float]:
    """Return what the axis reaches from and to: nought to a round number, around the values of a scaled chart, from the first state to the last."""
    if chart.words:
        return chart.words[0][0] - 0.5, chart.words[-1][0] + 0.5
    if not chart.scaled or chart.empty:
        return 0.0, _round_up(max(_highest(chart), *(one.value for one in chart.marks), 0))
    drawn_values = [point.value for one in chart.series for point in one.points if point.value is not None]
    values = [*drawn_values, *(one.value for one in chart.marks)]
    room = max(max(values) - min(values), 0.5) / 8
    return float(floor((min(values) - room) * 10) / 10), float(ceil((max(values) + room) * 10) / 10)


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


def _grid(chart: Chart, room: _Room) -> list[str]:
    parts = []
    thirds = [room.low + (room.high - room.low) * n / 2 for n in range(3)]
    for value, word in chart.words or [(value, f"{round(value, 2):g}") for value in thirds]:
        y, right = room.y(value), room.left + room.width
        parts.append(f'<line x1="{room.left:g}" y1="{y:g}" x2="{right:g}" y2="{y:g}" stroke="{GRID}"/>')
        parts.append(f'<text x="{room.left - 6:g}" y="{y + 4:g}" text-anchor="end">{escape(word)}</text>')
    every = ceil(len(chart.labels) / min(12, max(2, room.width // 46))) or 1
    for n, label in enumerate(chart.labels):
        if n % every == 0:
            x = room.x(n, len(chart.labels))
            parts.append(f'<text x="{x:g}" y="{TOP + room.height + 16}" text-anchor="middle">{escape(label)}</text>')
    return parts


def _marks(chart: Chart, room: _Room) -> list[str]:
    """Draw each mark's line with its name on it; one that lies beyond the axis is left out."""
    parts = []
    for one in chart.marks:
        if room.low <= one.value <= room.high:
            y = room.y(one.value)
            parts.append(
                f'<line x1="{room.left:g}" y1="{y:.1f}" x2="{room.left + room.width:g}" y2="{y:.1f}" stroke="{one.colour}" stroke-width="1.4"/>'
            )
            words = escape(str(one.name) if chart.words else f"{one.name} {one.value:,.{chart.digits}f}")
            parts.append(
                f'<text x="{room.left + room.width:g}" y="{y - 6:.1f}" text-anchor="end" fill="{one.colour}">{words}</text>'
            )
    return parts


def _bars(chart: Chart, room: _Room) -> list[str]:
    bars = [(one, colour) for one, colour in chart.coloured if one.kind == "bar"]
    stands = list(dict.fromkeys(one.stack or f"bar {n}" for n, (one, _colour) in enumerate(bars)))
    if not bars:
        return []
    wide = min(room.width / len(chart.labels) * 0.7 / len(stands), 28)
    base: dict[tuple[str, int], float] = {}
    parts = []
    for n, (one, colour) in enumerate(bars):
        stand = one.stack or f"bar {n}"
        for at, point in enumerate(one.points):
            if not point.value:
                continue
            below = base.get((stand, at), 0.0)
            base[(stand, at)] = below + point.value
            y = room.y(below + point.value)
            high = room.y(below) - y
            x = room.x(at, len(chart.labels)) + wide * (stands.index(stand) - len(stands) / 2)
            parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{colour}"/>')
    return parts


def _lines(chart: Chart, room: _Room) -> list[str]:
    lines = [(one, colour) for one, colour in chart.coloured if one.kind == "line"]
    return [part for one, colour in lines for part in _line(one, colour, len(chart.labels), room, bool(chart.words))]


def _line(one: Series, colour: str, places: int, room: _Room, steps: bool) -> list[str]:
    """Draw a line with a break where a value is missing, and a dot at each value; in steps where a value holds until the next."""
    parts: list[str] = []
    pieces: list[list[tuple[float, float]]] = []
    run: list[tuple[float, float]] = []
    for at, point in enumerate((*one.points, None)):
        if point is None or point.value is None:
            pieces.append(run)
            run = []
            continue
        run.append((room.x(at, places), room.y(point.value)))
    for piece in pieces:
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>' for x, y in piece]
        if len(piece) > 1:
            piece = _stepped(piece) if steps else piece  # noqa: PLW2901
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in piece)
            parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.8"/>')
    return parts


def _stepped(piece: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return [piece[0], *(point for (_x, y), (x, to) in itertools.pairwise(piece) for point in ((x, y), (x, to)))]


def _long(text: str) -> float:
    """Return about how long a text is in the picture's units."""
    return sum(11 if ord(letter) > 0x2E80 else 6.2 for letter in text)


def _legend(chart: Chart) -> list[str]:
    parts, x = [], float(LEFT)
    for one, colour in chart.coloured:
        name = str(one.name)
        parts.append(f'<rect x="{x:g}" y="8" width="10" height="10" fill="{colour}"/>')
        parts.append(f'<text x="{x + 14:g}" y="17">{escape(name)}</text>')
        x += 28 + _long(name)
    return parts
