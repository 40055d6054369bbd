"""Writers of what keeps alarms in order: cards, targets, what is out of service, and the reports of shifts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.alarms.choices import Consequence
from anlan.apps.alarms.models import AlarmCard, AlarmTarget, OutOfService, ShiftReport, with_silence
from anlan.apps.alarms.queries.restraints import is_out
from anlan.apps.alarms.queries.shift import handed_over
from anlan.apps.alarms.rules import ISA
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.kinds import Level, measures
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input, Reason, Ref
from anlan.kit.reference import take_in
from anlan.kit.refusals import Conflict, Refusal

#: A station is out of service for so long at most; then somebody looks again (proposal, K-).
LONGEST_OUTAGE = timedelta(days=7)
#: A shift is no longer than this.
LONGEST_SHIFT = timedelta(hours=36)


@action("alarms.load_cards", needs="alarms.load_pack", label=_("Load cards of alarms"))
def load_cards(deed: Deed, *, cards: list[AlarmCard], targets: list[AlarmTarget]) -> int:
    """Take over a pack's cards and targets, new and changed ones."""
    words = ("consequence", "why", "why_en", "who", "who_en", "deed", "deed_en", "within", "shelf_hours", "review_on")
    take_in(deed, AlarmCard, cards, ("hazard", "level", "since"), *words, "source", "confidence")
    take_in(deed, AlarmTarget, targets, ("code",), "value", "source", "confidence")
    return len(cards)


Hazards = Annotated[str, Input(_("Hazard"), choices=lambda _row: with_silence())]


@action("alarms.write_card", needs="alarms.change_alarmcard", label=_("Write a card"), icon="id")
def write_card(
    deed: Deed,
    *,
    hazard: Hazards,
    level: Annotated[Level, Input(_("Level"), help=_("“Normal” stands for every level."))],
    consequence: Annotated[Consequence, Input(_("If nobody acts"))],
    why: Annotated[str, Input(_("Why it is there"), rows=2)],
    who: Annotated[str, Input(_("Who acts"))],
    task: Annotated[str, Input(_("What is to be done"), rows=2)],
    minutes: Annotated[float, Input(_("Within minutes"), example=10)],
    shelf_hours: Annotated[float, Input(_("May be shelved for hours"), example=4)],
    since: Annotated[date, Input(_("In force since"), example="2022-07-01")],
    review_on: Annotated[date, Input(_("Review on"), example="2023-07-01")],
    source: Annotated[str, Input(_("Source"))],
) -> AlarmCard:
    """Write down why an alarm is there and who acts: a new card takes the place of the former one from its day on, which stays."""
    if minutes <= 0 or shelf_hours < 0:
        raise Refusal(_("Give a minute or more, and no hours below nought."), field="minutes")
    if review_on <= since:
        raise Refusal(_("A card is reviewed after its first day."), field="review_on")
    if AlarmCard.objects.filter(hazard=hazard, level=int(level), since=since).exists():
        raise Conflict(_("There is a card of that day already; take another day."))
    return deed.create(
        AlarmCard,
        hazard=hazard,
        level=int(level),
        consequence=int(consequence),
        why=why.strip(),
        who=who.strip(),
        deed=task.strip(),
        within=timedelta(minutes=minutes),
        shelf_hours=shelf_hours,
        since=since,
        review_on=review_on,
        source=source.strip(),
    )


@action(
    "alarms.set_target",
    needs="alarms.change_alarmtarget",
    label=_("Set the target"),
    record="alarms.AlarmTarget",
    icon="target",
    relative=True,
)
def set_target(
    deed: Deed,
    *,
    target: int,
    value: Annotated[float, Input(_("Target"), example=5)],
    source: Annotated[str, Input(_("Source"))],
    reason: Reason,
) -> AlarmTarget:
    """Set what a figure of alarms should be."""
    held = deed.lock(AlarmTarget, target)
    if value < 0 or not source.strip():
        raise Refusal(_("Give a number from nought on, and where it comes from."), field="value")
    held.value, held.source = value, source.strip()[:200]
    return held


