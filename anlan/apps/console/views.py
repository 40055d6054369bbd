"""The workbench and the command map."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.apps.monitoring import api as monitoring
from anlan.apps.people import api as people
from anlan.apps.places import api as places
from anlan.apps.response import api as response
from anlan.apps.warning import api as warning
from anlan.kit import clock
from anlan.kit.refusals import NotAuthorised
from anlan.kit.scope import current


def _sees(permission: str) -> bool:
    return bool(current().areas_for(permission))


def queue() -> dict[str, Any]:
    """Collect what waits for the viewer: alarms, proposals, drafts and signed warnings, tasks, responses in force."""
    facts: dict[str, Any] = {"may": {}}
    if _sees("monitoring.view_alarm"):
        facts["alarms"] = monitoring.alarms_open()
    if _sees("response.view_proposal"):
        facts["proposals"] = list(response.open_proposals())
    if _sees("warning.view_warning"):
        facts["drafts"] = warning.waiting("draft") + warning.waiting("signed")
        facts["in_force"] = warning.published()
    if _sees("response.view_response"):
        facts["active"] = list(response.active())
        facts["counts"] = response.count_tasks()
    if _sees("response.view_task"):
        facts["tasks"] = list(response.inbox(current().actor)[:8])
    return facts


def workbench(request: HttpRequest) -> HttpResponse:
    """Show the viewer's day: what waits, most urgent first."""
    if not request.user.is_authenticated:
        return redirect("people:sign_in")
    post = people.post(current().post)
    return render(request, "console/workbench.html", {**queue(), "post": post, "now": clock.now()})


def command(request: HttpRequest) -> HttpResponse:
    """Show the command map: queue, map, record."""
    if not _sees("console.view_map"):
        raise NotAuthorised(_("Your role does not include the command map."))
    active = list(response.active()) if _sees("response.view_response") else []
    elapsed = (clock.now() - active[0].activated_at).total_seconds() if active else None
    return render(
        request,
        "console/command.html",
        {**queue(), "leading": active[0] if active else None, "elapsed": elapsed, "now": clock.now()},
    )


def map_config(request: HttpRequest) -> JsonResponse:
    """Serve the command map's layers, those the viewer may read."""
    layers = []
    if _sees("warning.view_warning"):
        layers.append(
            {
                "id": "warnings",
                "title": _("Warnings"),
                "role": "warning",
                "url": reverse("warning:layer"),
                "live": "warning.warning",
            }
        )
    if _sees("monitoring.view_station"):
        layers.append(
            {
                "id": "stations",
                "title": _("Stations"),
                "role": "station",
                "url": reverse("monitoring:stations_layer"),
                "live": "monitoring.alarm monitoring.latest",
            }
        )
    return JsonResponse(places.map_config(layers))
