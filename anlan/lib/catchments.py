"""Which ground drains through a point, from a grid of heights alone: an estimate as coarse as its grid, never a surveyed divide.

Known rivers are cut in first (downstream along a drawn line the bed never rises: a coarse grid closes gorges). What still has no
way out is breached by the cheapest cut of at most `BREACH` cells, else filled up to its spill (priority-flood, Barnes 2014).
Each cell then drains to the neighbour that lies lowest for its distance (D8). What reaches the grid's edge is known to be cut off.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from anlan.lib.viewshed import HALF, Bools, Floats, Ground

Ints = NDArray[np.int64]
#: A cut through what stands in the way goes over at most so many cells; beyond, the hollow is filled.
BREACH = 14
#: So many metres a known river's bed lies below the ground beside it at least, so that water finds it on flat ground.
BED = 1.0
#: And falls by so many metres from cell to cell: level, it would run backwards off the grid where the river comes in.
FALL = 0.01
#: A drawn line shorter than so many cells within the grid is left out.
SHORTEST = 3.0
#: The eight neighbours by rows and columns.
AROUND = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))


@dataclass(frozen=True)
class Flow:
    """Where the water of each cell goes: `to` by number of cell (-1: off the grid), `order` from the outlets upward.

    `km2` is what drains through a cell, itself included; `beyond` whether that reaches the grid's edge; `known` whether a drawn river
    drains through it; `rivers` the cells of the drawn lines by name.
    """

    ground: Ground
    to: Ints
    order: Ints
    km2: Floats
    beyond: Bools
    known: Bools
    rivers: dict[str, Ints]

    def cell(self, lon: float, lat: float) -> int | None:
        """Return the number of the cell around a point; None off the grid."""
        rows, columns = self.km2.shape
        row, column = (round(each) for each in self.ground.at(lon, lat))
        return row * columns + column if 0 <= row < rows and 0 <= column < columns else None

    def away(self, lon: float, lat: float) -> Floats:
        """Return how many km each cell's centre lies from a point, good for what is near."""
        row, column = self.ground.at(lon, lat)
        rows, columns = self.km2.shape
        km = self.ground.step * np.cos(np.radians(lat)) / 1000
        return np.hypot(np.arange(rows)[:, None] - row, np.arange(columns)[None, :] - column) * km

    def stream(self, lon: float, lat: float, km: float, known: bool = True) -> int | None:
        """Return the cell within so many km through which most drains; without `known`, none through which a drawn river runs."""
        near = self.away(lon, lat) <= km
        if not known:
            near &= ~self.known
        return int(np.where(near, self.km2, -1.0).argmax()) if near.any() and self.cell(lon, lat) is not None else None

    def river(self, lon: float, lat: float, km: float, name: str) -> int | None:
        """Return the cell of a drawn river next to a point, the one through which most drains around it; None where none is so near."""
        cells = self.rivers.get(name, np.empty(0, dtype=np.int64))
        if not len(cells) or self.cell(lon, lat) is None:
            return None
        away = self.away(lon, lat).ravel()[cells]
        near = cells[away <= away.min() + self.ground.step * np.cos(np.radians(lat)) / 1000]
        return int(near[self.km2.ravel()[near].argmax()]) if away.min() <= km else None

    def above(self, cell: int) -> Bools:
        """Return what drains through a cell, itself included."""
        found = np.zeros(self.to.shape, dtype=bool)
        sources, begins = self._sources
        waiting = [cell]
        while waiting:
            one = waiting.pop()
            found[one] = True
            waiting.extend(sources[begins[one] : begins[one + 1]])
        return found.reshape(self.km2.shape)

    @cached_property
    def _sources(self) -> tuple[list[int], list[int]]:
        """Return the cells by where they drain to, and where the sources of each cell begin among them."""
        sources = np.argsort(self.to, kind="stable")
        begins = np.searchsorted(self.to[sources], np.arange(len(self.to) + 1))
        return sources.tolist(), begins.tolist()

    def outline(self, cells: Bools) -> shapely.Geometry:
        """Return the outline of cells in degrees: it runs along their edges."""
        rows, columns = cells.shape
        x = (self.ground.west + np.arange(columns + 1) * self.ground.step) / HALF * 180
        y = (self.ground.north - np.arange(rows + 1) * self.ground.step) / HALF * np.pi
        lon, lat = x.round(5), np.degrees(2 * np.arctan(np.exp(y)) - np.pi / 2).round(5)
        turns = np.diff(np.pad(cells, ((0, 0), (1, 1))).astype(np.int8), axis=1)
        (row, begin), (_row, end) = np.nonzero(turns == 1), np.nonzero(turns == -1)
        return shapely.union_all(shapely.box(lon[begin], lat[row + 1], lon[end], lat[row]))


