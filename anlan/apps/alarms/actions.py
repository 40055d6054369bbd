"""Writers: the life of an alarm (ISA-18.2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from anlan.apps.alarms import decision_sheets, events, rules
from anlan.apps.alarms.choices import STANDING, AlarmState, Basis, Cause, Origin, Restraint
from anlan.apps.alarms.models import Alarm
from anlan.apps.alarms.queries.alarms import ladder
from anlan.apps.alarms.queries.cards import consequence_of, shelf_hours
from anlan.apps.alarms.queries.restraints import Kept, Own, restraint_of
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.kinds import HAZARDS
from anlan.kit.actions import Bulk, Deed, action
from anlan.kit.inputs import Input, Reason
from anlan.kit.refusals import Conflict

#: The hazard of an alarm that says a station is silent.
SILENCE = "no_data"


def _fact(alarm: Alarm) -> dict[str, object]:
    return {
        "alarm": alarm.pk,
        "area": alarm.area,
        "station_code": alarm.station.code,
        "station_name": alarm.station.name,
        "hazard": alarm.hazard,
        "level": alarm.level,
        "value": alarm.value,
        "threshold": alarm.threshold,
        "unit": alarm.datastream.unit,
        "reading_at": alarm.reading_at,
    }


@action("alarms.raise_alarm", needs="alarms.detect", label=_("Raise an alarm"))
def raise_alarm(
    deed: Deed,
    *,
    datastream: int,
    hazard: str,
    level: int,
    value: float,
    threshold: float,
    reading_at: datetime,
    window_hours: int = 0,
    batch: int | None = None,
) -> Alarm:
    """Raise an alarm for a threshold crossed; one that has only just returned comes back instead of a new one."""
    calm = _open_alarm(deed, datastream, hazard)
    if calm is not None and calm.calm_since is not None:
        if reading_at - calm.calm_since <= rules.FLAP_WITHIN:
            return _chatter(deed, calm, level, value, threshold, window_hours, reading_at)
        deed.move(calm, Alarm.life.return_to_normal)
        deed.save(calm)  # one alarm may stand
    back = Alarm.objects.filter(
        datastream=datastream,
        hazard=hazard,
        basis=Basis.OBSERVED,
        state=AlarmState.RETURNED,
        reading_at__gte=reading_at - rules.FLAP_WITHIN,
        reading_at__lte=reading_at,
    ).first()
    if back is not None:
        return _reopen(deed, back, level, value, threshold, window_hours, reading_at)
    alarm = _create(
        deed, datastream, hazard, Basis.OBSERVED, level, value, threshold, reading_at, window_hours=window_hours, batch=batch
    )
    same = Alarm.objects.within(alarm.area[:6]).filter(origin=alarm.origin, basis=Basis.OBSERVED, state__in=STANDING)
    first = same.exclude(pk=alarm.pk).order_by("created_at", "id").values_list("pk", "group").first()
    alarm.group, alarm.first_out = (first[1] or first[0], False) if first else (alarm.pk, True)
    kept_back = alarm.state == AlarmState.SUPPRESSED
    fact = events.AlarmSuppressed if kept_back else events.AlarmRaised
    deed.emit(fact(**_fact(alarm)))  # type: ignore[arg-type]
    return alarm


def _create(
    deed: Deed,
    datastream: int,
    hazard: str,
    basis: Basis,
    level: int,
    value: float,
    threshold: float,
    reading_at: datetime,
    **more: object,
) -> Alarm:
    stream = telemetry.stream(datastream)
    kept_back = restraint_of(datastream, stream.station, hazard, level, deed.now, Own(stream.area, deed.now))
    if kept_back is not None:
        more |= {"state": AlarmState.SUPPRESSED, "restraint": kept_back.kind, "restraint_reason": kept_back.reason[:300]}
        more |= {"restrained_at": deed.now}
    return deed.create(
        Alarm,
        origin=rules.origin_of(HAZARDS.get(hazard).event_code) if hazard in HAZARDS else Origin.LINK,
        priority=rules.priority_of(level, consequence_of(hazard, level), basis),
        area=stream.area,
        station_id=stream.station,
        datastream_id=datastream,
        hazard=hazard,
        basis=basis,
        level=level,
        peak_level=level,
        value=value,
        threshold=threshold,
        peak_value=value,
        reading_at=reading_at,
        began_at=reading_at,
        raised_at=deed.now,
        **more,
    )


def _reopen(
    deed: Deed, back: Alarm, level: int, value: float, threshold: float, window_hours: int, reading_at: datetime
) -> Alarm:
    """Let a returned alarm stand again: it wants a new answer only where it is worse than what was answered."""
    alarm = deed.lock(Alarm, back)
    answered = alarm.acknowledged_at is not None and level <= alarm.peak_level
    shelved = alarm.shelved_until is not None and alarm.shelved_until > deed.now and level <= alarm.peak_level
    life = Alarm.life
    own = Own(alarm.area, deed.now)
    kept_back = restraint_of(alarm.datastream_id, alarm.station_id, alarm.hazard, level, deed.now, own)
    alarm.returned_at, alarm.reopened = None, alarm.reopened + 1
    if kept_back is not None:
        deed.move(alarm, life.come_back_suppressed)
        alarm.restraint, alarm.restraint_reason, alarm.restrained_at = kept_back.kind, kept_back.reason[:300], deed.now
        _set(alarm, level, value, threshold, window_hours, reading_at)
        return alarm
    deed.move(alarm, life.come_back_shelved if shelved else life.come_back_answered if answered else life.come_back)
    if alarm.state == AlarmState.RAISED:
        _ask_anew(deed, alarm)
    _set(alarm, level, value, threshold, window_hours, reading_at)
    deed.emit(events.AlarmLevelChanged(previous=0, **_fact(alarm)))  # type: ignore[arg-type]
    return alarm


def _chatter(
    deed: Deed, alarm: Alarm, level: int, value: float, threshold: float, window_hours: int, reading_at: datetime
) -> Alarm:
    """Count one more return of a chattering alarm: no entry of its own life, no second question unless it is worse than ever."""
    worse, previous = level > alarm.peak_level, alarm.level
    alarm.calm_since, alarm.reopened = None, alarm.reopened + 1
    _set(alarm, level, value, threshold, window_hours, reading_at)
    if worse and Alarm.life.worsen.possible(alarm):
        deed.move(alarm, Alarm.life.worsen)
        _ask_anew(deed, alarm)
    if previous != level and alarm.state != AlarmState.SUPPRESSED:
        deed.emit(events.AlarmLevelChanged(previous=previous, **_fact(alarm)))  # type: ignore[arg-type]
    return alarm


def _ask_anew(deed: Deed, alarm: Alarm) -> None:
    """Start the time within which somebody must answer a raised alarm."""
    alarm.acknowledged_at, alarm.acknowledged_by = None, ""
    alarm.shelved_until, alarm.shelved_by, alarm.shelved_reason = None, "", ""
    alarm.raised_at, alarm.escalated_at, alarm.escalation = deed.now, None, 0


def _set(alarm: Alarm, level: int, value: float, threshold: float, window_hours: int, reading_at: datetime) -> None:
    alarm.level, alarm.value, alarm.threshold, alarm.reading_at = level, value, threshold, reading_at
    alarm.window_hours = window_hours
    alarm.priority = rules.priority_of(level, consequence_of(alarm.hazard, level), alarm.basis)
    _revise(alarm)


def _revise(alarm: Alarm) -> None:
    """Set the peak from the readings that still hold: what a correction took back was no peak."""
    hazard = HAZARDS.get(alarm.hazard)
    if hazard.windows:
        alarm.peak_value, alarm.peak_level = max(alarm.peak_value, alarm.value), max(alarm.peak_level, alarm.level)
        return
    alarm.peak_value = telemetry.extreme(
        alarm.datastream_id, alarm.began_at, alarm.value, hazard.falls(alarm.datastream.quantity)
    )
    alarm.peak_level = max(telemetry.level_reached(alarm.datastream_id, alarm.hazard, alarm.peak_value), alarm.level, 1)


def _open_alarm(deed: Deed, datastream: int, hazard: str, basis: Basis = Basis.OBSERVED) -> Alarm | None:
    found = Alarm.objects.filter(datastream=datastream, hazard=hazard, basis=basis, state__in=STANDING).first()
    return deed.lock(Alarm, found) if found else None


@action("alarms.change_level", needs="alarms.detect", label=_("Change the level"))
def change_level(
    deed: Deed,
    *,
    datastream: int,
    hazard: str,
    level: int,
    value: float,
    threshold: float,
    reading_at: datetime,
    window_hours: int = 0,
) -> Alarm | None:
    """Move an open alarm to another level; a higher one must be acknowledged anew, shelved or not."""
    alarm = _open_alarm(deed, datastream, hazard)
    if alarm is None:
        return None
    previous = alarm.level
    _set(alarm, level, value, threshold, window_hours, reading_at)
    if level > previous and Alarm.life.worsen.possible(alarm):
        deed.move(alarm, Alarm.life.worsen)
        _ask_anew(deed, alarm)
    if alarm.state == AlarmState.SUPPRESSED:
        return _grave_all_the_same(deed, alarm)
    deed.emit(events.AlarmLevelChanged(previous=previous, **_fact(alarm)))  # type: ignore[arg-type]
    return alarm


def _grave_all_the_same(deed: Deed, alarm: Alarm) -> Alarm:
    """Let an alarm that a state keeps back be raised once it is red: no state of a plant explains that away."""
    if (
        alarm.level >= rules.RED
        and alarm.restraint == Restraint.STATE
        or alarm.restraint == Restraint.OWNER
        and _restraint(alarm, deed.now) is None
    ):
        _release(deed, alarm)
    return alarm


def _restraint(alarm: Alarm, now: datetime) -> Kept | None:
    """Return what keeps a standing alarm back at present."""
    own = Own(alarm.area, alarm.restrained_at or alarm.raised_at, alarm.owner_answered_at)
    return restraint_of(alarm.datastream_id, alarm.station_id, alarm.hazard, alarm.level, now, own)


def _release(deed: Deed, alarm: Alarm) -> None:
    """Raise an alarm that was kept back: now it wants its first answer."""
    deed.move(alarm, Alarm.life.release)
    alarm.restraint, alarm.restraint_reason, alarm.restrained_at = "", "", None
    _ask_anew(deed, alarm)
    if alarm.basis == Basis.OBSERVED:
        deed.emit(events.AlarmRaised(**_fact(alarm)))  # type: ignore[arg-type]


@action("alarms.return_alarm", needs="alarms.detect", label=_("Return to normal"))
def return_alarm(deed: Deed, *, datastream: int, hazard: str, value: float, reading_at: datetime) -> Alarm | None:
    """End the condition: the value is clear of the threshold by the hysteresis."""
    alarm = _open_alarm(deed, datastream, hazard)
    if alarm is None:
        return None
    alarm.value, alarm.reading_at = value, reading_at
    if alarm.flapping:
        # It stands until it has been calm for a while: what chatters is one alarm with a count.
        alarm.calm_since = reading_at
        _revise(alarm)
        return alarm
    _revise(alarm)
    _over(deed, alarm)
    return alarm


def _over(deed: Deed, alarm: Alarm) -> None:
    """Return an alarm to normal; of one that was kept back nobody heard, so nobody hears that it is over."""
    kept_back = alarm.state == AlarmState.SUPPRESSED
    deed.move(alarm, Alarm.life.return_to_normal)
    if not kept_back:
        deed.emit(events.AlarmReturned(**_fact(alarm)))  # type: ignore[arg-type]


@action("alarms.calm_down", needs="alarms.detect", label=_("Calm again"))
def calm_down(deed: Deed, *, alarm: int) -> Alarm:
    """Return a chattering alarm that has been calm for long enough."""
    held = deed.lock(Alarm, alarm)
    if held.calm_since is None or held.state not in STANDING or deed.now - held.calm_since < rules.CALM_FOR:
        return held
    held.calm_since = None
    _over(deed, held)
    return held


@action("alarms.keep_back", needs="alarms.detect", label=_("Keep back or let go"))
def keep_back(deed: Deed, *, alarm: int) -> Alarm:
    """Keep an alarm back whose station is out of service or in a state in which it means nothing; raise it once that is over."""
    held = deed.lock(Alarm, alarm)
    found = _restraint(held, deed.now)
    if found is None and held.state == AlarmState.SUPPRESSED:
        _release(deed, held)
    elif found is not None and found.kind != Restraint.OWNER and Alarm.life.suppress.possible(held):
        deed.move(held, Alarm.life.suppress)
        held.restraint, held.restraint_reason = found.kind, found.reason[:300]
    return held


@action(
    "alarms.answer_own",
    needs="alarms.answer_own_alarm",
    label=_("We deal with it"),
    record="alarms.Alarm",
    icon="building-factory-2",
    when=lambda alarm: alarm.restraint == Restraint.OWNER and alarm.owner_answered_at is None,
)
def answer_own(deed: Deed, *, alarm: int, measure: Reason) -> Alarm:
    """Say for the enterprise that its alarm is dealt with and how; still standing after its time, it goes to the city all the same."""
    held = deed.lock(Alarm, alarm)
    if held.restraint != Restraint.OWNER:
        raise Conflict(_("This alarm is with the city already; acknowledge it there."))
    if held.owner_answered_at is not None:
        raise Conflict(_("This alarm has been answered for the enterprise already."))
    held.owner_answered_at, held.owner_answered_by, held.owner_measure = deed.now, deed.actor, measure[:300]
    return held


@action("alarms.revise_peak", needs="alarms.detect", label=_("Correct the peak"))
def revise_peak(deed: Deed, *, datastream: int) -> None:
    """Let a datastream's open alarms follow a correction: their value, and their peak."""
    for found in Alarm.objects.filter(datastream=datastream, basis=Basis.OBSERVED, state__in=STANDING).order_by("id"):
        alarm, hazard = deed.lock(Alarm, found), HAZARDS.get(found.hazard)
        before = alarm.value
        peak = telemetry.highest_sum(datastream, hazard, alarm.began_at) if hazard.windows else None
        if peak is None:
            held = telemetry.good_at(datastream, alarm.reading_at)
            alarm.value = alarm.value if held is None else held
            _revise(alarm)
        else:
            alarm.peak_level, alarm.peak_value, alarm.value = max(peak.level, alarm.level), peak.value, peak.latest
        if alarm.value != before:
            deed.emit(events.AlarmCorrected(**_fact(alarm)))  # type: ignore[arg-type]


