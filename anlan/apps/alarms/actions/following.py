"""Writers of what detection finds: alarms raised, moved and returned in sets, so that many cost few statements.

All that a turn of detection found is one deed whose entries are appended together, last of all: the journal, for which everybody's
writes wait, is held no longer than that takes (docs/adr/0012).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.alarms import events, rules
from anlan.apps.alarms.choices import STANDING, AlarmState, Basis, Origin, Restraint
from anlan.apps.alarms.models import Alarm
from anlan.apps.alarms.queries.ground import Firsts, Ground, keys_for
from anlan.apps.alarms.queries.restraints import Kept, Own
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.events import Found, LevelMoved
from anlan.apps.telemetry.kinds import HAZARDS
from anlan.kit.actions import Deed, action

#: The hazard of an alarm that says a station is silent.
SILENCE = "no_data"


@action("alarms.follow", needs="alarms.detect", label=_("Follow detection"))
def follow(deed: Deed, *, found: Found) -> None:
    """Carry out what detection found, in its order, as one deed."""
    carry_out: dict[rules.Turn, Callable[..., Any]] = {
        rules.Turn.RAISED: raise_alarm,
        rules.Turn.CHANGED: change_level,
        rules.Turn.OVER: return_alarm,
    }
    for turn, moves in rules.sets_of(found.moved):
        carry_out[turn](moves=moves)
    if found.corrected:
        revise_peak(streams=found.corrected)
    if found.foretold:
        judge_forecasts(found.foretold)


@action("alarms.raise_alarm", needs="alarms.detect", label=_("Raise an alarm"))
def raise_alarm(deed: Deed, *, moves: Sequence[LevelMoved]) -> list[Alarm]:
    """Raise alarms for thresholds of one hazard crossed, each at another datastream; one that has only just returned comes back instead."""
    streams, stand, back = _streams(m.stream for m in moves), _standing(deed, moves), _just_over(deed, moves)
    ground = Ground(deed.now, (*stand.values(), *back.values()), (s.station_id for s in streams.values()))
    firsts, keys, new = Firsts(), keys_for(len(moves)), []
    for move, key in zip(moves, keys, strict=True):
        calm, over = stand.get(move.stream), back.get(move.stream)
        if calm is not None and calm.calm_since is not None:
            if move.at - calm.calm_since <= rules.FLAP_WITHIN:
                _chatter(deed, calm, move, ground)
                continue
            deed.move(calm, Alarm.life.return_to_normal)
            deed.save(calm)  # one alarm may stand
            firsts.is_over()
        if over is not None:
            _reopen(deed, over, move, ground)
            firsts.stands(over)
            continue
        alarm = _made(move, streams[move.stream], Basis.OBSERVED, ground)
        first = firsts.of(alarm)
        alarm.pk, alarm.group, alarm.first_out = key, (first[2] or first[1] if first else key), first is None
        firsts.stands(alarm)
        new.append(alarm)
    for alarm in deed.create_many(Alarm, new, each=True):
        fact = events.AlarmSuppressed if alarm.state == AlarmState.SUPPRESSED else events.AlarmRaised
        deed.emit(fact(**_fact(alarm)))
    return [*stand.values(), *back.values(), *new]


@action("alarms.change_level", needs="alarms.detect", label=_("Change the level"))
def change_level(deed: Deed, *, moves: Sequence[LevelMoved]) -> None:
    """Move open alarms of one hazard to other levels; a higher one must be acknowledged anew, shelved or not."""
    stand = _standing(deed, moves)
    ground = Ground(deed.now, stand.values())
    for move in moves:
        alarm = stand.get(move.stream)
        if alarm is None:
            continue
        previous = alarm.level
        _set(alarm, move, ground)
        if alarm.level > previous and Alarm.life.worsen.possible(alarm):
            deed.move(alarm, Alarm.life.worsen)
            ask_anew(deed, alarm)
        if alarm.state == AlarmState.SUPPRESSED:
            _grave_all_the_same(deed, alarm, ground)
        else:
            deed.emit(events.AlarmLevelChanged(previous=previous, **_fact(alarm)))


@action("alarms.return_alarm", needs="alarms.detect", label=_("Return to normal"))
def return_alarm(deed: Deed, *, moves: Sequence[LevelMoved]) -> None:
    """End conditions of one hazard: each value is clear of its threshold by the hysteresis."""
    stand = _standing(deed, moves)
    ground = Ground(deed.now, stand.values())
    for move in moves:
        alarm = stand.get(move.stream)
        if alarm is None:
            continue
        alarm.value, alarm.reading_at = move.value, move.at
        _revise(alarm, ground)
        if alarm.flapping:
            # It stands until it has been calm for a while: what chatters is one alarm with a count.
            alarm.calm_since = move.at
        else:
            _over(deed, alarm)


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
    found = _restraint(held, Ground(deed.now, (held,)))
    if found is None and held.state == AlarmState.SUPPRESSED:
        _release(deed, held)
    elif found is not None and found.kind != Restraint.OWNER and Alarm.life.suppress.possible(held):
        deed.move(held, Alarm.life.suppress)
        held.restraint, held.restraint_reason = found.kind, found.reason[:300]
    return held


@action("alarms.revise_peak", needs="alarms.detect", label=_("Correct the peak"))
def revise_peak(deed: Deed, *, streams: Sequence[int]) -> None:
    """Let the open alarms of some datastreams follow a correction: their value, and their peak."""
    rows = Alarm.objects.filter(datastream__in=streams, basis=Basis.OBSERVED, state__in=STANDING)
    held = deed.lock_all(_with_station(rows))
    ground = Ground(deed.now, held)
    for alarm in held:
        hazard, before = HAZARDS.get(alarm.hazard), alarm.value
        peak = telemetry.highest_sum(alarm.datastream_id, hazard, alarm.began_at) if hazard.windows else None
        if peak is None:
            good = telemetry.good_at(alarm.datastream_id, alarm.reading_at)
            alarm.value = alarm.value if good is None else good
            _revise(alarm, ground)
        else:
            alarm.peak_level, alarm.peak_value, alarm.value = max(peak.level, alarm.level), peak.value, peak.latest
        if alarm.value != before:
            deed.emit(events.AlarmCorrected(**_fact(alarm)))


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
        alarm = _create(deed, LevelMoved(hazard, datastream, 0, level, value, threshold, 0, at), Basis.FORECAST)
    elif level == 0:
        deed.move(alarm, Alarm.life.return_to_normal)
    else:
        if level > alarm.level:
            if Alarm.life.worsen.possible(alarm):
                deed.move(alarm, Alarm.life.worsen)
            ask_anew(deed, alarm)
        alarm.level, alarm.value, alarm.threshold, alarm.reading_at = level, value, threshold, at
        alarm.peak_level, alarm.peak_value = max(alarm.peak_level, level), max(alarm.peak_value, value)
    if level != told:  # each hour's forecast moves its value a little: that calls nobody
        deed.emit(events.ForecastToReach(**_fact(alarm) | {"level": level}))
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
def tell_silence(deed: Deed, *, silences: Sequence[telemetry.Silence]) -> list[Alarm]:
    """Raise the alarms of datastreams that have sent nothing for longer than they may; they never count as a flood's."""
    streams = _streams(silence.stream for silence in silences)
    told = set(_silent(streams).values_list("datastream_id", flat=True))
    ground = Ground(deed.now, (), (stream.station_id for stream in streams.values()))
    moves = [LevelMoved(SILENCE, s.stream, 0, 0, s.value, s.value, 0, s.since) for s in silences if s.stream not in told]
    new = [_made(move, streams[move.stream], Basis.SILENCE, ground) for move in moves]
    for alarm in deed.create_many(Alarm, new, each=True):
        if alarm.state != AlarmState.SUPPRESSED:
            code, since = alarm.station.code, alarm.began_at
            deed.emit(events.StationSilent(alarm=alarm.pk, area=alarm.area, station_code=code, since=since))
    return new