def flow(ground: Ground, rivers: Iterable[tuple[str, shapely.Geometry]] = (), breach: int = BREACH) -> Flow:
    """Return where water goes on a ground, with rivers as named lines in degrees cut into it, each drawn either way."""
    heights = ground.heights.astype(float)
    known: dict[str, list[Ints]] = {}
    lines = [(name, part) for name, line in rivers for part in _in_cells(ground, line)]
    for name, line in sorted(
        lines, key=lambda each: float(each[1].length)
    ):  # what joins another is cut first: the other's bed follows
        known.setdefault(name, []).append(_cut(heights, line))
    to, order = _drained(_breached(heights, breach))
    edge = np.ones(heights.shape, dtype=bool)
    edge[1:-1, 1:-1] = False
    cells = {name: np.unique(np.concatenate(found)) for name, found in known.items()}
    drawn = np.zeros(heights.size, dtype=bool)
    for found in cells.values():
        drawn[found] = True
    area, beyond, drawn_ = np.repeat(ground.cell_km2(), heights.shape[1]).tolist(), edge.ravel().tolist(), drawn.tolist()
    downstream = to.tolist()
    for cell in reversed(order.tolist()):
        if (below := downstream[cell]) >= 0:
            area[below] += area[cell]
            beyond[below] |= beyond[cell]
            drawn_[below] |= drawn_[cell]
    km2, cut_off, through = (np.array(each).reshape(heights.shape) for each in (area, beyond, drawn_))
    return Flow(ground, to, order, km2, cut_off, through, cells)


def _in_cells(ground: Ground, line: shapely.Geometry) -> Iterator[shapely.Geometry]:
    """Yield what of a line lies on the grid, as columns and rows."""
    rows, columns = ground.heights.shape

    def placed(degrees: Floats) -> Floats:
        x = degrees[:, 0] / 180 * HALF
        y = np.log(np.tan(np.pi / 4 + np.radians(degrees[:, 1]) / 2)) / np.pi * HALF
        found: Floats = np.column_stack([(x - ground.west) / ground.step - 0.5, (ground.north - y) / ground.step - 0.5])
        return found

    for part in shapely.get_parts(line):
        inside = shapely.intersection(shapely.transform(part, placed), shapely.box(-0.45, -0.45, columns - 0.55, rows - 0.55))
        merged = shapely.line_merge(inside) if inside.geom_type == "MultiLineString" else inside
        yield from (one for one in shapely.get_parts(merged) if one.geom_type == "LineString" and one.length > SHORTEST)