@action("alarms.tell_forecast", needs="alarms.detect", label=_("Forecast to reach"))
def tell_forecast(
    deed: Deed, *, datastream: int, hazard: str, level: int, value: float, threshold: float, at: datetime
) -> Alarm | None:
    """Say which level a forecast reaches, when and by which value; level 0: none any more. It is never an observed alarm."""
    alarm = _open_alarm(deed, datastream, hazard, Basis.FORECAST)
    if alarm is None and level == 0:
        return None
    told = alarm.level if alarm else 0
    if alarm is None:
        alarm = _create(deed, datastream, hazard, Basis.FORECAST, level, value, threshold, at)
    elif level == 0:
        deed.move(alarm, Alarm.life.return_to_normal)
    else:
        if level > alarm.level:
            if Alarm.life.worsen.possible(alarm):
                deed.move(alarm, Alarm.life.worsen)
            _ask_anew(deed, alarm)
        alarm.level, alarm.value, alarm.threshold, alarm.reading_at = level, value, threshold, at
        alarm.peak_level, alarm.peak_value = max(alarm.peak_level, level), max(alarm.peak_value, value)
    if level != told:  # each hour's forecast moves its value a little: that calls nobody
        deed.emit(events.ForecastToReach(**_fact(alarm) | {"level": level}))  # type: ignore[arg-type]
    return alarm


