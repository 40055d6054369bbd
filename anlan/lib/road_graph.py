"""A graph of roads: where a place joins it, the quickest way under closures, and the times between many places; pure, no database.

Shortest paths are found by customizable contraction hierarchies (Dibbelt, Strasser, Wagner 2016) as RoutingKit does them: one topology,
and for each set of closures a metric of its own in which a closed road has no finite length. No one-way streets and no forbidden turns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import asin, cos, radians, sin, sqrt
from typing import Any

import numpy as np
import shapely
import shapely.ops
from pyroutingkit import INF_WEIGHT, CCHMetric, CCHTopology

Spot = tuple[float, float]
EARTH_M = 6_371_008.8
#: Metres in a degree of latitude, for nearest roads; lengths are told by the great circle.
DEGREE_M = 111_195.0
#: Ends of roads that agree to so many digits (about 1 m) are one junction.
DIGITS = 5
#: The class under which speed away from all known roads is told.
OFF_ROAD = "off_road"


@dataclass(frozen=True)
class Edge:
    """A piece of road between two junctions: its code, class, course (longitude, latitude), and whether a program drew it to close a gap."""

    code: str
    road_class: str
    course: tuple[Spot, ...]
    derived: bool = False

    @cached_property
    def metres(self) -> float:
        """Return its length along the great circles."""
        return sum(metres(a, b) for a, b in zip(self.course, self.course[1:], strict=False))


@dataclass(frozen=True)
class Joined:
    """Where a place joins the roads: on which edge, at which share of it, at which point, and how far away that is."""

    edge: int
    share: float
    at: Spot
    metres: float


@dataclass(frozen=True)
class Route:
    """A way from one place to another. Times in seconds, lengths in metres; `first` and `last` lie off the known roads."""

    course: tuple[Spot, ...]
    seconds: float
    metres: float
    first: float
    last: float
    edges: tuple[str, ...]
    #: Metres by class of road, and those that a program drew.
    by_class: dict[str, float] = field(default_factory=dict)
    derived: float = 0.0


def metres(a: Spot, b: Spot) -> float:
    """Return the distance between two places (degrees) on a sphere, in metres."""
    lon1, lat1, lon2, lat2 = map(radians, (*a, *b))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(half)))


class RoadGraph:
    """Roads with a speed (km/h) for each class; made once, asked under any closures by `under`."""

    def __init__(self, edges: Sequence[Edge], speeds: Mapping[str, float]) -> None:
        """Number the junctions and build the hierarchy; ValueError where there is no road, or a class has no speed."""
        if not edges:
            raise ValueError("a graph of roads wants at least one road")
        if missing := {e.road_class for e in edges} - set(speeds) | ({OFF_ROAD} - set(speeds)):
            raise ValueError(f"no speed for {sorted(missing)}")
        self.edges, self.speeds = tuple(edges), dict(speeds)
        self.number = {e.code: at for at, e in enumerate(self.edges)}
        known: dict[Spot, int] = {}
        ends = [tuple(known.setdefault(_junction(spot), len(known)) for spot in (e.course[0], e.course[-1])) for e in self.edges]
        self.nodes = tuple(known)
        self.tail, self.head = (np.array([pair[i] for pair in ends], dtype=np.uint32) for i in (0, 1))
        self.metres = np.array([e.metres for e in self.edges])
        self.seconds = self.metres / np.array([speeds[e.road_class] / 3.6 for e in self.edges])
        self.main = _largest(len(known), self.tail, self.head)
        self._topology = CCHTopology()
        lon, lat = (np.array([spot[i] for spot in self.nodes], dtype=np.float32) for i in (0, 1))
        both = (np.concatenate([self.tail, self.head]), np.concatenate([self.head, self.tail]))
        self._topology.build(*both, lat, lon, len(known))
        self._squeeze = cos(radians(float(lat.mean())))
        self._lines = np.array([shapely.LineString([self.flat(spot) for spot in e.course]) for e in self.edges])
        self._tree = shapely.STRtree(self._lines)

    def flat(self, spot: Spot) -> Spot:
        """Return a place on a plane in metres, true at the middle of the graph."""
        return spot[0] * self._squeeze * DEGREE_M, spot[1] * DEGREE_M

    def touched(self, shape: Any, within: float = 0.0) -> frozenset[str]:
        """Return the codes of the roads that come within so many metres of a shape (shapely, degrees)."""
        plane = shapely.transform(shape, lambda xy: xy * [self._squeeze * DEGREE_M, DEGREE_M])
        return frozenset(self.edges[i].code for i in self._tree.query(plane, predicate="dwithin", distance=max(within, 0.01)))

    def under(self, closed: Iterable[str] = ()) -> Network:
        """Return the roads as they are while some of them are closed; codes that are no road here are passed over."""
        return Network(self, frozenset(self.number[code] for code in closed if code in self.number))

    def nearest(self, spot: Spot, allowed: np.ndarray[Any, Any]) -> int:
        """Return the nearest of the allowed edges."""
        point = shapely.Point(self.flat(spot))
        for found in np.atleast_1d(self._tree.query_nearest(point)):
            if allowed[found]:
                return int(found)
        far = np.where(allowed, shapely.distance(self._lines, point), np.inf)
        return int(far.argmin())

    def join(self, spot: Spot, edge: int) -> Joined:
        """Return where a place meets an edge."""
        line = self._lines[edge]
        point = shapely.Point(self.flat(spot))
        share = float(shapely.line_locate_point(line, point, normalized=True))
        on = shapely.line_interpolate_point(line, share, normalized=True)
        at = (on.x / self._squeeze / DEGREE_M, on.y / DEGREE_M)
        return Joined(edge, share, at, metres(spot, at))

    def part(self, edge: int, start: float, end: float) -> list[Spot]:
        """Return the course of an edge from one share of it to another, in that direction."""
        piece = shapely.ops.substring(self._lines[edge], min(start, end), max(start, end), normalized=True)
        course = [(x / self._squeeze / DEGREE_M, y / DEGREE_M) for x, y in piece.coords]
        return course if start <= end else course[::-1]


class Network:
    """A graph of roads under closures."""

    def __init__(self, graph: RoadGraph, closed: frozenset[int]) -> None:
        """Give each closed road no finite length."""
        self.graph, self.closed = graph, closed
        self._open = np.ones(len(graph.edges), dtype=bool)
        self._open[list(closed)] = False
        weight = np.maximum(np.rint(graph.seconds * 1000), 1)
        self._weight = np.where(self._open, weight, INF_WEIGHT).astype(np.uint32)
        self._metric = CCHMetric(graph._topology)
        self._metric.customize(np.concatenate([self._weight, self._weight]))
        self._allowed = self._open & graph.main

    def join(self, spot: Spot) -> Joined | None:
        """Return where a place joins the open roads of the connected part; None where all are closed."""
        if not self._allowed.any():
            return None
        return self.graph.join(spot, self.graph.nearest(spot, self._allowed))

    def matrix(self, sources: Sequence[Spot], targets: Sequence[Spot]) -> np.ndarray[Any, Any]:
        """Return the seconds from each source to each target, infinite where no open road leads; ways off the roads counted in."""
        starts, ends = [self.join(spot) for spot in sources], [self.join(spot) for spot in targets]
        if not starts or not ends or any(one is None for one in (*starts, *ends)):
            return np.full((len(sources), len(targets)), np.inf)
        from_nodes, from_cost = self._approaches(starts)
        to_nodes, to_cost = self._approaches(ends)
        way = np.asarray(self._metric.distances_many_to_many(from_nodes, to_nodes)).astype(float)
        way = np.where(way >= INF_WEIGHT, np.inf, way / 1000).reshape(len(from_nodes), len(to_nodes))
        way = way + from_cost[:, None] + to_cost[None, :]
        found = way.reshape(len(starts), 2, len(ends), 2).min(axis=(1, 3))
        for i, a in enumerate(starts):
            for j, b in enumerate(ends):
                if a.edge == b.edge:  # type: ignore[union-attr]
                    found[i, j] = min(found[i, j], self._along(a, b))
        off = self._off_road()
        first, last = (np.array([one.metres / off for one in side]) for side in (starts, ends))  # type: ignore[union-attr]
        return found + first[:, None] + last[None, :]

    def route(self, source: Spot, target: Spot) -> Route | None:
        """Return the quickest way over open roads, the straight ways to and from them counted in; None where there is none."""
        start, end = self.join(source), self.join(target)
        if start is None or end is None:
            return None
        best: tuple[float, list[tuple[int, float, float]]] | None = None
        if start.edge == end.edge:
            best = (self._along(start, end), [(start.edge, start.share, end.share)])
        from_nodes, from_cost = self._approaches([start])
        to_nodes, to_cost = self._approaches([end])
        for i in (0, 1):
            for j in (0, 1):
                far, _junctions, arcs = self._metric.query(int(from_nodes[i]), int(to_nodes[j]))
                if far >= INF_WEIGHT:
                    continue
                cost = from_cost[i] + far / 1000 + to_cost[j]
                if best is None or cost < best[0]:
                    steps = [(start.edge, start.share, float(i)), *self._steps(arcs), (end.edge, float(j), end.share)]
                    best = (cost, steps)
        return None if best is None else self._told(best[0], best[1], start, end)

    def _told(self, seconds: float, steps: list[tuple[int, float, float]], start: Joined, end: Joined) -> Route:
        graph = self.graph
        course: list[Spot] = []
        by_class: dict[str, float] = defaultdict(float)
        derived = 0.0
        used = [step for step in steps if step[1] != step[2]]
        for edge, a, b in used:
            piece = graph.part(edge, a, b)
            course += piece[1:] if course else piece
            length = float(graph.metres[edge]) * abs(a - b)
            by_class[graph.edges[edge].road_class] += length
            derived += length if graph.edges[edge].derived else 0.0
        off = self._off_road()
        return Route(
            course=tuple(course or [start.at, end.at]),
            seconds=seconds + (start.metres + end.metres) / off,
            metres=sum(by_class.values()),
            first=start.metres,
            last=end.metres,
            edges=tuple(dict.fromkeys(graph.edges[edge].code for edge, _a, _b in used)),
            by_class=dict(by_class),
            derived=derived,
        )

    def _steps(self, arcs: Iterable[int]) -> list[tuple[int, float, float]]:
        """Return the edges of a path of arcs (first all forwards, then all backwards), each with the shares from and to which it is driven."""
        count = len(self.graph.edges)
        return [(arc, 0.0, 1.0) if arc < count else (arc - count, 1.0, 0.0) for arc in map(int, arcs)]

    def _approaches(self, joined: Sequence[Joined | None]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Return both ends of the edge of each place, and the seconds to them."""
        nodes, cost = [], []
        for one in joined:
            assert one is not None
            seconds = float(self.graph.seconds[one.edge])
            nodes += [int(self.graph.tail[one.edge]), int(self.graph.head[one.edge])]
            cost += [seconds * one.share, seconds * (1 - one.share)]
        return np.array(nodes, dtype=np.uint32), np.array(cost)

    def _along(self, a: Joined | None, b: Joined | None) -> float:
        assert a is not None and b is not None
        return float(self.graph.seconds[a.edge]) * abs(a.share - b.share)

    def _off_road(self) -> float:
        return self.graph.speeds[OFF_ROAD] / 3.6


def _junction(spot: Spot) -> Spot:
    return round(spot[0], DIGITS), round(spot[1], DIGITS)


def _largest(count: int, tail: np.ndarray[Any, Any], head: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return which edges lie in the largest connected part: a place is never joined to a stray piece that leads nowhere."""
    root = list(range(count))

    def top(at: int) -> int:
        while root[at] != at:
            root[at] = root[root[at]]
            at = root[at]
        return at

    for a, b in zip(tail.tolist(), head.tolist(), strict=True):
        root[top(a)] = top(b)
    tops = np.array([top(a) for a in tail.tolist()])
    values, sizes = np.unique(tops, return_counts=True)
    return np.asarray(tops == values[sizes.argmax()])