def _cut(heights: Floats, line: shapely.Geometry) -> Ints:
    """Cut a river's bed into the heights, downhill from its higher end; return its cells."""
    points = shapely.get_coordinates(shapely.line_interpolate_point(line, np.arange(0, line.length, 0.25)))
    column, row = np.rint(points).astype(np.int64).T
    new = np.append(True, (np.diff(column) != 0) | (np.diff(row) != 0))
    row, column = row[new], column[new]
    bed, end = heights[row, column], max(3, len(row) // 4)
    if bed[-end:].mean() > bed[:end].mean():
        row, column, bed = row[::-1], column[::-1], bed[::-1]
    np.minimum.at(heights, (row, column), np.minimum.accumulate(bed) - BED - FALL * np.arange(len(bed)))
    cells: Ints = row * heights.shape[1] + column
    return cells


def _breached(heights: Floats, most: int) -> Floats:
    """Return the heights with a cut from each hollow to lower ground, the cheapest one, where it goes over `most` cells at the most."""
    rows, columns = heights.shape
    wide = columns + 2
    z: list[float] = np.pad(heights, 1, constant_values=np.inf).ravel().tolist()
    steps = [(r * wide + c, float(np.hypot(r, c))) for r, c in AROUND]
    edge = np.ones((rows + 2, wide), dtype=bool)
    edge[2:-2, 2:-2] = False
    out: list[bool] = edge.ravel().tolist()
    for level, hollow in sorted(_hollows(heights)):
        if any(z[cell + step] < level for cell in hollow for step, _long in steps):
            continue  # an earlier cut has opened it
        cost, came, far = dict.fromkeys(hollow, 0.0), dict.fromkeys(hollow, -1), dict.fromkeys(hollow, 0)
        waiting, done = [(0.0, cell) for cell in hollow], set[int]()
        while waiting:
            paid, cell = heapq.heappop(waiting)
            if cell in done:
                continue
            done.add(cell)
            if z[cell] < level or (out[cell] and z[cell] <= level):
                _lower(z, came, cell, level)
                break
            if far[cell] >= most:
                continue
            for step, long in steps:
                beside = cell + step
                if beside in done or z[beside] == np.inf:
                    continue
                price = paid + (max(0.0, z[beside] - level) + 1.0) * long
                if price < cost.get(beside, np.inf):
                    cost[beside], came[beside], far[beside] = price, cell, far[cell] + 1
                    heapq.heappush(waiting, (price, beside))
    return np.array(z).reshape(rows + 2, wide)[1:-1, 1:-1]


def _lower(z: list[float], came: dict[int, int], end: int, level: float) -> None:
    """Lower the way to a cell so that it falls evenly from the hollow's level."""
    way = [end]
    while came[way[-1]] >= 0:
        way.append(came[way[-1]])
    for n, cell in enumerate(way[1:-1], start=1):
        z[cell] = min(z[cell], z[end] + (level - z[end]) * n / (len(way) - 1))


def _hollows(heights: Floats) -> Iterator[tuple[float, list[int]]]:
    """Yield the level and the cells (of the grid with a border of one) of each flat from which nothing leads down or off the grid."""
    wide = heights.shape[1] + 2
    padded = np.pad(heights, 1, constant_values=np.inf)
    lowest = np.min([np.roll(padded, (-r, -c), (0, 1)) for r, c in AROUND], axis=0)
    lowest[[1, -2], :] = lowest[:, [1, -2]] = -np.inf  # at the edge it runs off
    z, low = padded.ravel().tolist(), lowest.ravel().tolist()
    seen = np.isinf(padded).ravel().tolist()
    steps = [r * wide + c for r, c in AROUND]
    for first in np.flatnonzero((lowest >= padded) & np.isfinite(padded)).tolist():
        if seen[first]:
            continue
        level, flat, seen[first] = z[first], [first], True
        for cell in flat:
            for step in steps:
                if z[cell + step] == level and not seen[cell + step]:
                    seen[cell + step] = True
                    flat.append(cell + step)
        if all(low[cell] >= level for cell in flat):
            yield level, flat


def _drained(heights: Floats) -> tuple[Ints, Ints]:
    """Return where each cell drains to once what is left of hollows is filled, and the cells from the outlets upward."""
    rows, columns = heights.shape
    wide = columns + 2
    border = np.pad(np.zeros(heights.shape, dtype=bool), 1, constant_values=True)
    z, seen = np.pad(heights, 1).ravel().tolist(), border.ravel().tolist()
    came, steps = [-1] * len(z), [r * wide + c for r, c in AROUND]
    number = np.arange(rows * columns).reshape(rows, columns)
    edge = np.concatenate([number[0], number[-1], number[1:-1, 0], number[1:-1, -1]])
    order: list[int] = []
    waiting: list[tuple[float, int, int]] = []
    for n, cell in enumerate(((edge // columns + 1) * wide + edge % columns + 1).tolist()):
        seen[cell] = True
        waiting.append((z[cell], n, cell))
    heapq.heapify(waiting)
    level_with, count = deque[int](), len(waiting)
    while waiting or level_with:
        cell = level_with.popleft() if level_with else heapq.heappop(waiting)[2]
        order.append(cell)
        level = z[cell]
        for step in steps:
            beside = cell + step
            if seen[beside]:
                continue
            seen[beside], came[beside] = True, cell
            if z[beside] <= level:
                z[beside] = level
                level_with.append(beside)
            else:
                heapq.heappush(waiting, (z[beside], count, beside))
                count += 1
    inner = np.full(len(z), -1, dtype=np.int64).reshape(rows + 2, wide)
    inner[1:-1, 1:-1] = number
    filled = np.where(border, np.inf, np.array(z).reshape(rows + 2, wide))
    to = np.where(np.array(came) < 0, -1, inner.ravel()[came]).reshape(rows + 2, wide)[1:-1, 1:-1].copy()
    steepest = np.zeros(heights.shape)
    for r, c in AROUND:
        below = slice(1 + r, rows + 1 + r), slice(1 + c, columns + 1 + c)
        fall = (filled[1:-1, 1:-1] - filled[below]) / np.hypot(r, c)
        better = fall > steepest
        steepest[better], to[better] = fall[better], inner[below][better]
    return to.ravel(), inner.ravel()[order]
