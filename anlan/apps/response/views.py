"""Pages of response that no desk makes: a unit's inbox."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.apps.response.board import tasks_geojson
from anlan.apps.response.queries import given_back, own_tasks, tasks_of_others
from anlan.kit.pages import Menu, page
from anlan.kit.refusals import NotAuthorised
from anlan.kit.scope import current


@page("inbox", needs="response.view_task", menu=Menu("work", 20, "checklist"), label=_("My tasks"), name="inbox")
def my_tasks(request: HttpRequest) -> HttpResponse:
    """Show the open tasks of the viewer's unit, the next to act on first, with large buttons; a bureau's other units in one line each."""
    if not current().areas_for("response.view_task"):
        raise NotAuthorised(gettext("Your role does not include this."))
    others = tasks_of_others()
    shown = {
        "tasks": given_back(current().actor) + own_tasks(),
        "others": others,
        "late": sum(bool(task.late) for task in others),
    }
    return render(request, "response/inbox.html", shown)


@page("/map/tasks.geojson", needs="response.view_task")
def tasks_layer(request: HttpRequest) -> JsonResponse:
    """Serve the viewer's open tasks at their places."""
    return JsonResponse(tasks_geojson())