def judge_forecasts(streams: Iterable[int]) -> None:
    """Say for each datastream which level its newest forecast reaches from now on, if that has changed."""
    asked = set(streams)
    told = {
        (a.datastream_id, a.hazard): a
        for a in Alarm.objects.filter(basis=Basis.FORECAST, state__in=STANDING, datastream__in=asked)
    }
    for (stream, hazard), reach in sorted(telemetry.reaches(asked).items()):
        known = told.get((stream, hazard))
        same = (0, None, None) if known is None else (known.level, known.value, known.reading_at)
        if same[0] != reach.level or (reach.level and same[1:] != (reach.value, reach.at)):
            tell_forecast(
                datastream=stream, hazard=hazard, level=reach.level, value=reach.value, threshold=reach.threshold, at=reach.at
            )


@action("alarms.tell_silence", needs="alarms.detect", label=_("No data"))
def tell_silence(deed: Deed, *, datastream: int, since: datetime, value: float) -> Alarm:
    """Raise the alarm of a datastream that has sent nothing for longer than it may; it never counts as a flood's."""
    alarm = _create(deed, datastream, SILENCE, Basis.SILENCE, 0, value, value, since)
    if alarm.state == AlarmState.SUPPRESSED:
        return alarm
    deed.emit(events.StationSilent(alarm=alarm.pk, area=alarm.area, station_code=alarm.station.code, since=since))
    return alarm


