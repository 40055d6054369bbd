"""What a replay shows at its end: readings, alarms, warnings, responses, tasks, messages and the journal's verdict.

The report says the same in every language and time zone: codes and instants with the offset of the city, no words to translate.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from anlan.apps.alarms import api as alarms
from anlan.apps.exercises.models import Inject, Mark, Replay
from anlan.apps.messages import api as messages
from anlan.apps.response import api as response
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.kinds import falls
from anlan.apps.warning import api as warning
from anlan.kit import journal
from anlan.kit.figures import Chart, Figure, Point, Series
from anlan.kit.figures import shown as in_figures
from anlan.kit.languages import localised
from anlan.kit.models import JournalEntry
from anlan.kit.names import name_of
from anlan.kit.scope import Scope, entered
from anlan.kit.ui.templatetags.ui import WORDS
from anlan.kit.worlds import alias

#: Why a warning has no lead time.
AFTER_PEAK = "published after the peak"
RENEWAL = "renews a level that was warned of without a break"
NO_PEAK = "no peak: no alarm in this area"
SUMS = "no peak: its alarm rests on sums, which have no one instant"
OVER = "was over before the peak"
BY_HAND = "decided by hand, without a proposal"
#: Of refused rows, the first so many are named.
MOST_LOST = 100
#: Colours, the gravest first.
LEVELS = ("red", "orange", "yellow", "blue")
INKS = {"red": "#e8414c", "orange": "#f07a2c", "yellow": "#e0ac1b", "blue": "#4d94ff"}
SECONDS_NOTE = (
    "world time from the reading that crossed the threshold to the proposal;"
    " the clock of a replay stands still while a step is worked on, so 0 means within the same step"
)


def make(*, verify: bool = True) -> dict[str, Any]:
    """Collect the report of the exercise world as JSON types (without wall_seconds); `verify` proves the whole journal."""
    with entered(Scope.everything("system:report", "exercise")):
        counts, doubts = telemetry.batch_counts(), telemetry.doubted()
        steps = list(response.history())
        tasks = response.count_tasks()
        verdict = journal.verify("exercise") if verify else None
        entries = verdict.entries if verdict else JournalEntry.objects.count()
        return {
            "readings": {name: counts[name] for name in ("accepted", "duplicate", "rejected", "corrected")}
            | {"suspect": sum(d.count for d in doubts), "left_out": _left_out()},
            "lost": [{"line": line, "reason": reason} for line, reason in telemetry.faults(MOST_LOST)],
            "suspect": [_plain_doubt(d) for d in doubts],
            "alarms": _alarms(),
            "warnings": with_lead_times(warning.history()),
            "responses": [_response(step) for step in steps if step["direction"] != response.Direction.END],
            "endings": [_ending(step) for step in steps if step["direction"] == response.Direction.END],
            "tasks": {"issued": tasks.issued, "accepted": tasks.accepted, "done": tasks.done, "overdue": tasks.overdue},
            "messages": messages.counts_by_channel(),
            "refused": _refused(),
            "injects": [{"kind": i.kind, "at": _iso(i.at), "area": i.area, "text": i.text} for i in Inject.objects.all()],
            "journal": {"entries": entries, "verified": verdict.verified if verdict else None},
        }


def _plain_doubt(d: telemetry.Doubted) -> dict[str, Any]:
    """Return the suspect values of a station as JSON types; which doubts is told by their flags, since words depend on who reads."""
    return {
        "station": d.station,
        "station_name": d.name,
        "station_name_en": d.name_en,
        "quantity": d.quantity,
        "flags": d.flags,
        "count": d.count,
        "first": _iso(d.first),
        "last": _iso(d.last),
    }


def _left_out() -> int:
    """Return how many rows of the scenario's table were never sent: before its start, after its end, of an unknown kind."""
    kept = _mark()
    return int(kept.memory.get("left_out", 0)) if kept else 0


def _mark() -> Mark | None:
    """Return the place that the newest run of this world has reached."""
    return Mark.objects.using(alias()).order_by("-pk").first()


def _response(step: dict[str, Any]) -> dict[str, Any]:
    """Return one level of a response from its activation to its end, without words, which depend on who reads them."""
    names = (
        "response",
        "plan",
        "direction",
        "level",
        "threshold_at",
        "proposed_at",
        "proposal_seconds",
        "activated_at",
        "ended_at",
    )
    note = SECONDS_NOTE if step["proposed_at"] else BY_HAND
    return {name: _plain(step[name]) for name in names} | {"proposal_note": note}


def _ending(step: dict[str, Any]) -> dict[str, Any]:
    """Return how a response ended: the level that it ended at, and when that was proposed and decided."""
    names = ("response", "plan", "threshold_at", "proposed_at", "proposal_seconds", "ended_at")
    return {name: _plain(step[name]) for name in names} | {"level": step["from_level"]}


