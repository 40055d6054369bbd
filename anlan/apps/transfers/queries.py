"""Readers of transfers: whom an action concerns, how far each village is, who was brought into safety.

Heads are counted for whoever may look at actions; names and phones are read through the desks by those who may read them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import reduce
from operator import add
from typing import Any

from django.contrib.gis.db.models import Collect
from django.contrib.gis.db.models.functions import Centroid
from django.db.models import Count, F, Q, Sum

from anlan.apps.places import api as places
from anlan.apps.transfers import rules
from anlan.apps.transfers.choices import IN_DANGER, JourneyState, Refuge, Stand
from anlan.apps.transfers.models import HeadCount, Household, Journey, Transfer, Village, Vulnerable
from anlan.apps.transfers.rules import Standing, Tally
from anlan.kit import clock
from anlan.kit.records import readable
from anlan.kit.scope import current
from anlan.lib.once import once

#: Whoever may look at actions is told heads; whoever may open one, whom it would concern; whoever may view households, their names.
LOOKS = "transfers.view_transfer"
OPENS = "transfers.open_transfer"
WORKS = "transfers.work_journey"
NAMES = "transfers.view_journey"
OPEN = Transfer.State.OPEN
#: A village is told to be late with its count for the board after so long; the legal term has its own.
FACTS = ("state", "persons", "moved", "vulnerable", "last_word_at")


@dataclass(frozen=True)
class Listed:
    """What a village's register says of those in one danger."""

    code: str
    name: str
    households: tuple[Household, ...] = ()
    vulnerable: dict[int, int] = field(default_factory=dict)

    @property
    def persons(self) -> int:
        """Return how many people are to move."""
        return sum(one.persons for one in self.households)

    @property
    def without_helper(self) -> int:
        """Return how many households nobody fetches."""
        return sum(not one.helper.strip() for one in self.households)


@dataclass(frozen=True)
class Line:
    """A village of an action, or the sum of a town or county, for the page of progress."""

    code: str
    name: str
    tally: Tally
    part: Village | None = None
    villages: int = 1

    @property
    def differs(self) -> int:
        """Return by how many the count by hand differs from what the households' own words say; 0 where nobody counted."""
        return 0 if self.part is None or self.part.counted is None else self.part.counted - self.tally.arrived


def marks(codes: set[str]) -> dict[str, tuple[float, float]]:
    """Return where to put a mark for each village: its own place, else the middle of the households that its register has on the map."""
    found = places.points_of(codes)
    rows = readable(Household, LOOKS).filter(area__in=codes - found.keys(), location__isnull=False).order_by().values_list("area")
    middles = rows.annotate(middle=Centroid(Collect("location")))
    return found | {area: (at.x, at.y) for area, at in middles}


def villages_in(codes: Iterable[str]) -> list[Any]:
    """Return the villages that are, or lie in, these divisions, by code."""
    return list(places.Division.objects.filter(places.lying_in(codes), level="village").order_by("code"))


def listed(codes: Iterable[str], danger: str) -> list[Listed]:
    """Return what the registers of villages say of those in a danger, for whoever may open an action there."""
    known = villages_in(codes)
    rows = readable(Household, OPENS).filter(area__in=[one.code for one in known], danger=danger, state=Household.State.LISTED)
    homes: dict[str, list[Household]] = defaultdict(list)
    for row in rows.select_related("helper_post").order_by("area", "pk"):
        homes[row.area].append(row)
    weak = vulnerable_in(row.pk for held in homes.values() for row in held)
    return [Listed(one.code, str(one), tuple(homes[one.code]), weak) for one in known]


def vulnerable_in(households: Iterable[int]) -> dict[int, int]:
    """Return how many vulnerable people belong to each of these households."""
    rows = Vulnerable.objects.filter(household__in=list(households)).order_by().values_list("household")
    return dict(rows.annotate(n=Count("pk")))


def standing(row: dict[str, Any]) -> Standing:
    """Return what is known of a journey whose facts were read."""
    return Standing(row["state"], row["persons"], row["moved"], row["vulnerable"], row["last_word_at"])


def tallies(transfer: Transfer) -> dict[str, Tally]:
    """Return the heads of an action by village, of those villages that the viewer may look at."""
    found: dict[str, list[Standing]] = defaultdict(list)
    for row in readable(Journey, LOOKS).filter(transfer=transfer).order_by().values("area", *FACTS):
        found[row["area"]].append(standing(row))
    return {code: rules.tally(rows) for code, rows in found.items()}


@once
def heads(transfer: Transfer) -> Tally:
    """Return the heads of an action in all villages that the viewer may look at."""
    return reduce(add, tallies(transfer).values(), Tally())


