"""What is done with disaster processes: opened, towns added and released, ended, opened again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from anlan.apps.incidents import api as incidents
from anlan.apps.losses import queries, rules
from anlan.apps.losses.choices import TownState
from anlan.apps.losses.events import ProcessEnded, ProcessOpened
from anlan.apps.losses.models import DisasterKind, Process, ReportingTown
from anlan.apps.places import api as places
from anlan.apps.places.api import Division
from anlan.apps.response.api import Response
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input, Lines, Reason, Ref
from anlan.kit.refusals import Conflict, Refusal
from anlan.kit.scope import current

OPEN = "losses.open_process"
Title = Annotated[str, Input(_("Title"), help=_("When, where, what: as it will stand on the form."), example="2022年6月北江洪涝")]
Kind = Annotated[Ref[DisasterKind], Input(_("Kind of disaster"), example="flood", among=queries.main_kinds)]
SubKind = Annotated[Ref[DisasterKind], Input(_("Sub-kind"), help=_("The county fills it in."), among=queries.subkinds)]
Place = Annotated[
    Ref[Division],
    Input(
        _("County or town"), help=_("A county stands for all its towns."), example="441802107", among=queries.counties_and_towns
    ),
]
RunningProcess = Annotated[Ref[Process], Input(_("Disaster process"), among=queries.running)]
OfIncident = Annotated[Ref[incidents.Incident], Input(_("Incident"))]
OfResponse = Annotated[Ref[Response], Input(_("Response"))]
of_process = partial(action, needs=OPEN, record="losses.Process")


@dataclass(frozen=True)
class TownLine:
    """A town that is hit; a county stands for all its towns."""

    division: Place


Towns = Annotated[Lines[TownLine], Input(_("Towns that report"), help=_("A county leaves it empty for all its towns."))]


@action("losses.open", needs=OPEN, label=_("Open a process"), icon="folder-plus")
def open_process(
    deed: Deed,
    *,
    title: Title,
    kind: Kind,
    subkind: SubKind | None = None,
    started_at: Annotated[datetime | None, Input(_("Disaster began"), help=_("Now, if nothing is said."))] = None,
    towns: Towns = [],  # noqa: B006 - never changed
    incident: OfIncident | None = None,
    response: OfResponse | None = None,
) -> Process:
    """Open a disaster process: each town named owes its first report from now on."""
    _check(deed, title, kind, subkind, started_at)
    codes, own = [line.division.code for line in towns], min(current().areas_for(OPEN), key=lambda code: (len(code), code))
    if not codes and len(own) < 6:
        raise Refusal(_("Say which counties or towns are hit."), field="towns")
    area = own or rules.common(codes)
    made = deed.create(
        Process,
        area=area,
        title=title.strip(),
        kind=kind,
        subkind=subkind,
        started_at=started_at or deed.now,
        incident=incident,
        response=response,
        opened_by=deed.actor,
    )
    _ask(deed, made, codes or [area])
    deed.emit(ProcessOpened(process=made.pk, area=area))
    return made


@action("losses.add_towns", needs=OPEN, label=_("Add towns"), icon="map-pin-plus")
def add_towns(deed: Deed, *, process: RunningProcess, towns: Lines[TownLine]) -> ReportingTown:
    """Ask further towns for reports on a process; each county may add its own to what the city has opened."""
    if process.state != "running":
        raise Conflict(_("This process has ended."), field="process")
    asked = _ask(deed, process, [line.division.code for line in towns])
    if not asked:
        raise Conflict(_("These towns report already."), field="towns")
    return asked[0]


@of_process("losses.correct", label=_("Correct the facts"), moves=Process.life.steer, icon="pencil")
def correct(
    deed: Deed,
    *,
    process: Ref[Process],
    title: Title,
    kind: Kind,
    subkind: SubKind | None = None,
    started_at: Annotated[datetime, Input(_("Disaster began"))],
) -> None:
    """Put right what was written down when a process was opened, or fill in its sub-kind."""
    _check(deed, title, kind, subkind, started_at)
    process.title, process.kind, process.subkind = title.strip(), kind, subkind
    process.started_at = started_at


def _check(deed: Deed, title: str, kind: DisasterKind, subkind: DisasterKind | None, started_at: datetime | None) -> None:
    """Refuse a process without a title, one that begins in the future, and a sub-kind of another kind."""
    if not title.strip():
        raise Refusal(_("Give it a title: when, where, what."), field="title")
    if started_at and started_at > deed.now:
        raise Refusal(_("This lies in the future."), field="started_at")
    if subkind is not None and subkind.main != kind.code:
        raise Refusal(_("This sub-kind belongs to another kind."), field="subkind")


def _ask(deed: Deed, process: Process, codes: Iterable[str]) -> list[ReportingTown]:
    """Make the towns in these divisions report on a process, those that do not yet or that were let go; refused where one lies outside of it."""
    found = list[str]()
    for at, code in enumerate(codes):
        if not code.startswith(process.area):
            raise Refusal(_("This lies outside of the process."), field=f"towns.{at}.division")
        found += [code] if len(code) == 9 else [town.code for town in places.below(code, "town")]
    known = ReportingTown.objects.filter(process=process, area__in=found)
    again = deed.lock_all(known.filter(state=TownState.RELEASED))
    for town in again:
        deed.move(town, ReportingTown.life.ask_again)
    there = set(known.values_list("area", flat=True))
    fresh = [code for code in dict.fromkeys(found) if code not in there]
    return [*again, *deed.create_many(ReportingTown, [ReportingTown(process=process, area=code) for code in fresh], each=True)]


@of_process("losses.end", label=_("The disaster is over"), moves=Process.life.end, icon="flag")
def end(
    deed: Deed,
    *,
    process: Ref[Process],
    ended_at: Annotated[datetime | None, Input(_("Disaster ended"), help=_("Now, if nothing is said."))] = None,
) -> None:
    """Say that a disaster is over: follow-ups are owed no longer, each town owes its verified report from now on."""
    ended = ended_at or deed.now
    if ended > deed.now:
        raise Refusal(_("This lies in the future."), field="ended_at")
    if ended < process.started_at:
        raise Refusal(_("It cannot end before it began."), field="ended_at")
    process.ended_at = ended
    for town in deed.lock_all(process.towns.filter(state__in=(TownState.AWAITING, TownState.REPORTING))):
        deed.move(town, ReportingTown.life.settle)
    deed.emit(ProcessEnded(process=process.pk, area=process.area))


@of_process("losses.reopen", label=_("It goes on after all"), moves=Process.life.reopen, icon="rotate")
def reopen(deed: Deed, *, process: Ref[Process], reason: Reason) -> None:
    """Take an end back, with the reason: the towns report on."""
    if not reason.strip():
        raise Refusal(_("Say why it goes on."), field="reason")
    process.ended_at = None
    for town in deed.lock_all(process.towns.filter(state__in=(TownState.VERIFYING, TownState.VERIFIED))):
        deed.move(town, ReportingTown.life.resume)


@action(
    "losses.release",
    needs=OPEN,
    label=_("Ask no longer"),
    record="losses.ReportingTown",
    moves=ReportingTown.life.release,
    icon="map-pin-off",
)
def release(deed: Deed, *, town: Ref[ReportingTown], reason: Reason) -> None:
    """Ask a town no longer for reports on a process that does not touch it; refused once it has told figures."""
    if not reason.strip():
        raise Refusal(_("Say why it is asked no longer."), field="reason")
    if queries.latest(town) is not None:
        raise Conflict(_("It has told figures already: let it verify them."))
