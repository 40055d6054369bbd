"""Readers of the alarm desk: standing alarms in few groups by cause and place, and the gravest of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Max, Min, Q
from django.db.models.expressions import Window
from django.db.models.functions import Left, RowNumber
from django.urls import reverse
from django.utils.http import urlencode

from anlan.apps.alarms.choices import STANDING, AlarmState, Origin
from anlan.apps.alarms.models import Alarm
from anlan.apps.alarms.rules import Cell, folded
from anlan.kit.kept import kept
from anlan.kit.names import name_of

VIEW = "alarms.view_alarm"
#: So many alarms of a group are named on the desk, the gravest unanswered first.
NAMED = 3


@dataclass
class Group:
    """Alarms that stand together, as the desk shows them."""

    cell: Cell
    first: Alarm | None = None
    named: list[Alarm] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Return the cause in words."""
        return str(Origin(self.cell.origin).label)

    @property
    def place(self) -> str:
        """Return the place in words."""
        return name_of("area", self.cell.place)

    @property
    def more(self) -> int:
        """Return how many unanswered ones are not named."""
        return self.cell.unanswered - len(self.named)

    @property
    def url(self) -> str:
        """Return the list of its alarms, those nobody answered."""
        asked = [("origin", self.cell.origin), ("area", self.cell.place)]
        asked += [("state", AlarmState.RAISED)] if self.cell.unanswered else []
        return f"{reverse('desk:alarms_alarms_list')}?{urlencode(asked)}"


def _standing() -> Any:
    return Alarm.objects.readable(VIEW).filter(state__in=STANDING)


def counts_by_county() -> list[Cell]:
    """Return the standing alarms that the viewer may see by origin and county. One query, whatever their number."""
    return [Cell(**row) for row in _cells()]


@kept
def _cells() -> Any:
    raised = Q(state=AlarmState.RAISED)
    rows = _standing().annotate(place=Left("area", 6)).order_by().values("origin", "place")
    return rows.annotate(
        standing=Count("pk"),
        unanswered=Count("pk", filter=raised),
        red=Count("pk", filter=raised & Q(level=4)),
        orange=Count("pk", filter=raised & Q(level=3)),
        worst=Max("level"),
        priority=Min("priority"),
        first=Min("pk"),
        first_at=Min("created_at"),
        newest_at=Max("created_at"),
    )


def groups_in_short() -> list[Group]:
    """Return what stands in at most ten groups, without naming any alarm of them. One query."""
    return [Group(cell) for cell in folded(counts_by_county())]


def groups() -> list[Group]:
    """Return what stands in at most ten groups, each with the alarm that came first and the gravest that nobody answered."""
    found = groups_in_short()
    firsts = {a.pk: a for a in _named(Alarm.objects.readable(VIEW).filter(pk__in=[g.cell.first for g in found]))}
    gravest = _gravest()
    for group in found:
        group.first = firsts.get(group.cell.first)
        there = [a for a in gravest if a.origin == group.cell.origin and a.area.startswith(group.cell.place)]
        group.named = there[:NAMED]
    return found


def _gravest() -> list[Alarm]:
    """Return the gravest unanswered alarms of each origin and county, the gravest first."""
    first = Window(RowNumber(), partition_by=[F("origin"), Left("area", 6)], order_by=["priority", "-level", "raised_at", "pk"])
    # The keys alone are ranked: whole rows with their stations would be sorted by the thousand.
    ranked = _standing().filter(state=AlarmState.RAISED).order_by().annotate(place_in=first).values("pk", "place_in")
    pks = [row["pk"] for row in ranked.filter(place_in__lte=NAMED)]
    return list(_named(Alarm.objects.readable(VIEW).filter(pk__in=pks)).order_by("priority", "-level", "raised_at", "pk"))


def _named(rows: Any) -> Any:
    return rows.select_related("station", "datastream").defer("station__location")


def counts() -> dict[str, int]:
    """Count what stands on the desk beside what is unanswered: shelved, kept back, chattering. One query."""
    rows: dict[str, int] = _standing().aggregate(
        standing=Count("pk"),
        unanswered=Count("pk", filter=Q(state=AlarmState.RAISED)),
        red=Count("pk", filter=Q(state=AlarmState.RAISED, level=4)),
        orange=Count("pk", filter=Q(state=AlarmState.RAISED, level=3)),
        shelved=Count("pk", filter=Q(state=AlarmState.SHELVED)),
        suppressed=Count("pk", filter=Q(state=AlarmState.SUPPRESSED)),
        chattering=Count("pk", filter=Q(reopened__gte=3)),
        silent=Count("pk", filter=Q(origin=Origin.LINK)),
    )
    return rows


def shelved(most: int = 10) -> list[Alarm]:
    """Return what is put aside, the first to come back first."""
    rows = _standing().filter(state=AlarmState.SHELVED).order_by("shelved_until", "pk")
    return list(_named(rows)[:most])
