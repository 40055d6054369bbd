"""Readers of roads: the graph, what is closed, ways and times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Count, Max

from anlan.apps.roads import rules
from anlan.apps.roads.choices import ClosureState
from anlan.apps.roads.models import Closure, RoadClass, RoadPiece
from anlan.apps.roads.rules import Way
from anlan.kit import clock
from anlan.kit.records import readable
from anlan.kit.scope import Scope, current, entered
from anlan.lib.road_graph import OFF_ROAD, Edge, Network, RoadGraph, Spot

#: The graphs of this process by what they were made of, and the last networks under closures.
_graphs: dict[Any, RoadGraph | None] = {}
_networks: dict[Any, Network] = {}
#: So many of each are held.
HELD = 4


@dataclass(frozen=True)
class ClosureFact:
    """A standing closure for neighbours."""

    id: int
    place: str
    area: str
    pieces: tuple[str, ...]
    since: datetime


def _stamp() -> tuple[Any, ...]:
    pieces = RoadPiece.objects.aggregate(n=Count("pk"), at=Max("changed_at"))
    classes = RoadClass.objects.aggregate(n=Count("pk"), at=Max("changed_at"))
    return (current().world, pieces["n"], pieces["at"], classes["n"], classes["at"])


def graph() -> RoadGraph | None:
    """Return the graph of the roads that the city has loaded, made once for each state of them; None without any."""
    stamp = _stamp()
    if stamp not in _graphs:
        while len(_graphs) >= HELD:
            _graphs.pop(next(iter(_graphs)))
        _graphs[stamp] = _read()
    return _graphs[stamp]


def _read() -> RoadGraph | None:
    speeds = dict(RoadClass.objects.values_list("code", "speed_kmh"))
    rows = RoadPiece.objects.order_by("code").values_list("code", "road_class__code", "course", "derived")
    edges = [Edge(code, kind, tuple((x, y) for x, y, *_z in course.coords), derived) for code, kind, course, derived in rows]
    return RoadGraph(edges, speeds) if edges and OFF_ROAD in speeds else None


def standing() -> list[ClosureFact]:
    """Return every closure that stands, whosever it is: a way must avoid what the asker may not read."""
    with entered(Scope.everything(current().actor, current().world)):
        rows = Closure.objects.filter(state=ClosureState.CLOSED, since__lte=clock.now()).order_by("pk")
        return [ClosureFact(row.pk, row.place, row.area, tuple(row.pieces), row.since) for row in rows]


def network(closed: Iterable[str]) -> Network | None:
    """Return the roads while these pieces are closed."""
    known = graph()
    if known is None:
        return None
    key = (id(known), frozenset(closed))
    if key not in _networks:
        while len(_networks) >= HELD:
            _networks.pop(next(iter(_networks)))
        _networks[key] = known.under(key[1])
    return _networks[key]


def way(source: Spot, target: Spot) -> Way | None:
    """Return the quickest open way between two places (longitude, latitude), closures of the whole city avoided; None where none leads."""
    closures = {one.id: one.pieces for one in standing()}
    roads, free = network(piece for pieces in closures.values() for piece in pieces), network(())
    route = roads.route(source, target) if roads else None
    return rules.told(route, free.route(source, target) if free else None, closures) if route else None


def seconds_between(sources: Sequence[Spot], targets: Sequence[Spot]) -> np.ndarray[Any, Any]:
    """Return the seconds from each source to each target under the closures that stand, infinite where no open way leads."""
    roads = network(piece for one in standing() for piece in one.pieces)
    return roads.matrix(sources, targets) if roads else np.full((len(sources), len(targets)), np.inf)


def pieces_at(shape: GEOSGeometry, reach_m: float) -> list[str]:
    """Return the codes of the known roads that come within so many metres of a shape."""
    known = graph()
    return sorted(known.touched(shapely.from_wkb(bytes(shape.wkb)), reach_m)) if known else []


def near(course: Sequence[Spot], within_m: float) -> list[ClosureFact]:
    """Return the standing closures that lie within so many metres of a course without being on it."""
    known = graph()
    if known is None or len(course) < 2:
        return []
    beside = known.touched(shapely.LineString(course), within_m)
    return [one for one in standing() if beside & set(one.pieces)]


def assumed() -> list[tuple[RoadClass, float]]:
    """Return each class of roads with the speed that is assumed on it."""
    return [(row, row.speed_kmh) for row in RoadClass.objects.all()]


def named(numbers: Iterable[int]) -> tuple[list[Closure], int]:
    """Return those of some closures that the viewer may read, and how many others there are."""
    wanted = set(numbers)
    found = list(readable(Closure).filter(pk__in=wanted).order_by("pk"))
    return found, len(wanted) - len(found)


def to_check() -> Any:
    """Return the closures that were expected to be over by now."""
    return readable(Closure).filter(state=ClosureState.CLOSED, until__lte=clock.now()).order_by("until", "pk")


def drawn() -> list[tuple[Closure, list[Any]]]:
    """Return the standing closures that the viewer may read, each with the courses of its pieces."""
    rows = list(readable(Closure).filter(state=ClosureState.CLOSED).order_by("pk"))
    wanted = {code for row in rows for code in row.pieces}
    courses = dict(RoadPiece.objects.filter(code__in=wanted).values_list("code", "course"))
    return [(row, [courses[code] for code in row.pieces if code in courses]) for row in rows]