def _quantities(_row: Any) -> list[tuple[str, Any]]:
    return [("", _("All of the station")), *measures.quantity_choices()]


@action("alarms.take_out_of_service", needs="alarms.take_out_of_service", label=_("Take out of service"), icon="plug-off")
def take_out_of_service(
    deed: Deed,
    *,
    station: Annotated[Ref[telemetry.Station], Input(_("Station"))],
    quantity: Annotated[str, Input(_("Quantity"), choices=_quantities)] = "",
    hours: Annotated[float, Input(_("For hours"), example=4)],
    instead: Annotated[str, Input(_("What watches instead"), example="人工每小时读尺 staff gauge read hourly")],
    reason: Reason,
) -> OutOfService:
    """Keep the alarms of a station, or of one quantity of it, back while it is worked on; they are recorded and told afterwards."""
    if not reason.strip():
        raise Refusal(_("Say why it is taken out of service."), article=ISA, field="reason")
    if not instead.strip():
        raise Refusal(_("Say what watches instead: nobody may be left without a warning."), article=ISA, field="instead")
    if not 0 < hours <= LONGEST_OUTAGE / timedelta(hours=1):
        raise Refusal(_("A station may be out of service for up to seven days."), article=ISA, field="hours")
    stream = telemetry.stream_of(station.pk, quantity) if quantity else None
    if quantity and stream is None:
        raise Refusal(_("This station does not measure that."), field="quantity")
    if is_out(station.pk, stream):
        raise Conflict(_("It is out of service already."))
    return deed.create(
        OutOfService,
        area=station.area,
        station=station,
        datastream_id=stream,
        since=deed.now,
        until=deed.now + timedelta(hours=hours),
        reason=reason.strip()[:300],
        instead=instead.strip()[:300],
        taken_by=deed.actor,
    )


@action(
    "alarms.put_back",
    needs="alarms.take_out_of_service",
    label=_("Put back into service"),
    record="alarms.OutOfService",
    icon="plug",
    moves=OutOfService.life.end,
)
def put_back(deed: Deed, *, outage: int) -> OutOfService:
    """Put a station back into service: what stands is raised within a minute."""
    return deed.lock(OutOfService, outage)


@action("alarms.end_outage", needs="alarms.detect", label=_("The time out of service is over"))
def end_outage(deed: Deed, *, outage: int) -> OutOfService:
    """End what is out of service when its time is over."""
    held = deed.lock(OutOfService, outage)
    if held.until <= deed.now and OutOfService.life.end.possible(held):
        deed.move(held, OutOfService.life.end)
    return held


@action("alarms.write_shift", needs="alarms.hand_over_shift", label=_("Hand the shift over"), icon="clipboard-text")
def write_shift(
    deed: Deed,
    *,
    since: Annotated[datetime, Input(_("Shift since"), example="2022-06-21T20:00:00+08:00")],
    remark: Annotated[str, Input(_("Remark"), rows=4)] = "",
) -> ShiftReport:
    """Write down what this shift hands over: how alarms stand now, and what happened since it began."""
    if not timedelta(0) < deed.now - since <= LONGEST_SHIFT:
        raise Refusal(_("A shift began at most 36 hours ago."), field="since")
    area = min(deed.scope.areas_for("alarms.hand_over_shift"), key=len)
    return deed.create(
        ShiftReport,
        area=area,
        since=since,
        until=deed.now,
        remark=remark.strip()[:1000],
        figures=handed_over(area, since, deed.now),
        written_by=deed.actor,
    )


@action(
    "alarms.take_shift_over",
    needs="alarms.hand_over_shift",
    label=_("Take the shift over"),
    record="alarms.ShiftReport",
    icon="transfer-in",
    moves=ShiftReport.life.take_over,
    separate_from="written_by",
)
def take_shift_over(deed: Deed, *, report: int) -> ShiftReport:
    """Take over what the last shift left: another person than wrote it has read it."""
    return deed.lock(ShiftReport, report)