def progress(transfer: Transfer) -> list[Line]:
    """Return the villages of an action that the viewer may look at, the one with most people in danger first."""
    heads = tallies(transfer)
    parts = {one.area: one for one in readable(Village, LOOKS).filter(transfer=transfer)}
    names = {one.code: str(one) for one in places.Division.objects.filter(code__in=parts.keys())}
    lines = [Line(code, names.get(code, code), heads.get(code, Tally()), part) for code, part in parts.items()]
    return sorted(lines, key=lambda one: (-one.tally.vulnerable_in_danger, -one.tally.in_danger, one.code))


def summed(lines: Iterable[Line], digits: int) -> list[Line]:
    """Return villages' heads summed by town (9 digits) or county (6), the one with most people in danger first."""
    held: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        held[line.code[:digits]].append(line)
    names = {one.code: str(one) for one in places.Division.objects.filter(code__in=held.keys())}
    sums = [Line(code, names.get(code, code), total(own), None, len(own)) for code, own in held.items()]
    return sorted(sums, key=lambda one: (-one.tally.vulnerable_in_danger, -one.tally.in_danger, one.code))


def total(lines: Iterable[Line]) -> Tally:
    """Return the heads of several villages together."""
    return reduce(add, (one.tally for one in lines), Tally())


def unheard(transfer: Transfer, most: int) -> tuple[list[Journey], int, int]:
    """Return the households in danger whom the viewer may read, danger first; how many more there are; how many he may not read."""
    rows = readable(Journey, LOOKS).filter(transfer=transfer, state__in=IN_DANGER)
    every = rows.count()
    own = list(readable(Journey, NAMES).filter(pk__in=rows.values("pk")).select_related("household"))
    own.sort(
        key=lambda one: (
            *rules.urgency(Standing(one.state, one.persons, one.moved, one.vulnerable)),
            one.last_word_at or one.created_at,
        )
    )
    return own[:most], max(len(own) - most, 0), every - len(own)