def _refused() -> list[dict[str, str]]:
    """Return what the script wanted to do and was refused: a run that went through says so by an empty list."""
    kept = _mark()
    refused = kept.refused if kept else {}
    return [{"about": about, "reason": reason} for about, reason in sorted(refused.items())]


def _alarms() -> list[dict[str, Any]]:
    """Return one line for each level that an alarm climbed to; `alarm` tells which lines belong together.

    It counts the alarms of the run: a row's own key would tell how often a killed step began again.
    """
    peaks: dict[int, float] = {}
    numbers: dict[int, int] = {}
    found = []
    run = Replay.objects.order_by("-id").first()
    for reached in alarms.levels_reached(run.starts_at) if run else ():
        a = reached.alarm
        if a.pk not in peaks:
            peak = alarms.peak_during(a.pk)
            peaks[a.pk] = peak[1] if peak else a.peak_value
        found.append(
            {
                "alarm": numbers.setdefault(a.pk, len(numbers) + 1),
                "station": a.station.code,
                "station_name": a.station.name,
                "station_name_en": a.station.name_en,
                "hazard": a.hazard,
                "quantity": a.datastream.quantity,
                "unit": a.datastream.unit,
                **({"falling": True} if falls(a.hazard, a.datastream.quantity) else {}),
                "level": telemetry.COLOURS[telemetry.Level(reached.level)],
                "at": _iso(reached.at),
                "value": reached.value,
                "estimated": reached.estimated,
                "threshold": reached.threshold,
                "peak": peaks[a.pk],
                "returned_at": _iso(a.returned_at),
            }
        )
    return found


