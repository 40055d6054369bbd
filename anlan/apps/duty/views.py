"""Who is on duty now, room by room."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from anlan.apps.duty import queries
from anlan.kit import clock
from anlan.kit.pages import Menu, page


@page("now", needs="duty.view_shift", menu=Menu("duty", 10, "user-check"), label=_("On duty now"))
def now(request: HttpRequest) -> HttpResponse:
    """Show for each duty room who is there, who comes next, and until when somebody is planned."""
    return render(request, "duty/now.html", {"rooms": queries.rooms(), "now": clock.now()})
