"""A small map as a picture: outlines, rivers, areas and marks in degrees, drawn as SVG and kept as plain values; pure, no tiles, no browser."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from math import cos, radians
from typing import Any, Literal

Path = tuple[tuple[float, float], ...]
#: The inks of levels, dark enough on paper and light enough at night; 0 is no level.
INKS = {0: "#1a98a0", 1: "#4d94ff", 2: "#c79200", 3: "#ee7420", 4: "#e8414c"}
#: How wide letters of the label's size are: Chinese ones, others.
WIDE, NARROW = 12.0, 6.6
TALL = 14.0


@dataclass(frozen=True)
class Shape:
    """One thing on the map: land and rivers lie below, an area is what it is about, dashed as it was before; a route is a way, a mark a named point."""

    kind: Literal["land", "river", "before", "area", "route", "mark"]
    paths: tuple[Path, ...]
    label: Any = ""
    level: int = 0
    #: Where the label stands, where that is not the middle.
    at: tuple[float, float] | None = None

    def kept(self) -> dict[str, Any]:
        """Return the shape as plain values."""
        known = {"kind": self.kind, "paths": self.paths, "label": str(self.label), "level": self.level, "at": self.at}
        return {name: value for name, value in known.items() if value}

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Shape:
        """Read a shape back."""
        paths = tuple(tuple((x, y) for x, y in path) for path in kept["paths"])
        return cls(**kept | {"paths": paths, "at": tuple(kept["at"]) if "at" in kept else None})


@dataclass(frozen=True)
class Sketch:
    """A map with a title, of what lies between west, south, east and north."""

    title: Any
    bounds: tuple[float, float, float, float]
    shapes: tuple[Shape, ...]

    def kept(self) -> dict[str, Any]:
        """Return the map as plain values."""
        return {"title": str(self.title), "bounds": self.bounds, "shapes": [shape.kept() for shape in self.shapes]}

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Sketch:
        """Read a map back."""
        west, south, east, north = kept["bounds"]
        return cls(kept["title"], (west, south, east, north), tuple(Shape.read(one) for one in kept["shapes"]))


@dataclass
class _Paper:
    """From degrees to places on the picture; labels that would lie over others are left out."""

    bounds: tuple[float, float, float, float]
    width: int
    taken: list[tuple[float, float, float, float]]

    @property
    def height(self) -> int:
        west, south, east, north = self.bounds
        wide = (east - west) * cos(radians((south + north) / 2))
        return round(self.width * (north - south) / wide)

    def spot(self, at: tuple[float, float]) -> tuple[float, float]:
        west, south, east, north = self.bounds
        return (at[0] - west) / (east - west) * self.width, (north - at[1]) / (north - south) * self.height

    def drawn(self, path: Path, closed: bool) -> str:
        spots = [self.spot(at) for at in path]
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in spots) + ("Z" if closed else "")

    def label(self, text: str, at: tuple[float, float], size: int) -> str:
        """Write a label at a place of the picture, if there is room for it."""
        x, y = at
        wide = sum(WIDE if ord(letter) > 0x2E80 else NARROW for letter in text) * size / 12
        if not (0 < y < self.height and 0 < x < self.width):
            return ""
        x = min(max(x, wide / 2 + 2), self.width - wide / 2 - 2)
        box = (x - wide / 2, y - TALL, x + wide / 2, y + 3)
        if any(box[0] < right and left < box[2] and box[1] < low and high < box[3] for left, high, right, low in self.taken):
            return ""
        self.taken.append(box)
        look = 'fill-opacity="0.7"' if size < 13 else 'font-weight="600"'
        return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" font-size="{size}" {look} class="halo">{escape(text)}</text>'


def drawn(sketch: Sketch, width: int = 640) -> str:
    """Return a map as an SVG element; the same map is the same text. What has no level of its own is drawn in the colour of text."""
    paper = _Paper(sketch.bounds, width, [])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {paper.height}" width="100%" role="img"'
        f' aria-label="{escape(str(sketch.title))}" fill="currentColor" class="sketch">'
    ]
    order = ("land", "river", "area", "before", "route", "mark")
    shapes = sorted(sketch.shapes, key=lambda shape: (order.index(shape.kind), shape.level))
    parts += [_figure(paper, shape) for shape in shapes]
    parts += _labels(paper, reversed(shapes))
    return "".join([*parts, "</svg>"])


def _figure(paper: _Paper, shape: Shape) -> str:
    ink = INKS.get(shape.level, INKS[0])
    if shape.kind == "mark":
        x, y = paper.spot(shape.paths[0][0])
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="{ink}" stroke="#ffffff" stroke-width="2"/>'
    path = "".join(paper.drawn(one, shape.kind in ("land", "area")) for one in shape.paths)
    if shape.kind == "before":
        return f'<path d="{path}" fill="none" stroke="currentColor" stroke-width="1.6" stroke-dasharray="6 4"/>'
    if shape.kind == "route":
        return f'<path d="{path}" fill="none" stroke="{ink}" stroke-width="3.4" stroke-linejoin="round" stroke-linecap="round"/>'
    if shape.kind == "river":
        return f'<path d="{path}" fill="none" stroke="#5b9bd5" stroke-width="1.6" stroke-opacity="0.8"/>'
    if shape.kind == "land":
        return f'<path d="{path}" fill-opacity="0.04" stroke="currentColor" stroke-opacity="0.35" stroke-width="0.8"/>'
    return f'<path d="{path}" fill="{ink}" fill-opacity="0.28" stroke="{ink}" stroke-width="1.8"/>'


def _labels(paper: _Paper, shapes: Iterable[Shape]) -> list[str]:
    """Write the labels, what it is about first; those of marks stand above them, or below where something else does."""
    told = [shape for shape in shapes if shape.label]
    for shape in told:
        if shape.kind == "mark":
            x, y = paper.spot(shape.paths[0][0])
            paper.taken.append((x - 7, y - 7, x + 7, y + 7))
    parts = []
    for shape in told:
        words = str(shape.label)
        if shape.kind == "mark":
            x, y = paper.spot(shape.paths[0][0])
            parts.append(paper.label(words, (x, y - 11), 13) or paper.label(words, (x, y + 22), 13))
        elif shape.at is not None:
            parts.append(paper.label(words, paper.spot(shape.at), 13 if shape.kind == "area" else 11))
    return parts


def shaded(title: Any, areas: Iterable[tuple[str, Any, float | None, bool]], breaks: tuple[float, ...], width: int = 640) -> str:
    """Return areas (label, outline in degrees, value, whether it is doubtful) as an SVG map, each the darker the higher its value.

    One ink in steps, which is no colour of a level; a doubtful area has a broken edge.
    """
    rows = [(label, outline.simplify(0.004), value, doubtful) for label, outline, value, doubtful in areas]
    boxes = [outline.bounds for _label, outline, _value, _doubtful in rows]
    bounds = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
    paper = _Paper(bounds, width, [])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {paper.height}" width="100%" role="img"'
        f' aria-label="{escape(str(title))}" class="sketch">'
    ]
    for label, outline, value, doubtful in rows:
        rings = [tuple(one.exterior.coords) for one in getattr(outline, "geoms", [outline])]
        path = "".join(paper.drawn(ring, True) for ring in rings)
        step = 0 if value is None else sum(value >= limit for limit in breaks)
        edge = ' stroke-dasharray="3 3"' if doubtful else ""
        parts.append(
            f'<path d="{path}" fill="{INKS[0]}" fill-opacity="{0.02 + 0.18 * step:.2f}" stroke="currentColor"'
            f' stroke-opacity="0.45" stroke-width="0.8"{edge}><title>{escape(label)}</title></path>'
        )
    return "".join([*parts, "</svg>"])