@action("alarms.end_silence", needs="alarms.detect", label=_("Data again"))
def end_silence(deed: Deed, *, datastreams: Sequence[int]) -> list[Alarm]:
    """Let the alarms of silent datastreams return: they report again."""
    held = deed.lock_all(_with_station(_silent(datastreams)))
    for alarm in held:
        deed.move(alarm, Alarm.life.return_to_normal)
    return held


def _silent(streams: Iterable[int]) -> Any:
    """Return the alarms of silence that stand at some datastreams."""
    return Alarm.objects.filter(basis=Basis.SILENCE, state__in=STANDING, datastream__in=list(streams))


def _with_station(rows: Any) -> Any:
    # A station's model would read its geometry each time.
    return rows.select_related("station", "datastream").defer("station__location")


def _streams(keys: Iterable[int]) -> dict[int, Any]:
    rows = telemetry.Datastream.objects.filter(pk__in=list(keys)).select_related("station").defer("station__location")
    return {row.pk: row for row in rows}


def _standing(deed: Deed, moves: Sequence[LevelMoved]) -> dict[int, Alarm]:
    """Lock the observed alarms of these datastreams that stand; all moves are of one hazard."""
    streams = [move.stream for move in moves]
    rows = Alarm.objects.filter(datastream__in=streams, hazard=moves[0].hazard, basis=Basis.OBSERVED, state__in=STANDING)
    return {alarm.datastream_id: alarm for alarm in deed.lock_all(_with_station(rows))}


