"""The workbench and the command map, and the parts that the map asks for."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from anlan.apps.alarms import api as alarms
from anlan.apps.console import first, help, layers, record, wall
from anlan.apps.console.queue import followed, headline, not_shown, silent, to_close
from anlan.apps.duty import api as duty
from anlan.apps.exercises import api as exercises
from anlan.apps.people import api as people
from anlan.apps.places import api as places
from anlan.apps.response import api as response
from anlan.apps.telemetry import api as telemetry
from anlan.apps.warning import api as warning
from anlan.kit import clock
from anlan.kit.board import Rank, all_folded, all_waiting, sees
from anlan.kit.desk.tiles import asked_instant
from anlan.kit.names import name_of
from anlan.kit.pages import EVERYBODY, SIGNED_IN, Menu, page
from anlan.kit.refusals import NotFound
from anlan.kit.scope import current
from anlan.lib.once import asking_once

#: Who is on duty, told by what their role lets them do here.
DUTIES = (
    (gettext_lazy("Decides"), "response.decide_proposal"),
    (gettext_lazy("Signs warnings"), "warning.sign_warning"),
    (gettext_lazy("Answers alarms"), "alarms.acknowledge_alarm"),
)

#: So many stations the list beside the map shows, the gravest first; the others are in the list of stations.
MOST_STATIONS = 100


def _day() -> dict[str, Any]:
    """Collect what the workbench and the map both show."""
    waiting = all_waiting()
    facts: dict[str, Any] = {
        "waiting": waiting,
        "mine": sum(bool(one.verb) for one in waiting),
        "next_step": next((one for one in waiting if one.verb), None),
        "folded": all_folded(),
        "followed": followed(),
        **to_close(),
        **silent(),
        "in_force": [(w, headline(w), current().may("warning.draft_warning", w.area)) for w in warning.published()],
        "may_read_warnings": sees("warning.view_warning"),
        "may_draft": sees("warning.draft_warning"),
        "active": response.levels_in_force(),
        "not_shown": not_shown(),
        "heartbeat": first.heartbeat,  # asked where it is told
        "now": clock.now(),
    }
    if sees("response.view_task"):
        facts["counts"] = response.count_tasks()
        facts["tasks"] = [(task, response.next_step(task)) for task in response.own_tasks()[:8]]
    return facts


def _on_duty(area: str) -> list[dict[str, Any]]:
    """Return who holds each duty over an area, else over the nearest area above where somebody does; no name: nobody anywhere."""
    found: dict[str, dict[str, Any]] = {}
    for over in [area, *(area[:n] for n in (9, 6, 4) if n < len(area))] if area else ():
        wanted = [permission for _label, permission in DUTIES if permission not in found]
        for permission, names in people.holders(over, wanted).items() if wanted else ():
            if names:
                found[permission] = {"names": names, "over": "" if over == area else name_of("area", over)}
    return [{"label": label, **found.get(permission, {"names": [], "over": ""})} for label, permission in DUTIES]


def _room(area: str) -> duty.Room | None:
    """Return how the duty room over an area stands; None where none keeps a rota, or it is not for the viewer."""
    return duty.room_over(area) if area and sees("duty.view_shift") else None


def _own_area() -> str:
    areas = current().areas
    return areas[0] if areas else ""


@page("/", needs=SIGNED_IN, menu=Menu("work", 10, "layout-dashboard"), label=gettext_lazy("Workbench"))
@asking_once()
def workbench(request: HttpRequest) -> HttpResponse:
    """Show the viewer's day: what waits, most urgent first."""
    if not request.user.is_authenticated:
        return redirect("people:sign_in")
    day = _day()
    area = _own_area()
    place = name_of("area", area) if area else ""
    more = {"post": people.post(current().post), "duties": _on_duty(area), "place": place}
    if room := _room(area):
        more |= {"room": room, "own_shift": duty.own_next(current().actor)}
    pressing = day["active"] or any(one.rank <= Rank.DANGER for one in day["waiting"])
    more |= {"run": exercises.headline(), "first": [] if pressing else first.steps()}
    return render(request, "console/workbench.html", {**day, **more, "may_map": sees("console.view_map")})


