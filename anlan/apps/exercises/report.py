"""What a replay shows at its end: readings, alarms, warnings, responses, tasks, messages and the journal's verdict.

The report says the same in every language and time zone: codes and instants with the offset of the city, no words to translate.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from anlan.apps.exercises.models import Inject
from anlan.apps.messages import api as messages
from anlan.apps.monitoring import api as monitoring
from anlan.apps.response import api as response
from anlan.apps.warning import api as warning
from anlan.kit import journal
from anlan.kit.models import JournalEntry
from anlan.kit.scope import Scope, entered

READINGS = {"accepted": _l("accepted"), "duplicate": _l("duplicate"), "rejected": _l("rejected"), "corrected": _l("corrected")}
TASKS = {"issued": _l("issued"), "accepted": _l("accepted"), "done": _l("done"), "overdue": _l("overdue")}
#: Why a warning has no lead time.
AFTER_PEAK = "published after the peak"
RENEWAL = "renews or repeats a level that was warned of before"
NO_PEAK = "no peak: no alarm in this area"
SECONDS_NOTE = (
    "world time from the reading that crossed the threshold to the proposal;"
    " the clock of a replay stands still while a step is worked on, so 0 means within the same step"
)


def make(*, verify: bool = True) -> dict[str, Any]:
    """Collect the report of the exercise world as JSON types (without wall_seconds); `verify` proves the whole journal."""
    with entered(Scope.everything("system:report", "exercise")):
        counts = monitoring.batch_counts()
        responses = [_response(row) for row in response.history()]
        tasks = response.count_tasks()
        verdict = journal.verify("exercise") if verify else None
        entries = verdict.entries if verdict else JournalEntry.objects.count()
        return {
            "readings": {name: counts[name] for name in ("accepted", "duplicate", "rejected", "corrected")},
            "alarms": [_alarm(a) for a in monitoring.alarm_history()],
            "warnings": with_lead_times(warning.history()),
            "responses": responses,
            "tasks": {"issued": tasks.issued, "accepted": tasks.accepted, "done": tasks.done, "overdue": tasks.overdue},
            "messages": messages.counts_by_channel(),
            "injects": [{"kind": i.kind, "at": _iso(i.at), "area": i.area, "text": i.text} for i in Inject.objects.all()],
            "journal": {"entries": entries, "verified": verdict.verified if verdict else None},
        }


def _response(row: dict[str, Any]) -> dict[str, Any]:
    """Return a decided proposal without its words, which depend on who reads them."""
    made = {name: _iso(value) if isinstance(value, datetime) else value for name, value in row.items() if name != "label"}
    return {**made, "proposal_note": SECONDS_NOTE}


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


def shown(content: dict[str, Any]) -> dict[str, Any]:
    """Return a report with what a page adds: counts by level, words in the viewer's language, instants as such."""
    words = {**dict(response.Direction.choices), AFTER_PEAK: _("after the peak"), RENEWAL: _("renewal"), NO_PEAK: _("no peak")}
    return {
        **content,
        "levels": counted(content["alarms"]),
        "alarms": [{**a, "at": _instant(a["at"]), "returned_at": _instant(a["returned_at"])} for a in content["alarms"]],
        "warnings": [
            {**w, "published_at": _instant(w["published_at"]), "reason": words.get(w["lead_time_reason"])}
            for w in content["warnings"]
        ],
        "responses": [
            {
                **r,
                "label": words[r["direction"]],
                "threshold_at": _instant(r["threshold_at"]),
                "proposed_at": _instant(r["proposed_at"]),
                "activated_at": _instant(r["activated_at"]),
            }
            for r in content["responses"]
        ],
        "injects": [{**i, "at": _instant(i["at"])} for i in content["injects"]],
    }


def differences(a: dict[str, Any], b: dict[str, Any]) -> list[dict[str, Any]]:
    """Put two reports side by side: one row a fact, marked where they differ."""
    rows = [(title, key, _facts(a).get((title, key), "—"), _facts(b).get((title, key), "—")) for title, key in _keys(a, b)]
    return [{"title": title, "key": key, "a": left, "b": right, "differs": left != right} for title, key, left, right in rows]


def _keys(a: dict[str, Any], b: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the keys of both reports in the order of their titles, each title's own order kept."""
    keys = list(dict.fromkeys([*_facts(a), *_facts(b)]))
    titles = list(dict.fromkeys(title for title, _key in keys))
    return sorted(keys, key=lambda k: titles.index(k[0]))


def _facts(content: dict[str, Any]) -> dict[tuple[str, str], str]:
    """Return a report as flat facts that two runs can be compared by."""
    found: dict[tuple[str, str], str] = {}
    directions = dict(response.Direction.choices)
    for name, count in content["readings"].items():
        found[(_("Readings"), READINGS[name])] = str(count)
    for alarm in content["alarms"]:
        key = f"{alarm['station_name']} {alarm['level']}"
        found.setdefault((_("Alarms"), key), f"{alarm['at'][:16]} · {alarm['peak']:g}")
    for row in content["warnings"]:
        if row["lead_time_minutes"] is not None:
            found[(_("Lead time before the peak"), f"{row['area']} {row['level']}")] = f"{row['lead_time_minutes']:.0f} min"
    found[(_("Warnings"), _("Published"))] = str(len(content["warnings"]))
    for row in content["responses"]:
        key = f"{directions[row['direction']]} {row['level']}"
        found.setdefault((_("Responses"), f"{key} · {_('proposed')}"), str(row["proposed_at"])[:16])
        found.setdefault((_("Responses"), f"{key} · {_('decided')}"), str(row["activated_at"])[:16])
    for name, count in content["tasks"].items():
        found[(_("Tasks"), TASKS[name])] = str(count)
    for channel, counts in content["messages"].items():
        found[(_("Messages"), channel)] = f"{counts['sent']} / {counts['delivered']}"
    found[(_("Journal"), _("Entries"))] = str(content["journal"]["entries"])
    return found


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _iso(at: datetime | None) -> str | None:
    return timezone.localtime(at, timezone.get_default_timezone()).isoformat() if at else None
