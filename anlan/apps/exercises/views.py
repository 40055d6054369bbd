"""The exercise director's page: choose a scenario, start, pause, speed up, stop, reset; what comes of it, and earlier runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from anlan.apps.exercises import actions, comparing, driving, folders, report
from anlan.apps.exercises.choices import GOING
from anlan.apps.exercises.desk import RunReportDesk
from anlan.apps.exercises.models import Replay
from anlan.apps.exercises.problems import described
from anlan.kit.languages import localised
from anlan.kit.names import name_of
from anlan.kit.pages import Menu, page, require
from anlan.kit.refusals import NotAuthorised, Refusal
from anlan.kit.scope import current, entered
from anlan.lib.scenario import ScenarioError

SPEEDS = (1, 10, 60, 600, 3600, 0)
#: An hour of the exercise a second: a flood of eleven days passes in under five minutes.
USUAL = 3600
#: How long a page waits for a running replay to let go of the wheel.
PATIENCE = 20.0


def _may(permission: str) -> bool:
    return bool(current().areas_for(permission))


def _may_over(running: Replay | None, permission: str) -> bool:
    return _may(permission) if running is None else current().may(permission, running.area)


def _need_over_run(permission: str) -> None:
    """Refuse who may not do this where the present run plays: the exercise world is one, and who empties it empties all of it."""
    require(permission)
    found = driving.current_replay()
    if not _may_over(found, permission):
        text = _("The exercise world holds a run of %(area)s: only a director of that area changes, empties or replaces it.")
        raise NotAuthorised(text % {"area": name_of("area", found.area) if found else ""})


@page(
    "/replay",
    needs="exercises.view_replay",
    menu=Menu("work", 30, "player-track-next", "exercise"),
    label=gettext_lazy("Exercise direction"),
)
def exercise(request: HttpRequest) -> HttpResponse:
    """Show the replay of the exercise world, what came of it so far, and the reports of earlier runs."""
    running = driving.current_replay()
    facts: dict[str, Any] = {"replay": running, "speeds": SPEEDS, "usual": USUAL, "cli": driving.CLI}
    facts["may_run"] = _may_over(running, "exercises.run_replay")
    if running is not None:
        facts |= _progress(running)
    facts["asked"] = {name: request.GET.get(name, "") for name in ("scenario", "who")}
    facts["scenarios"] = [(c.key, localised(c.name_zh, c.name_en)) for c in folders.choices()]
    facts["may_upload"] = _may_over(running, "exercises.upload_scenario")
    facts["reports"] = list(RunReportDesk.rows()[:12]) if _may("exercises.view_runreport") else []
    return render(request, "exercises/exercise.html", facts)


def _progress(running: Replay) -> dict[str, Any]:
    reached = driving.reached(running)
    whole, done = running.ends_at - running.starts_at, reached - running.starts_at
    going = running.state in GOING
    return {
        "reached": reached,
        "starter": _("the command line") if running.started_by == driving.CLI else name_of("actor", running.started_by),
        "share": int(100 * done / whole),
        "going": going,
        "orphan": driving.is_orphan(running),
        # Proving the whole journal anew at every tick would take longer than the tick.
        "report": report.shown(report.make(verify=not going), going=going),
    }


@page("/replay/start", needs="exercises.run_replay")
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Reset the exercise world and begin a scenario at a speed."""
    _need_over_run("exercises.run_replay")
    speed = request.POST.get("speed", "0")
    if not speed.isdecimal() or int(speed) > actions.FASTEST:
        raise Refusal(_("Choose one of the scenarios and speeds."))
    path = request.POST.get("path", "").strip()
    if path:
        _need_over_run("exercises.upload_scenario")
    try:
        folder = Path(path) if path else folders.chosen(request.POST.get("scenario", ""))
        driving.read(folder)
        _empty(folder.name)
        with driving.driving(PATIENCE):
            driving.prepare(
                folder,
                starter=current().actor,
                speed=int(speed),
                area=current().areas_for("exercises.run_replay")[0],
                people=request.POST.get("who") == "people",
            )
    except ScenarioError as error:
        _say(request, error.problems)
    except Refusal as refusal:
        _say(request, [str(refusal)])
    return redirect("exercises:exercise")


@page("/replay/control", needs="exercises.run_replay")
@require_POST
def control(request: HttpRequest) -> HttpResponse:
    """Do what the director's button says: pause, go on, stop, change the speed, take over, reset."""
    _need_over_run("exercises.run_replay")
    found, wanted = driving.current_replay(), request.POST.get("do", "")
    try:
        if wanted == "reset":
            _empty("")
            with driving.driving(PATIENCE):
                driving.reset()
            messages.success(request, _("The exercise world is empty. Reports of earlier runs are kept."))
        elif found is None:
            raise Refusal(_("There is no replay. Start one first."))
        elif wanted in {"pause", "resume", "stop", "take_over"}:
            getattr(actions, wanted)(replay=found.pk)
        elif wanted.isdecimal():
            actions.set_speed(replay=found.pk, speed=int(wanted))
        else:
            raise Refusal(_("There is no such button."))
    except Refusal as refusal:
        _say(request, [str(refusal)])
    return redirect("exercises:exercise")


@page("/replay/upload", needs="exercises.upload_scenario")
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take a scenario in as a zip of its folder."""
    _need_over_run("exercises.upload_scenario")
    file = request.FILES.get("file")
    try:
        if file is None:
            raise Refusal(_("Choose a file."))
        folder = folders.unpack(str(file.name), file)  # type: ignore[arg-type]
        with entered(replace(current(), world="live")):
            actions.note_upload(folder=folder.name)
        messages.success(request, _("Scenario %(name)s can be chosen now.") % {"name": folder.name})
    except ScenarioError as error:
        _say(request, error.problems)
    except Refusal as refusal:
        _say(request, [str(refusal)])
    return redirect("exercises:exercise")


@page("/replay/compare", needs="exercises.view_runreport")
def compare(request: HttpRequest) -> HttpResponse:
    """Show two runs side by side, what differs marked."""
    picked = [pk for pk in request.GET.getlist("run") if pk.isdecimal()]
    if len(picked) != 2:
        messages.error(request, _("Choose two runs to compare."))
        return redirect("exercises:exercise")
    first, second = sorted((RunReportDesk.get(int(pk)) for pk in picked), key=lambda run: (run.kept_at, run.pk))
    rows = comparing.compared(first.content, second.content)
    tables = {"changed": [row for row in rows if row.differs], "same": [row for row in rows if not row.differs]}
    return render(request, "exercises/compare.html", {"first": first, "second": second, **tables})


def _empty(what: str) -> None:
    """Stop what runs and say in the live journal who empties the exercise world."""
    found = driving.current_replay()
    if found is not None and found.state in GOING:
        actions.stop(replay=found.pk)
    with entered(replace(current(), world="live")):
        actions.note_emptied(scenario=what)


def _say(request: HttpRequest, problems: list[str]) -> None:
    for problem in problems[:8]:
        messages.error(request, described(problem))
    if len(problems) > 8:
        messages.error(request, _("… and %(count)d more.") % {"count": len(problems) - 8})
