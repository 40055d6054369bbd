"""Readers of losses: the newest report of each town, what villages told, what a process comes to, what waits."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q

from anlan.apps.law import api as law
from anlan.apps.losses import rules
from anlan.apps.losses.choices import Damage, ProcessState, ReportState, RowState, TownState
from anlan.apps.losses.models import (
    CheckLimit,
    DamagedHome,
    LossReport,
    LostPerson,
    Process,
    ReportingTown,
    VillageReturn,
)
from anlan.apps.places import api as places
from anlan.kit import clock
from anlan.kit.names import name_of
from anlan.kit.records import readable
from anlan.kit.scope import current

#: The reports that a town has sent and nobody has returned.
GONE = (ReportState.SUBMITTED, ReportState.APPROVED)
#: How long a process that has ended stays on the list of villages: a list's length, no deadline.
LATELY = timedelta(days=30)
FACTOR, LEAST = "jump_factor", "jump_least"


def running(rows: Any) -> Any:
    """Return the processes under way among others."""
    return rows.filter(state=ProcessState.RUNNING)


def told_on(rows: Any) -> Any:
    """Return the processes on which villages may still tell: under way, or ended so lately that towns verify."""
    return rows.filter(Q(state=ProcessState.RUNNING) | Q(ended_at__gte=clock.now() - LATELY)).order_by("-started_at", "-id")


def main_kinds(rows: Any) -> Any:
    """Return the main kinds among kinds of disaster."""
    return rows.filter(main="")


def subkinds(rows: Any) -> Any:
    """Return the sub-kinds among kinds of disaster."""
    return rows.exclude(main="")


def villages(rows: Any) -> Any:
    """Return the villages among divisions for which the asker may tell losses."""
    return rows.filter(places.lying_in(current().areas_for("losses.send_villagereturn")), level="village").order_by("code")


def counties_and_towns(rows: Any) -> Any:
    """Return the counties and towns among divisions."""
    return rows.filter(level__in=("county", "town")).order_by("code")


def limit(code: str) -> Decimal | None:
    """Return a limit of figures as the city set it; None where it set none."""
    row = CheckLimit.objects.filter(code=code).first()
    return row.amount if row else None


def latest(town: ReportingTown, *, before: LossReport | None = None) -> LossReport | None:
    """Return the newest report of a town that has gone out and stands; where one is named, the newest that went before it."""
    rows = LossReport.objects.filter(town=town, state__in=GONE)
    if before is not None:
        rows = rows.exclude(pk=before.pk)
        if (at := before.first_submitted_at) is not None:
            rows = rows.filter(Q(first_submitted_at__lt=at) | Q(first_submitted_at=at, pk__lt=before.pk))
    return rows.order_by("-first_submitted_at", "-id").first()


def open_draft(town: ReportingTown) -> LossReport | None:
    """Return the report of a town that is being written, or was returned."""
    return LossReport.objects.filter(town=town, state__in=(ReportState.DRAFT, ReportState.RETURNED)).first()


def newest_of_villages(town: ReportingTown) -> list[VillageReturn]:
    """Return the newest return of each village of a town."""
    found: dict[str, VillageReturn] = {}
    for one in VillageReturn.objects.filter(process=town.process_id, area__startswith=town.area).order_by("told_at", "id"):
        found[one.area] = one
    return [found[area] for area in sorted(found)]


def ledger_counts(town: ReportingTown) -> tuple[int, int]:
    """Return how many rows of ledgers ⑧ and ⑨ count for a town: the dead and missing, the homes that collapsed."""
    rows = {"process": town.process_id, "area__startswith": town.area, "state": RowState.COUNTS}
    lost = LostPerson.objects.filter(**rows).count()
    return lost, DamagedHome.objects.filter(**rows, damage=Damage.COLLAPSED).count()


def term_of(town: ReportingTown) -> Any:
    """Return the open term of a town, None where none runs."""
    return next(iter(law.open_terms(ReportingTown._meta.label_lower, town.pk)), None)


@dataclass
class Line:
    """A town of a process with its newest report, or a county, or all of it, as the sum of what lies below."""

    area: str
    name: str
    town: ReportingTown | None = None
    report: LossReport | None = None
    below: list[Line] = field(default_factory=list)

    @property
    def towns(self) -> list[Line]:
        """Return the towns in it."""
        return [self] if self.town else [line for part in self.below for line in part.towns]

    @property
    def figures(self) -> rules.Figures:
        """Return what its towns told, added up; an item that nobody told is not there."""
        return self.report.figures if self.report else rules.added(line.figures for line in self.below)

    @property
    def missing(self) -> list[Line]:
        """Return its towns that have not reported."""
        return [line for line in self.towns if line.report is None]

    @property
    def unchecked(self) -> list[Line]:
        """Return its towns whose newest figures nobody has approved."""
        return [line for line in self.towns if line.report is not None and line.report.state != ReportState.APPROVED]


def rolled(process: Process) -> Line:
    """Return what a process comes to for the viewer: county by county, town by town, by each town's newest report that has gone out.

    What no town told is in no sum; towns asked no longer are left out.
    """
    newest = {one.town_id: one for one in gone(process)}
    whole, counties = Line(process.area, str(process)), dict[str, Line]()
    for town in readable(ReportingTown).filter(process=process).exclude(state=TownState.RELEASED).order_by("area"):
        code = town.area[:6]
        if code not in counties:
            counties[code] = Line(code, name_of("area", code))
            whole.below.append(counties[code])
        counties[code].below.append(Line(town.area, name_of("area", town.area), town, newest.get(town.pk)))
    return whole


def gone(process: Process) -> Any:
    """Return the reports of a process that have gone out and were not returned, the first first."""
    return readable(LossReport).filter(process=process, state__in=GONE).order_by("first_submitted_at", "id")


def course(process: Process) -> list[tuple[datetime, rules.Figures]]:
    """Return what a process came to after each report that went out, the first first."""
    standing: dict[int, rules.Figures] = {}
    found = []
    for one in gone(process):
        standing[one.town_id] = one.figures
        found.append((one.first_submitted_at, rules.added(standing.values())))
    return found


def to_check() -> Any:
    """Return the reports that wait to be checked."""
    return readable(LossReport).filter(state=ReportState.SUBMITTED).select_related("process").order_by("submitted_at")


def returned() -> Any:
    """Return the reports that were returned and wait for their town."""
    return readable(LossReport).filter(state=ReportState.RETURNED).select_related("process")


def owing() -> list[tuple[ReportingTown, Any]]:
    """Return the towns that owe a report by a term that runs, with the term."""
    terms = {int(term.record_id): term for term in law.open_of_kind(ReportingTown._meta.label_lower)}
    rows = readable(ReportingTown).filter(pk__in=terms).select_related("process")
    return [(row, terms[row.pk]) for row in rows]


@dataclass(frozen=True)
class Toll:
    """A process with the figures that are known of one area, for neighbours."""

    process: Any  # a Process, whose desk gives it its address
    area: str
    figures: rules.Figures


def tolls(since: datetime, until: datetime) -> list[Toll]:
    """Return the processes that began in a period, county by county, with what approved reports tell; what is not checked does not count."""
    rows = readable(LossReport).filter(state=ReportState.APPROVED, process__started_at__gte=since, process__started_at__lt=until)
    newest: dict[int, LossReport] = {}
    for one in rows.select_related("process").order_by("first_submitted_at", "id"):
        newest[one.town_id] = one
    groups: dict[tuple[int, str], list[LossReport]] = defaultdict(list)
    for one in newest.values():
        groups[one.process_id, one.area[:6]].append(one)
    return [Toll(many[0].process, area, rules.added(one.figures for one in many)) for (_pk, area), many in groups.items()]


def processes_of(incident: Any) -> list[Process]:
    """Return the processes that name an incident and that the viewer may read."""
    return list(readable(Process).filter(incident=incident))
