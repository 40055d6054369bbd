"""What a replay shows at its end: readings, alarms, warnings, responses, tasks, messages and the journal's verdict."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from anlan.apps.messages import api as messages
from anlan.apps.monitoring import api as monitoring
from anlan.apps.response import api as response
from anlan.apps.warning import api as warning
from anlan.kit import journal
from anlan.kit.scope import Scope, entered


def make() -> dict[str, Any]:
    """Collect the report of the exercise world as JSON types (without wall_seconds)."""
    with entered(Scope.everything("system:report", "exercise")):
        counts = monitoring.batch_counts()
        alarms = [
            {
                "station": a.station.code,
                "station_name": a.station.name,
                "quantity": a.datastream.quantity,
                "level": monitoring.COLOURS[monitoring.Level(a.peak_level)],
                "at": _iso(a.created_at),
                "peak": (monitoring.peak_of(a.station.code, a.datastream.quantity) or (None, a.peak_value))[1],
                "returned_at": _iso(a.returned_at),
            }
            for a in monitoring.alarm_history()
        ]
        warnings = [{key: _iso(v) if isinstance(v, datetime) else v for key, v in w.items()} for w in warning.history()]
        responses = [{key: _iso(v) if isinstance(v, datetime) else v for key, v in r.items()} for r in response.history()]
        tasks = response.count_tasks()
        verdict = journal.verify("exercise")
        return {
            "readings": {name: counts[name] for name in ("accepted", "duplicate", "rejected", "corrected")},
            "alarms": alarms,
            "warnings": warnings,
            "responses": responses,
            "tasks": {"issued": tasks.issued, "accepted": tasks.accepted, "done": tasks.done, "overdue": tasks.overdue},
            "messages": messages.counts_by_channel(),
            "journal": {"entries": verdict.entries, "verified": verdict.verified},
        }


def _iso(at: datetime | None) -> str | None:
    return timezone.localtime(at).isoformat() if at else None