def with_lead_times(history: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return published warnings with their lead before the peak: only the first of a level in an unbroken spell has one.

    A renewal says nothing about how early people were warned, one after the peak would count as negative, and one that was
    over before the peak came warned nobody of it.
    """
    seen: dict[tuple[str, str, str], datetime] = {}
    found = []
    for row in history:
        lead, key = row["lead_time_minutes"], (row["area"], row["hazard"], row["level"])
        lasted = _lasted(row, history)
        over = lead is not None and row["published_at"] + timedelta(minutes=lead) > lasted
        known = key in seen and row["published_at"] <= seen[key]
        without = SUMS if row["alarm"] else NO_PEAK
        reason = RENEWAL if known else without if lead is None else AFTER_PEAK if lead < 0 else OVER if over else None
        seen[key] = lasted
        made = {name: _plain(value) for name, value in row.items() if name != "alarm"}
        found.append({**made, "lead_time_minutes": None if reason else lead, "lead_time_reason": reason})
    return found


def _lasted(row: dict[str, Any], history: list[dict[str, Any]]) -> datetime:
    """Return until when its place was warned without a break from a warning on: what replaced it goes on where it ended."""
    until: datetime = row["ended_at"] or row["expires_at"]
    for later in history:
        same = (later["area"], later["hazard"]) == (row["area"], row["hazard"])
        if same and row["published_at"] < later["published_at"] <= until:
            until = max(until, later["ended_at"] or later["expires_at"])
    return until


def gravest(alarms: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one line an alarm: the gravest level that it reached. A report of before had no other lines."""
    found: dict[Any, dict[str, Any]] = {}
    for n, line in enumerate(alarms):
        key = line.get("alarm", f"line {n}")
        if key not in found or LEVELS.index(line["level"]) < LEVELS.index(found[key]["level"]):
            found[key] = line
    return list(found.values())


def counted(alarms: list[dict[str, Any]]) -> dict[str, int]:
    """Count alarms by the gravest level each reached, the gravest first."""
    levels = [a["level"] for a in gravest(alarms)]
    return {level: levels.count(level) for level in LEVELS if level in levels}


def shown(content: dict[str, Any], *, going: bool = False) -> dict[str, Any]:
    """Return a report with what a page adds: counts by level, words in the viewer's language, instants as such.

    While a run is `going`, its highest value so far is no peak yet.
    """
    words = {
        **dict(response.Direction.choices),
        AFTER_PEAK: _("no peak yet") if going else _("after the peak"),
        RENEWAL: _("renewal"),
        NO_PEAK: _("no peak"),
        SUMS: _("judged by sums"),
        OVER: _("over before the peak"),
    }
    ends = [{**e, "direction": response.Direction.END, "activated_at": e["ended_at"]} for e in content.get("endings", [])]
    return {
        **content,
        "levels": counted(content["alarms"]),
        "alarm_count": len(gravest(content["alarms"])),
        "figures": {"figures": figures(content)},
        "chart": in_figures(alarms_by_day(content["alarms"])),
        "alarms": _by_station(content["alarms"]),
        "warnings": [
            {
                **w,
                "published_at": instant_of(w["published_at"]),
                "reason": words.get(w["lead_time_reason"]),
                "headline": localised(w["headline"], w.get("headline_en", "")),
                "lead_hours": round((w["lead_time_minutes"] or 0) / 60, 1),
            }
            for w in content["warnings"]
        ],
        "responses": [
            {
                **r,
                "label": words[r["direction"]],
                "threshold_at": instant_of(r["threshold_at"]),
                "proposed_at": instant_of(r["proposed_at"]),
                "activated_at": instant_of(r["activated_at"]),
            }
            for r in sorted([*content["responses"], *ends], key=lambda r: (r["activated_at"] or "", r["direction"] == "end"))
        ],
        "injects": [{**i, "at": instant_of(i["at"])} for i in content["injects"]],
        "suspect": [_suspect(line) for line in content.get("suspect", [])],
    }


def figures(content: dict[str, Any]) -> list[Figure]:
    """Return a run in numbers."""
    readings, tasks, verified = content["readings"], content["tasks"], content["journal"]["verified"]
    proof = _("proved at the end") if verified is None else _("the chain holds") if verified else _("the chain is BROKEN")
    of_levels = " · ".join(f"{WORDS[level]} {count}" for level, count in counted(content["alarms"]).items())
    delivered = _("delivered / sent")
    sent = [
        Figure(_("Messages"), n["delivered"], of=n["sent"], note=f"{name_of('channel', channel)} · {delivered}")
        for channel, n in content["messages"].items()
    ]
    return [
        Figure(
            _("Readings"),
            readings["accepted"],
            note=rest_of(readings),
            url="#lost" if content.get("lost") or content.get("suspect") else "",
        ),
        Figure(_("Alarms"), len(gravest(content["alarms"])), note=of_levels, url="#alarms"),
        Figure(
            _("Tasks done"),
            tasks["done"],
            of=tasks["issued"],
            note=_("%(a)s accepted · %(o)s overdue") % {"a": tasks["accepted"], "o": tasks["overdue"]},
        ),
        *(sent or [Figure(_("Messages"), 0)]),
        Figure(_("Journal"), content["journal"]["entries"], note=proof),
    ]


def rest_of(readings: dict[str, int]) -> str:
    """Return in words what became of the rows that are no plain new values; a report of before knows less."""
    told = [
        _("%(n)s duplicate") % {"n": readings["duplicate"]},
        _("%(n)s corrected") % {"n": readings["corrected"]},
        _("%(n)s rejected") % {"n": readings["rejected"]},
    ]
    if readings.get("suspect"):
        told.append(_("%(n)s suspect") % {"n": readings["suspect"]})
    if readings.get("left_out"):
        told.append(_("%(n)s not sent: outside its time, or of an unknown kind") % {"n": readings["left_out"]})
    return " · ".join(told)


def _suspect(line: dict[str, Any]) -> dict[str, Any]:
    name = localised(line["station_name"], line.get("station_name_en", ""))
    ats = {"first": instant_of(line["first"]), "last": instant_of(line["last"])}
    return {**line, **ats, "name": name, "doubts": telemetry.doubts_of(line["quantity"], line["flags"])}


def alarms_by_day(alarms: list[dict[str, Any]]) -> Chart:
    """Draw how many alarms reached which level on which day of the run."""
    days = sorted({line["at"][:10] for line in alarms})
    reached = Counter((line["at"][:10], line["level"]) for line in alarms)
    series = [
        Series(
            WORDS[level],
            tuple(Point(reached[day, level], "#alarms" if reached[day, level] else "") for day in days),
            INKS[level],
            stack="level",
        )
        for level in reversed(LEVELS)
        if any(reached[day, level] for day in days)
    ]
    return Chart(
        title=_("Levels reached per day"),
        axis=_("Day"),
        labels=tuple(day[5:] for day in days),
        series=tuple(series),
        why_empty=_("No alarm so far."),
    )


def _by_station(alarms: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the lines of one alarm together, in order of time, the alarms as they began; `first` marks where another begins."""
    order = {key: n for n, key in reversed(list(enumerate(a.get("alarm", n) for n, a in enumerate(alarms))))}
    lines = sorted(enumerate(alarms), key=lambda pair: (order[pair[1].get("alarm", pair[0])], pair[1]["at"]))
    found: list[dict[str, Any]] = []
    for n, line in lines:
        key = line.get("alarm", f"line {n}")
        first = not found or found[-1]["key"] != key
        name = localised(line["station_name"], line.get("station_name_en", ""))
        ats = {"at": instant_of(line["at"]), "returned_at": instant_of(line["returned_at"])}
        digits = telemetry.digits_of(line.get("quantity", ""))
        told = {n: f"{line[n]:.{digits}f}" for n in ("value", "threshold", "peak") if line.get(n) is not None}
        told["sign"] = "≤" if line.get("falling") else "≥"
        found.append({**line, **ats, "key": key, "first": first, "name": name, "told": told})
    return found


def instant_of(text: str | None) -> datetime | None:
    """Read an instant of a report, if there is one."""
    return datetime.fromisoformat(text) if text else None


def _plain(value: Any) -> Any:
    return _iso(value) if isinstance(value, datetime) else value


def _iso(at: datetime | None) -> str | None:
    return timezone.localtime(at, timezone.get_default_timezone()).isoformat() if at else None
