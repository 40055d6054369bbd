"""What is done with rapid reports: sent, added to, taken up, attached, dismissed."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, BinaryIO, cast

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.apps.incidents import queries
from anlan.apps.incidents.actions.incidents import Kind, Title, opened
from anlan.apps.incidents.choices import Source
from anlan.apps.incidents.events import RapidHandled, RapidReported
from anlan.apps.incidents.models import Incident, IncidentKind, RapidAddition, RapidReport
from anlan.apps.people import api as people
from anlan.apps.places.api import Division
from anlan.kit import files
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Geometry, Input, Ref, Upload
from anlan.kit.refusals import Refusal
from anlan.kit.scope import current

SEND, HANDLE = "incidents.send_rapidreport", "incidents.handle_rapidreport"
QuickKind = Annotated[Ref[IncidentKind], Input(_("What is it?"), example="12H", among=queries.quick_kinds)]
Seen = Annotated[str, Input(_("What is seen"), example="江口村路段山体滑坡，道路中断 A landslide blocks the road", rows=4)]
Village = Annotated[Ref[Division], Input(_("Village"), among=queries.villages)]
Spot = Annotated[Geometry, Input(_("Where it is"), geometry_types=("Point",))]
Persons = Annotated[int | None, Input(_("Hurt or dead"), help=_("As far as is known; leave it empty if not."), example=0)]
Trapped = Annotated[int | None, Input(_("Trapped"), example=0)]
Photo = Annotated[Upload, Input(_("Photo"), accept="image/*")]
Answer = Annotated[str, Input(_("Answer to whoever reported it"), rows=3)]
RunningIncident = Annotated[Ref[Incident], Input(_("Incident"), among=queries.going_on)]
of_rapid = partial(action, needs=HANDLE, record="incidents.RapidReport")


@action(
    "incidents.report",
    needs=SEND,
    label=_("Rapid report"),
    icon="urgent",
    offline=True,
    story=_("Say what you see; the duty room is told at once. What is not known may follow later."),
)
def report(
    deed: Deed,
    *,
    kind: QuickKind,
    text: Seen,
    location: Spot | None = None,
    village: Village | None = None,
    hurt: Persons = None,
    trapped: Trapped = None,
    seen_at: Annotated[datetime | None, Input(_("Seen at"), help=_("Now, if nothing is said."))] = None,
    photo: Photo | None = None,
) -> RapidReport:
    """Send word from the spot: what is seen, where, how many are hurt. The duty room of the county is told, of the hurt the city's too."""
    if not text.strip():
        raise Refusal(_("Say in a few words what you see."), field="text")
    if seen_at and seen_at > deed.now:
        seen_at = deed.now  # a phone's clock is believed by nothing
    made = deed.create(
        RapidReport,
        area=queries.area_for(SEND, location, village),
        kind=kind,
        text=text.strip(),
        location=location,
        village=village,
        hurt=hurt,
        trapped=trapped,
        seen_at=seen_at or deed.now,
        reported_at=deed.now,
        reported_by=deed.actor,
        sector=_sector(deed),
    )
    _keep(made, photo)
    deed.emit(RapidReported(rapid=made.pk, area=made.area))
    return made


@action(
    "incidents.add",
    needs=SEND,
    label=_("Add to it"),
    icon="message-plus",
    record="incidents.RapidReport",
    moves=RapidReport.life.add,
    when=lambda row: current().system or row.reported_by == current().actor,
    offline=True,
)
def add(deed: Deed, *, rapid: Ref[RapidReport], text: Seen, photo: Photo | None = None) -> None:
    """Say what is seen now; it goes to where the report has gone. Only whoever sent it adds to it."""
    if not text.strip():
        raise Refusal(_("Say in a few words what you see."), field="text")
    deed.create(RapidAddition, area=rapid.area, rapid=rapid, text=text.strip(), at=deed.now, written_by=deed.actor)
    _keep(rapid, photo)


@of_rapid("incidents.take_up", label=_("Take up as an incident"), moves=RapidReport.life.take_up, icon="folder-plus")
def take_up(
    deed: Deed,
    *,
    rapid: Ref[RapidReport],
    title: Title,
    kind: Kind,
    known_at: Annotated[datetime | None, Input(_("Known at"), help=_("When the report arrived, if nothing is said."))] = None,
) -> None:
    """Make an incident of a rapid report. Deadlines count from when the report arrived, not from now."""
    made = opened(
        deed,
        title=title,
        kind=kind,
        area=rapid.area,
        location=rapid.location,
        place=str(rapid.village or ""),
        occurred_at=min(rapid.seen_at, known_at or rapid.reported_at),
        known_at=known_at or rapid.reported_at,
        origin=Source.RAPID,
        summary=rapid.text,
        trapped=rapid.trapped,
    )
    rapid.incident = made
    deed.emit(RapidHandled(rapid=rapid.pk, incident=made.pk, area=rapid.area))


@of_rapid("incidents.attach", label=_("It belongs to an incident"), moves=RapidReport.life.attach, icon="link")
def attach(
    deed: Deed,
    *,
    rapid: Ref[RapidReport],
    incident: RunningIncident,
    answer: Answer = "",
) -> None:
    """Attach a rapid report to an incident that goes on: it tells of the same thing, or of what became of it."""
    rapid.incident, rapid.answer = incident, answer.strip()
    deed.emit(RapidHandled(rapid=rapid.pk, incident=incident.pk, area=rapid.area))


@of_rapid("incidents.dismiss", label=_("Do not follow it up"), moves=RapidReport.life.dismiss, icon="x")
def dismiss(deed: Deed, *, rapid: Ref[RapidReport], answer: Answer) -> None:
    """Say why a rapid report is not followed up; whoever sent it reads that."""
    if not answer.strip():
        raise Refusal(_("Say why; whoever sent it reads that."), field="answer")
    rapid.answer = answer.strip()
    deed.emit(RapidHandled(rapid=rapid.pk, area=rapid.area))


def _sector(deed: Deed) -> str:
    """Return the sector of a reporter whose authority is for one sector alone, "" for all others."""
    own = people.organisation(people.organisation_of(deed.actor)) if deed.scope.sectored else None
    return own.sector if own else ""


def _keep(row: models.Model, photo: Photo | None) -> None:
    if photo is None:
        return
    kept = files.attach(row, str(photo.name), cast(BinaryIO, photo), field="photo")
    if not kept.content_type.startswith("image/"):
        raise Refusal(_("This is not a picture. Send a photo."), field="photo")