@action("alarms.end_silence", needs="alarms.detect", label=_("Data again"))
def end_silence(deed: Deed, *, datastream: int) -> Alarm | None:
    """Let the alarm of a silent datastream return: it reports again."""
    alarm = _open_alarm(deed, datastream, SILENCE, Basis.SILENCE)
    if alarm is not None:
        deed.move(alarm, Alarm.life.return_to_normal)
    return alarm


@action(
    "alarms.acknowledge",
    needs="alarms.acknowledge_alarm",
    label=_("Acknowledge"),
    record="alarms.Alarm",
    icon="checks",
    moves=Alarm.life.acknowledge,
    sheet=decision_sheets.answering,
    # ISA-18.2: several at once only where they are few, of one kind and none of the gravest.
    bulk=Bulk(20, alike="hazard", check=lambda alarm: rules.check_several(alarm.level)),
)
def acknowledge(deed: Deed, *, alarm: int) -> Alarm:
    """Answer an alarm: somebody has seen it and acts."""
    held = deed.lock(Alarm, alarm)
    held.answered_after = held.answered_after or deed.now - held.created_at
    deed.emit(events.AlarmAcknowledged(alarm=held.pk, area=held.area, by=deed.actor))
    return held


@action(
    "alarms.shelve",
    needs="alarms.shelve_alarm",
    label=_("Shelve"),
    record="alarms.Alarm",
    icon="clock-pause",
    moves=Alarm.life.shelve,
    when=lambda alarm: alarm.level < rules.RED,
)
def shelve(deed: Deed, *, alarm: int, hours: Annotated[float, Input(_("Hours"), example=4)], reason: Reason) -> Alarm:
    """Put a nuisance alarm aside for a limited time, with a reason."""
    held = deed.lock(Alarm, alarm)
    rules.check_shelf(hours, reason, held.level, shelf_hours(held.hazard, held.level))
    held.shelved_until, held.shelved_reason = deed.now + timedelta(hours=hours), reason.strip()[:300]
    return held


