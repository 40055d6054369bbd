"""A chart as SVG, for documents and for browsers before their script has come: bars and lines, axis, legend, nothing else."""

from __future__ import annotations

from math import ceil, floor, log10

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from anlan.kit.figures.declaration import Chart, Series

LEFT, RIGHT, TOP, BOTTOM = 44, 10, 30, 30
INK, GRID = "#48606a", "#d8e0e4"


def drawn(chart: Chart, width: int = 640, height: int = 240) -> SafeString:
    """Return a chart as an SVG element; the same chart is the same text."""
    top = _round_up(_highest(chart))
    inner = (width - LEFT - RIGHT, height - TOP - BOTTOM)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="100%" role="img"'
        f' aria-label="{escape(chart.title)}" font-size="11" fill="{INK}">'
    ]
    parts += _grid(chart, top, inner, width)
    if chart.empty:
        parts.append(f'<text x="{width / 2:g}" y="{height / 2:g}" text-anchor="middle">{escape(chart.why_empty)}</text>')
    else:
        parts += _bars(chart, top, inner)
        parts += _lines(chart, top, inner)
    parts += _legend(chart)
    return mark_safe("".join([*parts, "</svg>"]))  # noqa: S308  every text in it is escaped above


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
