"""The exercise page: choose a scenario, start, pause, speed up, reset; and what came of it."""

from __future__ import annotations

import tomllib
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from anlan.apps.exercises import driving, report
from anlan.kit.refusals import Conflict, NotAuthorised, Refusal
from anlan.kit.scope import current
from anlan.lib.scenario import ScenarioError

SPEEDS = (1, 10, 60, 600, 3600, 0)


def scenario_folders() -> list[tuple[str, str, str]]:
    """Return (folder name, Chinese name, English name) of the pack's scenarios."""
    found = []
    for file in sorted((settings.CONFIG.pack / "scenarios").glob("*/scenario.toml")):
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        found.append((file.parent.name, content.get("name_zh", file.parent.name), content.get("name_en", "")))
    return found


def exercise(request: HttpRequest) -> HttpResponse:
    """Show the replay of the exercise world and what came of it so far."""
    if not current().areas_for("exercises.view_replay"):
        raise NotAuthorised(_("Your role does not include this."))
    running = driving.current_replay()
    facts = report.make() if running else None
    may_run = bool(current().areas_for("exercises.run_replay"))
    return render(
        request,
        "exercises/exercise.html",
        {"replay": running, "report": facts, "scenarios": scenario_folders(), "speeds": SPEEDS, "may_run": may_run},
    )


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Reset the exercise world and begin a scenario at a speed."""
    if not current().areas_for("exercises.run_replay"):
        raise NotAuthorised(_("Your role does not include this."))
    chosen = request.POST.get("scenario", "")
    speed = request.POST.get("speed", "0")
    if chosen not in {name for name, *_names in scenario_folders()} or not speed.isdigit() or int(speed) > 3600:
        raise Refusal(_("Choose one of the scenarios and speeds."))
    folder = Path(settings.CONFIG.pack) / "scenarios" / chosen
    try:
        with driving.driving():
            driving.prepare(folder, starter=current().actor, speed=int(speed), area=current().areas[0])
    except ScenarioError as error:
        messages.error(request, " ".join(error.problems[:5]))
    except Conflict as conflict:
        messages.error(request, str(conflict))
    return redirect("exercises:exercise")
