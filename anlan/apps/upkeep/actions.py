"""Writers: a work on a station begins and is finished."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.api import Station
from anlan.apps.telemetry.kinds import measures
from anlan.apps.upkeep import rules
from anlan.apps.upkeep.choices import WorkKind, WorkState
from anlan.apps.upkeep.models import Norm, ServiceRule, Work
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input, Reason, Ref
from anlan.kit.refusals import Conflict, Refusal

#: A work lasts so long at most, and is written down so long after it began at most (proposals, K-).
LONGEST, LATEST = timedelta(days=7), timedelta(days=7)


def _quantities(_row: Any) -> list[tuple[str, Any]]:
    return [("", _("All of the station")), *measures.quantity_choices()]


def _calibrated(station: Station) -> int:
    """Return what is calibrated at a station where nobody said it: the one quantity that it measures itself."""
    measured = station.datastreams.exclude(quantity__in=measures.derived()).values_list("pk", flat=True)[:2]
    if len(measured) != 1:
        raise Refusal(_("Say which quantity is calibrated."), field="quantity")
    return int(measured[0])


Where = Annotated[Ref[Station], Input(_("Station"))]


@action(
    "upkeep.begin_work",
    needs="upkeep.add_work",
    label=_("Begin a work"),
    icon="tool",
    story=_("From now on what the station tells is marked and raises no alarm, until the work is finished or its time is over."),
)
def begin_work(
    deed: Deed,
    *,
    station: Where,
    kind: Annotated[WorkKind, Input(_("Work"))],
    quantity: Annotated[str, Input(_("Quantity"), choices=_quantities)] = "",
    since: Annotated[datetime | None, Input(_("Begun at"), help=_("Empty: now."))] = None,
    hours: Annotated[float, Input(_("For hours"), example=4)] = 4.0,
    reason: Reason,
) -> Work:
    """Begin a work on a station or one quantity of it: readings meanwhile, also those that came before this note, are marked."""
    if not reason.strip():
        raise Refusal(_("Say what is to be done."), field="reason")
    begun = since or deed.now
    if not deed.now - LATEST <= begun <= deed.now:
        raise Refusal(_("A work begins now, or began within the last seven days."), field="since")
    if not 0 < hours <= LONGEST / timedelta(hours=1):
        raise Refusal(_("A work lasts for up to seven days."), field="hours")
    stream = telemetry.stream_of(station.pk, quantity) if quantity else None
    if quantity and stream is None:
        raise Refusal(_("This station does not measure that."), field="quantity")
    if stream is None and kind == WorkKind.CALIBRATION:
        stream = _calibrated(station)
    if Work.objects.filter(station=station, state=WorkState.OPEN, until__gt=deed.now).exists():
        raise Conflict(_("Somebody works on it already; that work is finished first."))
    until = begun + timedelta(hours=hours)
    if until <= deed.now:
        raise Refusal(_("By these hours it would be over already: say how long it lasts."), field="hours")
    held = deed.create(
        Work,
        area=station.area,
        station=station,
        datastream_id=stream,
        kind=kind,
        since=begun,
        until=until,
        reason=reason.strip()[:300],
        begun_by=deed.actor,
    )
    held.marked = telemetry.pause(f"upkeep.work:{held.pk}", station.pk, stream, begun, until)
    return held


@action(
    "upkeep.finish_work",
    needs="upkeep.add_work",
    label=_("Finish the work"),
    record="upkeep.Work",
    moves=Work.life.finish,
    icon="tools-off",
)
def finish_work(
    deed: Deed,
    *,
    work: int,
    result: Annotated[str, Input(_("Work done"), rows=2)],
    standard: Annotated[float | None, Input(_("True value, by the standard"), help=_("Asked for a calibration."))] = None,
    found: Annotated[float | None, Input(_("It showed before"), help=_("Asked for a calibration."))] = None,
    left: Annotated[float | None, Input(_("It shows now"), help=_("Asked for a calibration."))] = None,
    old_serial: Annotated[str, Input(_("Serial number of the old sensor"))] = "",
    new_serial: Annotated[str, Input(_("Serial number of the new sensor"), help=_("Asked for a replacement."))] = "",
) -> Work:
    """Finish a work: what was done, what a calibration found, which sensor came; the station's series goes on and is believed again."""
    held = deed.lock(Work, work)
    given = {"result": result.strip()[:500], "standard": standard, "found": found, "left": left}
    given |= {"old_serial": old_serial.strip()[:60], "new_serial": new_serial.strip()[:60]}
    if missing := rules.lacking(held.kind, given):
        raise Refusal(_("A work of this kind is finished with what is asked here."), field=missing)
    for name, value in given.items():
        setattr(held, name, value)
    telemetry.resume(f"upkeep.work:{held.pk}", deed.now)
    return held


@action(
    "upkeep.set_days",
    needs="upkeep.change_servicerule",
    label=_("Set the days"),
    record="upkeep.ServiceRule",
    icon="calendar-repeat",
    relative=True,
)
def set_days(
    deed: Deed,
    *,
    rule: int,
    days: Annotated[int, Input(_("Days at most"), example=180)],
    source: Annotated[str, Input(_("Source"))],
    reason: Reason,
) -> ServiceRule:
    """Set how many days may pass between two works of a kind."""
    held = deed.lock(ServiceRule, rule)
    if days < 1 or not source.strip():
        raise Refusal(_("Give a day or more, and where it comes from."), field="days")
    held.days, held.source = days, source.strip()[:200]
    return held


@action(
    "upkeep.set_norm",
    needs="upkeep.change_norm",
    label=_("Set the norm"),
    record="upkeep.Norm",
    icon="target",
    relative=True,
)
def set_norm(
    deed: Deed,
    *,
    norm: int,
    value: Annotated[float, Input(_("Value"), example=5)],
    source: Annotated[str, Input(_("Source"))],
    reason: Reason,
) -> Norm:
    """Set a number by which the network is judged."""
    held = deed.lock(Norm, norm)
    if value < 0 or not source.strip():
        raise Refusal(_("Give a number from nought on, and where it comes from."), field="value")
    held.value, held.source = value, source.strip()[:200]
    return held
