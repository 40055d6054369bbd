"""The hub's address for programs (WebSub), and who is told of the feed, for staff."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from anlan.apps.warning import atom, hub, publication
from anlan.kit.pages import EVERYBODY, Menu, page
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.web import world_of


@page("/warnings/hub", needs=EVERYBODY, name="hub")
@csrf_exempt
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take a wish to be told of the feed, or no more: 202, and the callback is asked back; 4xx in plain words."""
    given = {name: request.POST.get(f"hub.{name}", "") for name in ("mode", "topic", "callback", "secret")}
    with entered(Scope.public(world_of(request))):
        if world_of(request) != "live":
            return _plain(_("An exercise has no hub: nothing leaves it."), 404)
        try:
            hub.ask(**given, lease=request.POST.get("hub.lease_seconds", ""))
        except Refusal as refusal:
            return _plain(str(refusal), 400)
    return _plain("", 202)


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8", status=status)


@page("feed-readers", needs="warning.view_warning", menu=Menu("warning", 70, "rss"), label=gettext_lazy("Feed readers"))
def readers(request: HttpRequest) -> HttpResponse:
    """Show the systems that are told of the feed, and those that fail; without their paths, which may hold a secret. And the brokers."""
    with entered(Scope.public(world_of(request))):
        known = atom.links()
        brokers = publication.standings() if world_of(request) == "live" else []
    return render(request, "warning/readers.html", {"rows": hub.subscriptions(), "links": known, "brokers": brokers})