@action(
    "alarms.shelve_red",
    needs="alarms.shelve_alarm",
    label=_("Shelve a red alarm"),
    record="alarms.Alarm",
    icon="clock-shield",
    moves=Alarm.life.shelve,
    when=lambda alarm: alarm.level >= rules.RED,
    second_person=True,
    story=_("A red alarm is put aside only when a second person has looked at it too, and for an hour at most."),
)
def shelve_red(deed: Deed, *, alarm: int, hours: Annotated[float, Input(_("Hours"), example=1)], reason: Reason) -> Alarm:
    """Put a red alarm aside for a short time: a second person looks at it and confirms (ISA-18.2: shelving under access control)."""
    held = deed.lock(Alarm, alarm)
    rules.check_red_shelf(hours, reason, held.level, shelf_hours(held.hazard, held.level))
    held.shelved_until, held.shelved_reason = deed.now + timedelta(hours=hours), reason.strip()[:300]
    return held


@action(
    "alarms.unshelve",
    needs="alarms.shelve_alarm",
    label=_("Take off the shelf"),
    record="alarms.Alarm",
    icon="clock-play",
    moves=Alarm.life.unshelve,
)
def unshelve(deed: Deed, *, alarm: int) -> Alarm:
    """Bring a shelved alarm back: it wants an answer again."""
    held = deed.lock(Alarm, alarm)
    _ask_anew(deed, held)
    return held


@action(
    "alarms.close",
    needs="alarms.close_alarm",
    label=_("Close"),
    record="alarms.Alarm",
    icon="circle-check",
    moves=Alarm.life.close,
)
def close(deed: Deed, *, alarm: int, cause: Cause, remark: Annotated[str, Input(_("Remark"))] = "") -> Alarm:
    """Close an alarm whose condition has returned to normal, with the cause: what was no danger feeds the review of thresholds."""
    held = deed.lock(Alarm, alarm)
    rules.check_cause(cause, remark)
    held.cause, held.closing_remark = cause, remark.strip()[:300]
    return held


@action("alarms.escalate", needs="alarms.detect", label=_("Escalate"))
def escalate(deed: Deed, *, alarm: int) -> Alarm:
    """Note that nobody answered an alarm in time, and climb one step of the ladder."""
    held = deed.lock(Alarm, alarm)
    if (
        held.state == AlarmState.RAISED
        and held.basis == Basis.OBSERVED
        and ladder(held.raised_at).climbs(held.escalation, held.escalated_at or held.raised_at, deed.now)
    ):
        held.escalated_at, held.escalation = deed.now, held.escalation + 1
        deed.emit(
            events.AlarmEscalated(
                alarm=held.pk, area=held.area, station_name=held.station.name, level=held.level, step=held.escalation
            )
        )
    return held