def by_hour(transfer: Transfer, hours: int = 24) -> list[tuple[datetime, int, int]]:
    """Return for each full hour since an action began, at most so many, how many persons had departed and how many were in safety."""
    end = min(transfer.ended_at or clock.now(), clock.now())
    start = max(transfer.opened_at, end - timedelta(hours=hours))
    facts = list(
        readable(Journey, LOOKS)
        .filter(transfer=transfer)
        .order_by()
        .values_list("persons", "moved", "left_at", "arrived_at", "returned_at")
    )
    instants = [start + timedelta(hours=n) for n in range(int((end - start).total_seconds() // 3600) + 1)]
    instants += [end] if not instants or instants[-1] < end else []
    course = []
    for at in instants:
        left = sum(persons for persons, _m, gone, came, _r in facts if (gone or came) and min(x for x in (gone, came) if x) <= at)
        safe = sum(moved for _p, moved, _l, came, _r in facts if came and came <= at)
        course.append((at, left, safe))
    return course


def shelters_of(transfer: Transfer) -> dict[int, int]:
    """Return by shelter how many persons of an action are meant to come to it and are not yet in safety, of the viewer's villages."""
    rows = readable(Journey, LOOKS).filter(transfer=transfer, shelter__isnull=False, state__in=IN_DANGER)
    return dict(rows.order_by().values_list("shelter").annotate(n=Sum("persons")))


def expected_at(shelter: int) -> list[tuple[str, int, int]]:
    """Return by village how many of open actions are still to come to a shelter, and how many of them are on their way."""
    rows = readable(Journey, LOOKS).filter(shelter=shelter, transfer__state=OPEN, state__in=IN_DANGER, refuge=Refuge.SHELTER)
    under_way = Sum("persons", filter=Q(state=JourneyState.UNDER_WAY), default=0)
    found = rows.order_by().values_list("area").annotate(all=Sum("persons"), road=under_way)
    return [(area, persons, road) for area, persons, road in found.order_by("area")]


def on_the_road(village: str) -> int:
    """Return how many of a village should be on the way by the households' own words, as far as the shelters' books follow them."""
    rows = Journey.objects.filter(area=village).exclude(stand=Stand.NOWHERE).values_list("stand", "persons", "moved")
    return sum(rules.on_the_road(*row) for row in rows)


def followed_elsewhere(journey: Journey) -> bool:
    """Return whether the shelters' books follow this household in another action already."""
    others = Journey.objects.filter(household=journey.household_id).exclude(pk=journey.pk)
    return bool(others.exclude(stand=Stand.NOWHERE).exists())


def moved_already(households: Iterable[int]) -> int:
    """Return how many of these households another action is moving already."""
    rows = Journey.objects.filter(household__in=list(households), transfer__state=OPEN)
    return int(rows.order_by().values("household").distinct().count())


def misplaced(villages: Iterable[str], danger: str) -> int:
    """Return how many households stand under the code of these villages' towns instead of a village's, so that no order finds them."""
    rows = readable(Household, OPENS).filter(area__in={code[:9] for code in villages}, danger=danger)
    return int(rows.filter(state=Household.State.LISTED).count())


def offered(rows: Any) -> Any:
    """Return the villages and towns among divisions for which the asker may order an action."""
    own = places.lying_in(current().areas_for(OPENS, ""))
    return rows.filter(own, level__in=["town", "village"]).order_by("code")


def uncounted() -> Any:
    """Return the households in a shelter's rooms that its books do not hold, of the viewer's area."""
    return readable(Journey, LOOKS).exclude(uncounted="").filter(state=JourneyState.ARRIVED)


def open_transfers() -> list[Transfer]:
    """Return the actions under way that the viewer may look at, the earliest deadline first."""
    return list(readable(Transfer).filter(state=OPEN).order_by("due_at", "pk"))


def own_journeys(most: int) -> list[Journey]:
    """Return the households in danger whose helper's post the viewer holds, danger first."""
    post = current().post
    if not post:
        return []
    rows = readable(Journey).filter(helper_post=post, transfer__state=OPEN, state__in=IN_DANGER)
    return list(rows.select_related("household").order_by("due_at", "-vulnerable", "pk")[:most])


def refused() -> list[Journey]:
    """Return the households that refuse to move in open actions, of the viewer's area."""
    rows = readable(Journey, LOOKS).filter(transfer__state=OPEN, state=JourneyState.REFUSED)
    return list(rows.select_related("transfer").order_by("refused_at"))


def late_counts(now: datetime) -> list[Village]:
    """Return the villages of open actions that have not counted heads for two hours (the "four ones": every one to two hours)."""
    since = now - timedelta(hours=2)
    rows = readable(Village, LOOKS).filter(transfer__state=OPEN, state=Village.State.COUNTING)
    late = Q(counted_at__lt=since) | Q(counted_at=None, transfer__opened_at__lt=since)
    return list(rows.filter(late).select_related("transfer").order_by(F("counted_at").asc(nulls_first=True), "area"))


@dataclass(frozen=True)
class Register:
    """What a village's register holds, in numbers."""

    code: str
    name: str
    households: int
    persons: int
    vulnerable: int
    without_helper: int
    unvisited: int
    undrilled: int


def registers(areas: Iterable[str]) -> list[Register]:
    """Return the registers of villages in numbers for whoever may look at actions; a village without a household has none."""
    rows = readable(Household, LOOKS).within(*areas).filter(state=Household.State.LISTED)
    late = clock.today() - rules.YEARLY
    counts = (
        rows.order_by()
        .values("area")
        .annotate(
            n=Count("pk"),
            heads=Sum("persons"),
            alone=Count("pk", filter=Q(helper="")),
            unvisited=Count("pk", filter=Q(visited_on=None) | Q(visited_on__lt=late)),
            undrilled=Count("pk", filter=Q(drilled_on=None) | Q(drilled_on__lt=late)),
        )
    )
    weak = dict(
        readable(Vulnerable, LOOKS)
        .within(*areas)
        .filter(household__state="listed")
        .order_by()
        .values_list("area")
        .annotate(n=Count("pk"))
    )
    found = list(counts)
    names = {one.code: str(one) for one in places.Division.objects.filter(code__in=[row["area"] for row in found])}
    return [
        Register(
            code,
            names.get(code, code),
            row["n"],
            row["heads"],
            weak.get(code, 0),
            row["alone"],
            row["unvisited"],
            row["undrilled"],
        )
        for row in sorted(found, key=lambda row: row["area"])
        for code in [row["area"]]
    ]


@dataclass(frozen=True)
class Moved:
    """People brought into safety: each once, by where they went, with the records that say so."""

    persons: int = 0
    households: int = 0
    sheltered: int = 0
    elsewhere: int = 0
    journeys: tuple[int, ...] = ()


def moved(area: str, since: datetime, until: datetime, transfers: Iterable[int] | None = None) -> Moved:
    """Return who of a division came into safety from `since` on and before `until`, of these actions or of all; who may look, counts."""
    rows = readable(Journey, LOOKS).within(area).filter(arrived_at__gte=since, arrived_at__lt=until)
    rows = rows.filter(state__in=[JourneyState.ARRIVED, JourneyState.RETURNED])
    if transfers is not None:
        rows = rows.filter(transfer__in=list(transfers))
    found = list(rows.order_by("pk").values_list("pk", "moved", "refuge", "household"))
    # Who was moved twice in the window is one household: the action that moved most of it counts.
    most: dict[int, tuple[int, int, str]] = {}
    for pk, heads, refuge, household in found:
        if household not in most or heads > most[household][1]:
            most[household] = (pk, heads, refuge)
    heads = {refuge: sum(n for _pk, n, where in most.values() if where == refuge) for refuge in Refuge.values}
    inside = heads[Refuge.SHELTER]
    everybody = sum(heads.values())
    return Moved(everybody, len(most), inside, everybody - inside, tuple(pk for pk, _n, _r in most.values()))


def last_counts(part: Village) -> Any:
    """Return the head counts of a village of an action, the newest first."""
    return readable(HeadCount, LOOKS).filter(part=part)
