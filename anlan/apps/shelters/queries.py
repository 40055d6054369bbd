"""Readers of shelters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.db.models import Case, Min, When

from anlan.apps.places import api as places
from anlan.apps.shelters import rules
from anlan.apps.shelters.models import Opening, Shelter, Whereabouts
from anlan.kit import clock
from anlan.kit.ledger.places import key_of
from anlan.kit.records import readable
from anlan.kit.scope import Scope, current, entered


def inside(shelter: Shelter) -> int:
    """Return how many people are in a shelter."""
    return int(sum(standing.quantity for standing in Whereabouts.left(shelter)))


#: A shelter further away than so many degrees (some 25 km) is none for people on foot.
REACH = 0.25


def nearest(points: Sequence[tuple[float, float]], danger: str, count: int) -> list[str]:
    """Return the names of the shelters nearest to the middle of some points that serve against a danger, the nearest first."""
    if not points:
        return []
    middle = Point(sum(lon for lon, _lat in points) / len(points), sum(lat for _lon, lat in points) / len(points), srid=4326)
    rows = Shelter.objects.filter(state__in=[Shelter.State.READY, Shelter.State.OPEN], location__dwithin=(middle, REACH))
    rows = rows.exclude(unfit_for=danger).annotate(far=Distance("location", middle)).order_by("far", "code")
    return [row.name for row in rows[:count]]


def by_hour(shelter: Shelter, hours: int = 24) -> list[tuple[datetime, int]]:
    """Return how many were in a shelter at every third of the last hours, the newest last: who is there now, less who moved since."""
    now, there = clock.now(), inside(shelter)
    moves = list(
        readable(Whereabouts).filter(place=key_of(shelter), at__gt=now - timedelta(hours=hours)).values_list("at", "quantity")
    )
    instants = (now - timedelta(hours=back) for back in range(hours, -1, -3))
    return [(at, there - int(sum(quantity for moved, quantity in moves if moved > at))) for at in instants]


@dataclass(frozen=True)
class Room:
    """A shelter for neighbours: its room now, and whether it takes people in against a danger."""

    shelter: Shelter
    inside: int
    free: int
    open: bool
    fit: bool


def rooms(pks: Iterable[int], danger: str = "") -> dict[int, Room]:
    """Return the room in shelters by id, whosever they are: how full a shelter is, is told to anybody who sends people there."""
    with entered(Scope.everything(current().actor, current().world)):
        rows = list(Shelter.objects.filter(pk__in=set(pks)))
        held = Whereabouts.left(*rows) if rows else []
    found = {}
    for row in rows:
        there = int(sum(one.quantity for one in held if one.place == key_of(row)))
        fit = row.state != Shelter.State.OUT and (not danger or row.unfit_for != danger)
        found[row.pk] = Room(row, there, rules.room(row.capacity, there), row.state == Shelter.State.OPEN, fit)
    return found


def on_the_road(village: str) -> int:
    """Return how many people of a village are on the way by the books."""
    place = Whereabouts.on_the_way.at(village)
    return int(sum(one.quantity for one in Whereabouts.left(place, code=village)))


def open_opening(shelter: int) -> Opening | None:
    """Return the opening under which a shelter takes people in now, if any."""
    return Opening.objects.filter(shelter=shelter, state=Opening.State.OPEN).select_related("shelter").first()


def where_people_are(opening: Opening) -> dict[str, dict[str, int]]:
    """Return where the people stand of each village that this opening moved: here, in another shelter, or a named place."""
    moved = readable(Whereabouts).filter(because=f"{opening._meta.label_lower}:{opening.pk}").values("thing")
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in Whereabouts.left(pk__in=moved):
        named = "here" if one.place == key_of(opening.shelter) else one.place.partition("@")[0] if "@" in one.place else "other"
        found[str(one.thing)][named] += max(int(one.quantity), 0)
    return found


def waiting_to_open() -> Any:
    """Return the openings that are ordered and wait for their keeper."""
    return readable(Opening).filter(state=Opening.State.ORDERED).select_related("shelter")


def villages(rows: Any) -> Any:
    """Return the villages among divisions, those of the asker's own areas first: a phone keeps the first of a long list."""
    own = When(places.lying_in(current().areas), then=0)
    return rows.filter(level="village").order_by(Case(own, default=1), "code")


@dataclass(frozen=True)
class FirstIn:
    """An opening, and when the first people were let in under it; None while nobody was."""

    opening: Opening
    at: datetime | None


def first_let_in(since: datetime, until: datetime) -> list[FirstIn]:
    """Return the openings ordered in a period and not called off, each with when the first people came in, as the ledger tells."""
    rows = readable(Opening).filter(ordered_at__gte=since, ordered_at__lt=until).exclude(state=Opening.State.CANCELLED)
    openings = list(rows.select_related("shelter").order_by("ordered_at", "id"))
    keys = [f"{Opening._meta.label_lower}:{one.pk}" for one in openings]
    moved = readable(Whereabouts).filter(because__in=keys, quantity__gt=0, place__in=[key_of(one.shelter) for one in openings])
    first = dict(moved.order_by().values_list("because").annotate(first=Min("at")))
    return [FirstIn(one, first.get(key)) for one, key in zip(openings, keys, strict=True)]
