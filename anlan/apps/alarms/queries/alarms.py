"""Readers of alarms: open ones, past ones, the limits behind them, the levels they climbed to and who is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models.functions import Coalesce, Greatest, Least

from anlan.apps.alarms.choices import OPEN, STANDING, AlarmState, Basis, Cause
from anlan.apps.alarms.models import Alarm
from anlan.apps.law import api as law
from anlan.apps.people import api as people
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.kinds import HAZARDS, falls
from anlan.kit import clock
from anlan.kit.kept import kept
from anlan.kit.languages import localised
from anlan.kit.models import JournalEntry
from anlan.lib.ladders import Ladder

#: From this step on the headquarters are told beside the bureaus.
BOTH_HEADQUARTERS = 3


def ladder(at: datetime) -> Ladder:
    """Return how long an alarm raised at an instant waits for an answer before each step."""
    return law.ladder("alarms.answer", at)


def answer_by(raised_at: datetime) -> datetime:
    """Return by when somebody must have answered; at once where the city gives no time."""
    return ladder(raised_at).next_at(0, raised_at) or raised_at


@dataclass(frozen=True)
class AlarmNow:
    """An open alarm for neighbours."""

    id: int
    station: str
    station_name: str
    area: str
    hazard: str
    level: int
    peak_level: int
    value: float
    threshold: float
    unit: str
    reading_at: datetime
    raised_at: datetime
    state: str
    window_hours: int = 0
    #: Time of the reading that brought the alarm to its level.
    level_since: datetime | None = None
    datastream: int = 0
    station_name_en: str = ""
    quantity: str = ""
    #: What brought the alarm to its level.
    own: float = 0.0

    @property
    def name(self) -> str:
        """Return the station's name in the reader's language."""
        return str(localised(self.station_name, self.station_name_en))

    @property
    def answer_by(self) -> datetime:
        """Return by when somebody must have answered."""
        return answer_by(self.raised_at)

    @property
    def limit(self) -> str:
        """Return the threshold that it reached, with its unit."""
        return telemetry.shown(self.quantity, self.threshold)

    @property
    def crossing(self) -> str:
        """Return the value and the threshold, compared as they are now; a state by its word alone, for states are not compared."""
        value, _unit, _digits = telemetry.told(self.quantity, self.value)
        if isinstance(value, str):
            return value
        beyond, within = ("≤", ">") if falls(self.hazard, self.quantity) else ("≥", "<")
        sign = beyond if self.beyond >= 0 else within
        return f"{telemetry.shown(self.quantity, self.value)} {sign} {self.limit}"

    @property
    def reached(self) -> tuple[float, datetime]:
        """Return a value that did reach the threshold, and of when: the newest if it still does, else what brought the alarm to its level."""
        still = self.hazard not in HAZARDS or HAZARDS.get(self.hazard).reached(self.quantity, self.value, self.threshold)
        return (self.value, self.reading_at) if still else (self.own, self.level_since or self.reading_at)

    @property
    def beyond(self) -> float:
        """Return how far the value lies beyond the threshold."""
        return telemetry.beyond(self.hazard, self.quantity, self.value, self.threshold)


_OF_ALARM = (
    *("pk", "station__code", "station__name", "area", "hazard", "level", "peak_level", "threshold", "datastream__quantity"),
    *("raised_at", "state", "newest", "newest_at", "window_hours", "reading_at", "datastream_id", "station__name_en"),
    "value",
)


def alarms_open(
    area: str = "",
    hazard: str = "",
    seen_within: timedelta | None = None,
    permission: str = "",
    states: tuple[AlarmState, ...] = OPEN,
    most: int | None = None,
) -> list[AlarmNow]:
    """Return open alarms, the highest first; with `seen_within` only those whose station has reported so lately.

    Without `permission` every one of the scope, as decisions want them; with it those that somebody holding it may read.
    """
    found = _facts(_open(area, hazard, permission, states, most))
    return [a for a in found if seen_within is None or clock.now() - a.reading_at <= seen_within]


@kept
def _open(area: str, hazard: str, permission: str, states: tuple[AlarmState, ...], most: int | None) -> Any:
    alarms_there = Alarm.objects.readable(permission) if permission else Alarm.objects.all()
    rows = alarms_there.filter(state__in=states, basis=Basis.OBSERVED).order_by("-level", "raised_at", "id")
    if area:
        rows = rows.within(area)
    if hazard:
        rows = rows.filter(hazard=hazard)
    return _plain(rows[:most] if most else rows)


def count_open() -> tuple[int, int]:
    """Count the observed alarms that nobody has answered and all open ones, as far as the viewer may read them. One query."""
    rows = Alarm.objects.readable("alarms.view_alarm").filter(state__in=OPEN, basis=Basis.OBSERVED)
    found = rows.aggregate(raised=models.Count("pk", filter=models.Q(state=AlarmState.RAISED)), all=models.Count("pk"))
    return found["raised"], found["all"]


def alarm_now(pk: int) -> AlarmNow | None:
    """Return one alarm as it stands now, whatever its state; None for none within the scope."""
    return next(iter(_now(Alarm.objects.filter(pk=pk))), None)


def alarms_behind(alarms: set[int], streams: set[int]) -> list[AlarmNow]:
    """Return the alarms with these keys and the observed ones of these datastreams that the viewer may read, the earliest first."""
    named = models.Q(pk__in=alarms) | models.Q(datastream_id__in=streams, basis=Basis.OBSERVED)
    return _now(Alarm.objects.readable().filter(named).order_by("raised_at", "id"))


def with_newest(rows: Any) -> Any:
    """Add to alarms what is measured now: `newest`, of `newest_at`, and the gravest so far as `top`. The one teller of all pages."""
    value, at = telemetry.judged_of_row()
    stands = models.Q(state__in=STANDING, basis=Basis.OBSERVED)
    newest = models.Case(models.When(stands, then=Coalesce(value, models.F("value"))), default=models.F("value"))
    newest_at = models.Case(models.When(stands, then=Coalesce(at, models.F("reading_at"))), default=models.F("reading_at"))
    falling = [models.Q(hazard=h.code, datastream__quantity__in=h.detector.falling) for h in HAZARDS if h.detector.falling]
    lowest = models.When(reduce(or_, falling, models.Q(pk__in=[])), then=Least("peak_value", newest))
    top = models.Case(lowest, default=Greatest("peak_value", newest))
    return rows.annotate(newest=newest, newest_at=newest_at, top=top)


def _plain(rows: Any) -> Any:
    # Plain rows: hundreds may be open, and a station's model would read its geometry each time.
    return with_newest(rows).values_list(*_OF_ALARM, named=True)


def _now(rows: Any) -> list[AlarmNow]:
    return _facts(_plain(rows))


def _facts(alarms: Iterable[Any]) -> list[AlarmNow]:
    return [
        AlarmNow(
            a.pk,
            a.station__code,
            a.station__name,
            a.area,
            a.hazard,
            a.level,
            a.peak_level,
            a.newest,
            a.threshold,
            telemetry.unit_of(a.datastream__quantity),
            a.newest_at,
            a.raised_at,
            a.state,
            a.window_hours,
            a.reading_at,
            a.datastream_id,
            a.station__name_en,
            a.datastream__quantity,
            a.value,
        )
        for a in alarms
    ]


@dataclass(frozen=True)
class Silence:
    """A station that has become silent."""

    id: int
    name: str
    since: datetime
    answered: bool


def alarms_of_silence(most: int) -> tuple[list[Silence], int]:
    """Return the alarms of stations without data that the viewer may read, the oldest first and no more than `most`, and how many there are."""
    found = [Silence(pk, str(localised(zh, en)), at, state != AlarmState.RAISED) for pk, zh, en, at, state in _silent(most)]
    return found, len(found) if len(found) < most else _of_silence().count()


def _of_silence() -> Any:
    return Alarm.objects.readable("alarms.view_alarm").filter(state__in=OPEN, basis=Basis.SILENCE)


@kept
def _silent(most: int) -> Any:
    rows = _of_silence().order_by("reading_at", "id")
    return rows.values_list("pk", "station__name", "station__name_en", "reading_at", "state")[:most]


@dataclass(frozen=True)
class AlarmOver:
    """An observed alarm whose condition is over and which waits for somebody to close it with its cause."""

    id: int
    name: str
    peak_level: int
    peak: str
    returned_at: datetime


def alarms_to_close(most: int) -> list[AlarmOver]:
    """Return the returned alarms that the viewer may close, those that wait longest first, and no more than `most`."""
    return [
        AlarmOver(pk, localised(zh, en), level, telemetry.shown(quantity, peak), at)
        for pk, zh, en, level, peak, quantity, at in _returned(most)
    ]


@kept
def _returned(most: int) -> Any:
    rows = Alarm.objects.readable("alarms.close_alarm").filter(state=AlarmState.RETURNED, basis=Basis.OBSERVED)
    names = ("pk", "station__name", "station__name_en", "peak_level", "peak_value", "datastream__quantity", "returned_at")
    return rows.order_by("returned_at", "id").values_list(*names)[:most]


@dataclass(frozen=True)
class Limit:
    """A threshold as the alarm's page shows it: whether it is the one behind the alarm, and whether it is exceeded.

    `exceeded` is "now", "before" (the alarm's peak lay above it), "forecast", or "" (never, or nobody knows).
    """

    threshold: Any
    level: int
    behind: bool
    exceeded: str

    @property
    def shown(self) -> str:
        """Return the threshold's value with its unit; a state by its word, a number that a detector needs as it is."""
        return telemetry.shown(self.threshold.datastream.quantity, self.threshold.value)


def limits_of(alarm: Alarm) -> list[Limit]:
    """Return the thresholds that an alarm's hazard grades by at its datastream, the highest first."""
    if alarm.hazard not in HAZARDS:
        return []
    hazard = HAZARDS.get(alarm.hazard)
    ladder, newest, quantity = hazard.ladder, _newest(alarm), alarm.datastream.quantity

    def of(threshold: Any) -> Limit:
        same = threshold.window_hours == alarm.window_hours
        behind = same and threshold.value == alarm.threshold
        # The peak of sums may be that of another window.
        was = behind if hazard.windows else hazard.reached(quantity, alarm.peak_value, threshold.value)
        now = same and newest is not None and hazard.reached(quantity, newest, threshold.value)
        exceeded = "now" if now else "before" if was else ""
        forecast = "forecast" if behind else ""
        return Limit(threshold, ladder[threshold.level], behind, forecast if alarm.basis == Basis.FORECAST else exceeded)

    return [of(threshold) for threshold in telemetry.rungs_of(alarm.datastream_id, hazard)]


def _newest(alarm: Alarm) -> float | None:
    """Return what is judged now where the alarm stands: the newest sum of its hazard, else the newest good value."""
    if alarm.state not in STANDING:
        return None
    return telemetry.judged_now([alarm.datastream_id]).value(alarm.datastream_id, alarm.hazard, alarm.window_hours)


def next_step(alarm: Alarm) -> tuple[int, datetime] | None:
    """Return the number and the instant of the next step if nobody answers an alarm; None where nobody more is told."""
    if alarm.state != AlarmState.RAISED or alarm.basis != Basis.OBSERVED:
        return None
    at = ladder(alarm.raised_at).next_at(alarm.escalation, alarm.escalated_at or alarm.raised_at)
    return None if at is None else (alarm.escalation + 1, at)


def next_up(area: str, steps: Iterable[int]) -> dict[int, list[people.OrganisationFact]]:
    """Return who is told at each step when nobody answers: the county's bureau, then also the city's, then both headquarters.

    One query, whatever the number of steps.
    """
    places = list(dict.fromkeys((area[:6], area[:4])))
    there = people.organisations_at(places, ("bureau", "headquarters"))
    told = {}
    for step in steps:
        kinds = ("bureau", "headquarters") if step >= BOTH_HEADQUARTERS else ("bureau",)
        asked = [(place, kind) for place in places[: min(step, 2)] for kind in kinds]
        told[step] = [o for place, kind in asked for o in there if (o.area, o.kind) == (place, kind)]
    return told


def alarm_history(since: datetime, until: datetime | None = None) -> list[Alarm]:
    """Return the observed alarms that stood at some time of a period, in order of time; without `until` up to now."""
    rows = Alarm.objects.readable().filter(basis=Basis.OBSERVED).select_related("station", "datastream")
    rows = rows.order_by("created_at", "id")
    stands = models.Q(returned_at__isnull=True) & (models.Q(closed_at__isnull=True) | models.Q(closed_at__gte=since))
    rows = rows.filter(stands | models.Q(returned_at__gte=since))
    return list(rows if until is None else rows.filter(began_at__lte=until))


def was_unreal(alarm: Alarm) -> bool:
    """Return whether an alarm was closed as no danger: its threshold too low, a fault of the gauge, a test."""
    return alarm.cause in (Cause.THRESHOLD, Cause.INSTRUMENT, Cause.MAINTENANCE)


def first_alarm_at() -> datetime | None:
    """Return when the first observed alarm of this world was raised."""
    rows = Alarm.objects.readable().filter(basis=Basis.OBSERVED).order_by("created_at", "id")
    return rows.values_list("raised_at", flat=True).first()


@dataclass(frozen=True)
class Reached:
    """A level that an alarm climbed to, by which reading of what time."""

    alarm: Alarm
    level: int
    at: datetime
    value: float
    threshold: float
    #: The reading was no observation: interpolated between two.
    estimated: bool = False


def levels_reached(since: datetime) -> list[Reached]:
    """Return each level that each observed alarm of a period climbed to, at the reading that first brought it there.

    Told from the journal: an alarm that stood when the period began is told from its beginning.
    """
    alarms = {str(a.pk): a for a in alarm_history(since)}
    moves = ("alarms.raise_alarm", "alarms.change_level", "alarms.return_alarm")
    entries = JournalEntry.objects.filter(record="alarms.alarm", record_id__in=list(alarms), action__in=moves).order_by("seq")
    stands: dict[str, dict[str, Any]] = defaultdict(dict)
    found: dict[tuple[str, int], Reached] = {}
    for entry in entries:
        now = stands[entry.record_id]
        before = now.get("level", 0) if now.get("state") != AlarmState.RETURNED else 0
        now |= {name: after for name, (_was, after) in entry.diff.items()}
        if entry.action != moves[2] and now["level"] > before and (entry.record_id, now["level"]) not in found:
            reached = Reached(
                alarms[entry.record_id], now["level"], datetime.fromisoformat(now["reading_at"]), now["value"], now["threshold"]
            )
            found[(entry.record_id, now["level"])] = reached
    made = sorted(found.values(), key=lambda r: (r.at, r.alarm.pk, r.level))
    held = telemetry.estimated_at(r.at for r in made)
    return [replace(r, estimated=(r.alarm.datastream_id, r.at) in held) for r in made]


def foretold() -> list[int]:
    """Return the datastreams with an open alarm of a forecast."""
    rows = Alarm.objects.filter(basis=Basis.FORECAST, state__in=OPEN)
    return list(rows.values_list("datastream_id", flat=True).distinct())
