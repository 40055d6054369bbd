"""The chain of evidence: from what was observed over alarm, warning and decision to the tasks, each link with its time and its page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from anlan.apps.alarms import api as alarms
from anlan.apps.response.models import Response, Task
from anlan.apps.response.queries import answered, count_tasks, deciding_step
from anlan.apps.warning import api as warnings
from anlan.kit.languages import localised
from anlan.kit.names import name_of

#: So many facts of a decision are shown, the first ones.
MOST = 4


@dataclass(frozen=True)
class Link:
    """One thing that happened: what, when, at which hazard level, and the page that shows it."""

    text: str
    at: datetime | None
    url: str = ""
    level: int = 0
    note: str = ""


@dataclass(frozen=True)
class Stage:
    """One station of the chain; the next follows from it."""

    what: str
    icon: str
    links: tuple[Link, ...]


def of_task(task: Task) -> list[Stage]:
    """Follow a task back to the readings: observation, alarm, warning, plan, task; what the viewer may not see or is not yet is left out."""
    done = [Link(str(task), task.issued_at, note=str(task.organisation))]
    if task.accepted_at:
        done.append(Link(gettext("Accepted"), task.accepted_at, note=name_of("actor", task.accepted_by)))
    if task.finished_at:
        done.append(Link(task.get_state_display(), task.finished_at, note=task.report or name_of("actor", task.finished_by)))
    return [*_grounds(task.response, task.issued_at), Stage(gettext("Task"), "checklist", tuple(done))]


def of_response(response: Response) -> list[Stage]:
    """Follow a response back to the readings, from its newest step that was proposed, and on to its tasks."""
    counts = count_tasks(response.pk)
    told = gettext("%(done)d of %(all)d tasks done, %(late)d late")
    words = told % {"done": counts.done, "all": counts.issued, "late": counts.late}
    url = f"{reverse('desk:response_tasks_list')}?response={response.pk}"
    return [*_grounds(response, None), Stage(gettext("Tasks"), "checklist", (Link(words, None, url),))]


def _grounds(response: Response, until: datetime | None) -> Iterator[Stage]:
    """Yield what led to the step by which a task was given, or to the newest one."""
    if happened := [Link(str(one), one.known_at, one.desk_url()) for one in answered(response.pk)[0][:MOST]]:
        yield Stage(gettext("Incident"), "folder", tuple(happened))
    proposal = deciding_step(response.pk, until)
    if proposal is None:
        by_hand = Link(
            response.reason or str(response),
            response.activated_at,
            str(response.desk_url()),
            note=name_of("actor", response.activated_by),
        )
        yield Stage(gettext("Decision"), "gavel", (by_hand,))
        return
    evidence = list(proposal.evidence.all()[:MOST])
    yield Stage(
        gettext("Observation"),
        "ripple",
        tuple(Link(e.seen, e.at or e.since, _stream(e), note=e.condition_text) for e in evidence),
    )
    behind = alarms.alarms_behind({e.alarm for e in evidence if e.alarm}, {e.datastream for e in evidence if e.datastream})
    if behind:
        links = (Link(a.name, a.raised_at, reverse("desk:alarms_alarms_page", args=[a.id]), a.peak_level) for a in behind[:MOST])
        yield Stage(gettext("Alarm"), "bell", tuple(links))
    told = warnings.of_alarms({a.id for a in behind})
    if told:
        yield Stage(gettext("Warning"), "broadcast", tuple(_warned(w) for w in told[:MOST]))
    steps = (
        Link(str(proposal), proposal.proposed_at, str(proposal.desk_url()), note=gettext("proposed")),
        Link(name_of("actor", proposal.decided_by), proposal.decided_at, str(response.desk_url()), note=gettext("decided")),
    )
    yield Stage(gettext("Plan"), "clipboard-list", steps)


def _stream(e: Any) -> str:
    return reverse("desk:telemetry_datastreams_page", args=[e.datastream]) if e.datastream else e.opens


def _warned(w: warnings.WarningFact) -> Link:
    url = reverse("desk:warning_warnings_page", args=[w.id])
    note = gettext("published") if w.published_at else gettext("drafted")
    return Link(str(localised(w.headline_zh, w.headline_en)), w.published_at or w.drafted_at, url, w.level, note)
