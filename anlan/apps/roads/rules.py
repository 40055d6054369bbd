"""What is told of a way and of a closure: pure decisions about roads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil

from anlan.lib.road_graph import Route, Spot

#: A place further from all known roads than so many metres is told as such.
OFF_M = 300.0


@dataclass(frozen=True)
class Way:
    """A way as it is told to people: minutes rounded up, kilometres, what lies off the known roads, and what it was reckoned from."""

    course: tuple[Spot, ...]
    minutes: int
    km: float
    first_km: float
    last_km: float
    pieces: tuple[str, ...]
    km_by_class: dict[str, float] = field(default_factory=dict)
    derived_km: float = 0.0
    #: The closures that the quickest way would have met if nothing were closed, and what it would have taken.
    avoided: tuple[int, ...] = ()
    free_minutes: int = 0


def told(route: Route, free: Route | None, closures: Mapping[int, Iterable[str]]) -> Way:
    """Tell a way: `free` is the quickest one if nothing were closed, `closures` each closure's pieces of road."""
    met = set(free.edges) if free else set()
    return Way(
        course=tuple((round(lon, 5), round(lat, 5)) for lon, lat in route.course),
        minutes=minutes(route.seconds),
        km=round((route.metres + route.first + route.last) / 1000, 1),
        first_km=off(route.first),
        last_km=off(route.last),
        pieces=route.edges,
        km_by_class={name: round(length / 1000, 1) for name, length in route.by_class.items()},
        derived_km=round(route.derived / 1000, 1),
        avoided=tuple(sorted(number for number, pieces in closures.items() if met & set(pieces))),
        free_minutes=minutes(free.seconds) if free else 0,
    )


def minutes(seconds: float) -> int:
    """Return whole minutes, rounded up: nobody is promised sooner than reckoned."""
    return ceil(seconds / 60 - 1e-9)


def off(metres: float) -> float:
    """Return the kilometres off the known roads, 0 where a place lies by a road."""
    return round(metres / 1000, 1) if metres >= OFF_M else 0.0
