"""What a replay shows at its end: readings, alarms, warnings, responses, tasks, messages and the journal's verdict.

The report says the same in every language and time zone: codes and instants with the offset of the city, no words to translate.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from anlan.apps.exercises.models import Inject
from anlan.apps.messages import api as messages
from anlan.apps.monitoring import api as monitoring
from anlan.apps.response import api as response
from anlan.apps.warning import api as warning
from anlan.kit import journal
from anlan.kit.scope import Scope, entered

#: Why a warning has no lead time.
AFTER_PEAK = "published after the peak"
RENEWAL = "renews or repeats a level that was warned of before"
NO_PEAK = "no peak: no alarm in this area"
SECONDS_NOTE = (
    "world time from the reading that crossed the threshold to the proposal;"
    " the clock of a replay stands still while a step is worked on, so 0 means within the same step"
)


def make() -> dict[str, Any]:
    """Collect the report of the exercise world as JSON types (without wall_seconds)."""
    with entered(Scope.everything("system:report", "exercise")):
        counts = monitoring.batch_counts()
        responses = [{key: _iso(v) if isinstance(v, datetime) else v for key, v in r.items()} for r in response.history()]
        tasks = response.count_tasks()
        verdict = journal.verify("exercise")
        return {
            "readings": {name: counts[name] for name in ("accepted", "duplicate", "rejected", "corrected")},
            "alarms": [_alarm(a) for a in monitoring.alarm_history()],
            "warnings": with_lead_times(warning.history()),
            "responses": [{**r, "proposal_note": SECONDS_NOTE} for r in responses],
            "tasks": {"issued": tasks.issued, "accepted": tasks.accepted, "done": tasks.done, "overdue": tasks.overdue},
            "messages": messages.counts_by_channel(),
            "injects": [{"kind": i.kind, "at": _iso(i.at), "area": i.area, "text": i.text} for i in Inject.objects.all()],
            "journal": {"entries": verdict.entries, "verified": verdict.verified},
        }


def _alarm(a: Any) -> dict[str, Any]:
    peak = monitoring.peak_of(a.station.code, a.datastream.quantity)
    return {
        "station": a.station.code,
        "station_name": a.station.name,
        "hazard": a.hazard,
        "quantity": a.datastream.quantity,
        "level": monitoring.COLOURS[monitoring.Level(a.peak_level)],
        "at": _iso(a.began_at),
        "peak": peak[1] if peak else a.peak_value,
        "returned_at": _iso(a.returned_at),
    }


def with_lead_times(history: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return published warnings with their lead before the peak: only the first of a level in an area has one, else a reason.

    A renewal says nothing about how early people were warned, and one after the peak would count as negative.
    """
    seen: set[tuple[str, str, str]] = set()
    found = []
    for row in history:
        lead, key = row["lead_time_minutes"], (row["area"], row["hazard"], row["level"])
        reason = RENEWAL if key in seen else NO_PEAK if lead is None else AFTER_PEAK if lead < 0 else None
        seen.add(key)
        made = {name: _iso(value) if isinstance(value, datetime) else value for name, value in row.items()}
        found.append({**made, "lead_time_minutes": None if reason else lead, "lead_time_reason": reason})
    return found


def counted(alarms: list[dict[str, Any]]) -> dict[str, int]:
    """Count alarms by the gravest level each reached, the gravest first."""
    levels = [a["level"] for a in alarms]
    return {level: levels.count(level) for level in ("red", "orange", "yellow", "blue") if level in levels}


def _iso(at: datetime | None) -> str | None:
    return timezone.localtime(at, timezone.get_default_timezone()).isoformat() if at else None