@page("/map", needs="console.view_map", menu=Menu("work", 15, "map-2"), label=gettext_lazy("Command map"))
@asking_once()
def command(request: HttpRequest) -> HttpResponse:
    """Show the command map: queue, map, record, timeline."""
    if request.GET.get("wall") == "1":  # where the wall was once
        return redirect("console:wall")
    day = _day()
    leading = next(iter(day["active"]), None)
    unanswered, open_alarms = alarms.count_open() if sees("alarms.view_alarm") else (None, 0)
    leaders = _on_duty(leading.area if leading else _own_area())[0]["names"]
    more = {
        "leading": leading,
        "elapsed": (clock.now() - leading.since).total_seconds() if leading else None,
        "leaders": leaders,
        "room": _room(leading.area if leading else _own_area()),
        "unanswered": unanswered,
        "open_alarms": open_alarms,
    }
    return render(request, "console/command.html", {**day, **more})


@page("/map/wall", needs="console.view_map", name="wall", label=gettext_lazy("Wallboard"))
@asking_once()
def wallboard(request: HttpRequest) -> HttpResponse:
    """Show the wall of the hall: how things stand, read from eight metres, nothing to press."""
    leading = next(iter(response.levels_in_force()), None)
    area = leading.area if leading else _own_area()
    more = {"leading": leading, "leaders": _on_duty(area)[0], "room": _room(area)}
    return render(request, "console/wall.html", {**wall.stands(_own_area()), **more})


@page("/help", needs=EVERYBODY, name="help")
def helped(request: HttpRequest) -> HttpResponse:
    """Lead to the paragraph of the guides that helps at `?at=`, an address without the world's own beginning."""
    return redirect(help.helps(request.GET.get("at", "/")))


@page("/help/<slug:slug>", needs=EVERYBODY)
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one guide in the reader's language, with the others beside it."""
    found = help.guide(slug)
    if found is None:
        raise NotFound()
    return render(request, "console/guide.html", {"guide": found, "guides": help.titles()})


@page("/map/record/<slug:app>/<slug:slug>/<int:pk>", needs="console.view_map", name="record")
def record_panel(request: HttpRequest, app: str, slug: str, pk: int) -> HttpResponse:
    """Show one record beside the map: overview, tasks and journal in tabs, with its verbs."""
    desk = record.desk_of(app, slug)
    row = desk.get(pk)
    facts = {
        "row": row,
        "title": desk.called(),
        "icon": desk.icon,
        "tabs": record.tabs(desk, row),
        "verbs": record.verbs(desk, row),
        "home": record.home(row),
        "place": record.place(desk, row),
        "live": desk.record._meta.label_lower,
    }
    return render(request, "console/record.html", facts)


@page("/map/list", needs="console.view_map")
@asking_once()
def map_list(request: HttpRequest) -> HttpResponse:
    """Show what the map shows as lists, for those who cannot see or use a map."""
    facts: dict[str, Any] = {"not_shown": not_shown(), "in_force": [(w, headline(w)) for w in warning.published()]}
    facts["may_read_warnings"] = sees("warning.view_warning")
    if sees("telemetry.view_station"):
        stations, count = telemetry.stations_shown(MOST_STATIONS)
        facts |= {"stations": stations, "count": count, "more": count - MOST_STATIONS}
    if sees("response.view_task"):
        facts["tasks"] = response.inbox(current().actor, 50)
    return render(request, "console/list.html", facts)


@page("/map/config.json", needs=SIGNED_IN)
def map_config(request: HttpRequest) -> JsonResponse:
    """Serve the command map's layers, those the viewer may read, and what lies on them now."""
    return JsonResponse({**places.map_config(layers.layers()), "data": layers.now(request)})


@page("/map/tiles", needs=SIGNED_IN)
def tiles(request: HttpRequest) -> HttpResponse:
    """Serve several tiles of the map's layers at once (`?of=stations/7/104/55&of=…`), now or as they were at `?at=`."""
    found = (layers.tile(request, *one) for one in places.asked_tiles(request.GET.getlist("of")))
    return HttpResponse(places.framed(found), content_type=places.TILES_TOGETHER)


@page("/map/timeline.json", needs="console.view_map")
def timeline(request: HttpRequest) -> JsonResponse:
    """Serve the timeline below the map."""
    return JsonResponse(layers.course())


@page("/map/past.json", needs="console.view_map")
def past(request: HttpRequest) -> JsonResponse:
    """Serve the map as it was at `?at=` (ISO 8601)."""
    at = asked_instant(request.GET.get("at", "")) or clock.now()
    return JsonResponse(layers.past(at))
