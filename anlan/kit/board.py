"""What apps put on the workbench and the command map: things that wait for somebody, layers of the map, spans of the timeline.

An app says it in its `board.py`, each with the permission that opens it; the console asks all of them under the viewer's scope
and knows none by name.

    @waiting(needs="supplies.approve_issue")
    def issues_to_approve() -> Iterator[Waiting]: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from functools import cache
from typing import Any, TypeVar

from django.apps import apps
from django.db import connections, router
from django.db.models import Q
from django.urls import reverse

from anlan.kit import clock
from anlan.kit.records import unscoped
from anlan.kit.scope import current
from anlan.lib.once import once

#: From this hazard level on (1 blue to 4 red) an unanswered alarm stands before what waits for a signature.
GRAVE = 3


class Rank(IntEnum):
    """What hangs on a line of the queue: attention goes by danger first, by the clock only within that."""

    DECIDE = 0  # somebody must decide, and all others wait for it
    DANGER = 1  # a danger that nobody has answered
    SIGN = 2  # a paper waits for a signature
    ALARM = 3  # a lesser alarm that nobody has answered
    WORK = 4  # the viewer's own late work


@dataclass(frozen=True)
class Waiting:
    """One thing that somebody must act on: what, by when, and the verb that answers it.

    `level` is a hazard level, 0 where none belongs to it. `at_once` marks what has no term of its own: it is required from the
    moment it came up.
    """

    rank: Rank
    kind: str
    icon: str
    colour: str
    title: str
    text: str
    url: str
    required_at: datetime
    level: int = 0
    at_once: bool = False
    verb: str = ""
    verb_label: str = ""

    @property
    def late(self) -> bool:
        """Return whether the required time has passed."""
        return not self.at_once and self.required_at < clock.now()

    @property
    def pinned(self) -> bool:
        """Return whether the line stays in sight however far the list is scrolled: the gravest danger."""
        return self.rank == Rank.DANGER and self.level > GRAVE


@dataclass(frozen=True)
class Folded:
    """Many things that others owe, told in one line with the age of the oldest; None where none is late yet."""

    text: str
    oldest: datetime | None
    url: str


def step(permission: str, area: str, verb: str, label: str, sector: str = "") -> dict[str, str]:
    """Return the verb of a thing that waits, as keywords of `Waiting`, if the viewer may do it there, on what belongs to `sector`."""
    return {"verb": verb, "verb_label": label} if current().may(permission, area, sector) else {}


@dataclass(frozen=True)
class Layer:
    """A layer of the command map. `url` or `tiles` say where it comes from; `live` which records change it.

    `past` reads the layer as it was at an instant, as GeoJSON; layers without it are not drawn in the past, unless they are
    tiles with `remembers`, which are asked with `?at=`.
    """

    id: str
    order: int
    title: Any
    group: Any
    role: str
    needs: str
    live: str
    #: Name of the page that serves GeoJSON, or of the desk whose tiles it shows, with the name of the layer inside them.
    page: str = ""
    desk: str = ""
    within: str = ""
    remembers: bool = False
    past: Callable[[datetime], dict[str, Any]] | None = None
    more: dict[str, str] = field(default_factory=dict)

    def described(self) -> dict[str, Any]:
        """Return the layer as the map wants to be told of it."""
        found: dict[str, Any] = {"id": self.id, "title": str(self.title), "group": str(self.group), "role": self.role}
        if self.page:
            found["url"] = reverse(self.page)
        if self.desk:
            tile = reverse(f"desk:{self.desk}_tile", args=[0, 0, 0]).replace("0/0/0", "{z}/{x}/{y}")
            found |= {"tiles": tile, "within": self.within, "page": reverse(f"desk:{self.desk}_list")}
        return found | ({"past": True} if self.remembers else {}) | self.more | {"live": self.live}


@dataclass(frozen=True)
class Lane:
    """A lane of the timeline: what happened between two instants, as dictionaries that the island draws.

    `begins` names the earliest instant that an exercise's timeline must show.
    """

    id: str
    needs: str
    between: Callable[[datetime, datetime], list[dict[str, Any]]]
    begins: Callable[[], datetime | None] | None = None


S = TypeVar("S", bound=Callable[[], Iterable[Any]])


@dataclass(frozen=True)
class Source:
    """Who yields lines of the queue, whom it is for, and which records there must be for it to have any ("" for unknown)."""

    needs: str
    ask: Callable[[], Iterable[Any]]
    about: str = ""
    where: Q = field(default_factory=Q)


SOURCES: list[Source] = []
SUMMARIES: list[Source] = []
LAYERS: dict[str, Layer] = {}
LANES: dict[str, Lane] = {}


def _adding(to: list[Source]) -> Callable[..., Callable[[S], S]]:
    """Return how to register a function that yields lines, asked only where the viewer holds the permission `needs` somewhere.

    `about` ("checks.finding") and `where` (a Q) say which records there must be for it to yield any: one statement asks for the whole board.
    """

    def register(*, needs: str, about: str = "", where: Q | None = None) -> Callable[[S], S]:
        def add(source: S) -> S:
            to.append(Source(needs, source, about, where or Q()))
            return source

        return add

    return register


#: Of what waits, and of what others owe.
waiting, folded = _adding(SOURCES), _adding(SUMMARIES)


def add_layer(layer: Layer) -> Layer:
    """Register a layer of the command map."""
    return _once(LAYERS, layer.id, layer)


def add_lane(lane: Lane) -> Lane:
    """Register a lane of the timeline."""
    return _once(LANES, lane.id, lane)


def sees(permission: str) -> bool:
    """Return whether the viewer holds a permission anywhere."""
    return bool(current().areas_for(permission))


def all_waiting() -> list[Waiting]:
    """Return what waits: what hangs on it first, then the gravest level, then the earliest required time.

    What the viewer can only look at comes after what waits for the viewer, but for decisions and grave dangers.
    """
    found = [one for source in SOURCES if _stirs(source) for one in source.ask()]
    found.sort(key=lambda one: (one.rank, -one.level, one.required_at, one.kind, one.url))
    return sorted(found, key=lambda one: not one.verb and one.rank > Rank.DANGER)


def all_folded() -> list[Folded]:
    """Return what others owe, the longest late first."""
    found = [one for summary in SUMMARIES if _stirs(summary) for one in summary.ask()]
    return sorted(found, key=lambda one: (one.oldest is None, one.oldest))


def _stirs(source: Source) -> bool:
    """Return whether a source may have lines for the viewer."""
    return sees(source.needs) and (not source.about or _there_are()[source.about, source.where])


@once
def _there_are() -> dict[tuple[str, Q], bool]:
    """Return which records the sources' lines would be about there are within the scope, one statement for each database."""
    asked = {(source.about, source.where): apps.get_model(source.about) for source in [*SOURCES, *SUMMARIES] if source.about}
    found: dict[tuple[str, Q], bool] = {}
    for database in {router.db_for_read(model) for model in asked.values()}:
        here = [question for question, model in asked.items() if router.db_for_read(model) == database]
        parts = [_whether(database, *question) for question in here]
        with connections[database].cursor() as cursor:
            cursor.execute(
                "SELECT " + ", ".join(f"EXISTS ({sql})" for sql, _v in parts), [v for _sql, values in parts for v in values]
            )
            found |= zip(here, cursor.fetchone() or (), strict=True)
    return found


@cache
def _whether(database: str, about: str, where: Q) -> tuple[str, tuple[Any, ...]]:
    """Return the statement that finds one such record; which rows are the viewer's is for the database's row security to say."""
    found = unscoped(apps.get_model(about), database).order_by().filter(where).query.exists()
    return found.get_compiler(database).as_sql()  # type: ignore[no-any-return]


def layers() -> list[Layer]:
    """Return the layers that the viewer may read, in their order."""
    return sorted((layer for layer in LAYERS.values() if sees(layer.needs)), key=lambda layer: layer.order)


def lanes() -> list[Lane]:
    """Return the lanes that the viewer may read."""
    return [lane for lane in LANES.values() if sees(lane.needs)]


def _once(known: dict[str, Any], code: str, entry: Any) -> Any:
    if code in known:
        raise ValueError(f"{code} is on the board twice")
    known[code] = entry
    return entry