def _just_over(deed: Deed, moves: Sequence[LevelMoved]) -> dict[int, Alarm]:
    """Lock the observed alarms of these datastreams that had only just returned when a threshold was crossed again, the newest of each."""
    at = {move.stream: move.at for move in moves}
    rows = Alarm.objects.filter(hazard=moves[0].hazard, basis=Basis.OBSERVED, state=AlarmState.RETURNED, datastream__in=at)
    lately = rows.filter(reading_at__gte=min(at.values()) - rules.FLAP_WITHIN, reading_at__lte=max(at.values()))
    keys: dict[int, int] = {}
    for key, stream, last in lately.values_list("pk", "datastream_id", "reading_at"):
        if at[stream] - rules.FLAP_WITHIN <= last <= at[stream]:
            keys.setdefault(stream, key)
    return {alarm.datastream_id: alarm for alarm in deed.lock_all(_with_station(rows.filter(pk__in=keys.values())))}


def _open_alarm(deed: Deed, datastream: int, hazard: str, basis: Basis) -> Alarm | None:
    found = Alarm.objects.filter(datastream=datastream, hazard=hazard, basis=basis, state__in=STANDING).first()
    return deed.lock(Alarm, found) if found else None


def _create(deed: Deed, move: LevelMoved, basis: Basis) -> Alarm:
    stream = _streams([move.stream])[move.stream]
    (alarm,) = deed.create_many(Alarm, [_made(move, stream, basis, Ground(deed.now, (), [stream.station_id]))], each=True)
    return alarm


def _made(move: LevelMoved, stream: Any, basis: Basis, ground: Ground) -> Alarm:
    """Return an alarm as it begins, not written yet: raised, or kept back."""
    alarm = Alarm(
        origin=rules.origin_of(HAZARDS.get(move.hazard).event_code) if move.hazard in HAZARDS else Origin.LINK,
        area=stream.station.area,
        station=stream.station,
        datastream=stream,
        hazard=move.hazard,
        basis=basis,
        level=move.after,
        peak_level=move.after,
        value=move.value,
        threshold=move.threshold,
        peak_value=move.value,
        window_hours=move.window_hours,
        reading_at=move.at,
        began_at=move.at,
        raised_at=ground.now,
        batch=move.batch,
    )
    alarm.priority = ground.priority(alarm)
    kept_back = ground.restraints.of(alarm, Own(alarm.area, ground.now))
    if kept_back is not None:
        alarm.state, alarm.restrained_at = AlarmState.SUPPRESSED, ground.now
        alarm.restraint, alarm.restraint_reason = kept_back.kind, kept_back.reason[:300]
    return alarm


def _reopen(deed: Deed, alarm: Alarm, move: LevelMoved, ground: Ground) -> None:
    """Let a returned alarm stand again: it wants a new answer only where it is worse than what was answered."""
    life, worse = Alarm.life, move.after > alarm.peak_level
    answered = alarm.acknowledged_at is not None and not worse
    shelved = alarm.shelved_until is not None and alarm.shelved_until > deed.now and not worse
    alarm.returned_at, alarm.reopened = None, alarm.reopened + 1
    _set(alarm, move, ground)
    kept_back = ground.restraints.of(alarm, Own(alarm.area, deed.now))
    if kept_back is not None:
        deed.move(alarm, life.come_back_suppressed)
        alarm.restraint, alarm.restraint_reason, alarm.restrained_at = kept_back.kind, kept_back.reason[:300], deed.now
        return
    deed.move(alarm, life.come_back_shelved if shelved else life.come_back_answered if answered else life.come_back)
    if alarm.state == AlarmState.RAISED:
        ask_anew(deed, alarm)
    deed.emit(events.AlarmLevelChanged(previous=0, **_fact(alarm)))


def _chatter(deed: Deed, alarm: Alarm, move: LevelMoved, ground: Ground) -> None:
    """Count one more return of a chattering alarm: no entry of its own life, no second question unless it is worse than ever."""
    worse, previous = move.after > alarm.peak_level, alarm.level
    alarm.calm_since, alarm.reopened = None, alarm.reopened + 1
    _set(alarm, move, ground)
    if worse and Alarm.life.worsen.possible(alarm):
        deed.move(alarm, Alarm.life.worsen)
        ask_anew(deed, alarm)
    if previous != alarm.level and alarm.state != AlarmState.SUPPRESSED:
        deed.emit(events.AlarmLevelChanged(previous=previous, **_fact(alarm)))


def ask_anew(deed: Deed, alarm: Alarm) -> None:
    """Start the time within which somebody must answer a raised alarm."""
    alarm.acknowledged_at, alarm.acknowledged_by = None, ""
    alarm.shelved_until, alarm.shelved_by, alarm.shelved_reason = None, "", ""
    alarm.raised_at, alarm.escalated_at, alarm.escalation = deed.now, None, 0


def _set(alarm: Alarm, move: LevelMoved, ground: Ground) -> None:
    alarm.level, alarm.value, alarm.threshold, alarm.reading_at = move.after, move.value, move.threshold, move.at
    alarm.window_hours, alarm.priority = move.window_hours, ground.priority(alarm)
    _revise(alarm, ground)


def _revise(alarm: Alarm, ground: Ground) -> None:
    """Set the peak from the readings that still hold: what a correction took back was no peak."""
    if HAZARDS.get(alarm.hazard).windows:
        alarm.peak_value, alarm.peak_level = max(alarm.peak_value, alarm.value), max(alarm.peak_level, alarm.level)
        return
    alarm.peak_value, level = ground.peak(alarm)
    alarm.peak_level = max(level, alarm.level, 1)


def _grave_all_the_same(deed: Deed, alarm: Alarm, ground: Ground) -> None:
    """Let an alarm that a state keeps back be raised once it is red: no state of a plant explains that away."""
    red = alarm.level >= rules.RED and alarm.restraint == Restraint.STATE
    if red or alarm.restraint == Restraint.OWNER and _restraint(alarm, ground) is None:
        _release(deed, alarm)


def _restraint(alarm: Alarm, ground: Ground) -> Kept | None:
    """Return what keeps a standing alarm back at present."""
    return ground.restraints.of(alarm, Own(alarm.area, alarm.restrained_at or alarm.raised_at, alarm.owner_answered_at))


def _release(deed: Deed, alarm: Alarm) -> None:
    """Raise an alarm that was kept back: now it wants its first answer."""
    deed.move(alarm, Alarm.life.release)
    alarm.restraint, alarm.restraint_reason, alarm.restrained_at = "", "", None
    ask_anew(deed, alarm)
    if alarm.basis == Basis.OBSERVED:
        deed.emit(events.AlarmRaised(**_fact(alarm)))


def _over(deed: Deed, alarm: Alarm) -> None:
    """Return an alarm to normal; of one that was kept back nobody heard, so nobody hears that it is over."""
    kept_back = alarm.state == AlarmState.SUPPRESSED
    deed.move(alarm, Alarm.life.return_to_normal)
    if not kept_back:
        deed.emit(events.AlarmReturned(**_fact(alarm)))


def _fact(alarm: Alarm) -> dict[str, Any]:
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
