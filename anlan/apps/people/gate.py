"""Behind the door: who still owes a password of their own, or a second factor that a role asks for, gets no further."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils.translation import gettext as _

from anlan.apps.people import queries
from anlan.kit import clock
from anlan.kit.refusals import PROBLEM_TYPE, problem

OPEN = frozenset({"people:password", "people:enrol", "people:sign_out", "people:here", "set_language"})


#: A page asks for some things by itself: a live stream, the parts of a page that changed. That is nobody at the desk.
BY_ITSELF = frozenset({"cors", "same-origin", "no-cors"})
#: What the wall of the hall asks for by itself.
WALL = ("/live/", "/map/")
#: The session's mark of the last sign of somebody is written at most so often (seconds).
MARKED_EVERY = 60


class IdleMiddleware:
    """Sign out who has not been at their desk for longer than the city allows, with a page that says so and leads back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        minutes = settings.ANLAN_IDLE_MINUTES
        if minutes and request.user.is_authenticated:
            now = clock.real_now().timestamp()
            seen = request.session.get("seen")
            # A sign is marked once in a while: nobody is signed out for what was not marked.
            if seen is not None and now - seen > minutes * 60 + MARKED_EVERY:
                return self._out(request, minutes)
            if request.path_info == "/map/wall/":
                request.session["wall"] = True
            if self._is_somebody(request) and (seen is None or now - seen > MARKED_EVERY):
                request.session["seen"] = now
        return self.get_response(request)

    def _is_somebody(self, request: HttpRequest) -> bool:
        """Return whether a person is behind a request, or the wall of the hall where the city lets it stay."""
        if request.method == "GET" and request.headers.get("Sec-Fetch-Mode") in BY_ITSELF:
            wall = settings.ANLAN_IDLE_WALLBOARD and request.session.get("wall")
            return bool(wall) and request.path_info.startswith(WALL)
        return True

    def _out(self, request: HttpRequest, minutes: int) -> HttpResponse:
        logout(request)
        text = _("You were signed out after %(minutes)d minutes without anybody at the desk.") % {"minutes": minutes}
        if request.path_info.startswith(("/api/", "/live/")) or request.headers.get("Sec-Fetch-Mode") in BY_ITSELF:
            return JsonResponse(problem("SignedOut", text, 401), status=401, content_type=PROBLEM_TYPE)
        wanted = request.get_full_path() if request.method == "GET" else "/"
        return redirect(f"{reverse('people:sign_in')}?{urlencode({'idle': minutes, 'next': wanted})}")


class GateMiddleware:
    """Send an account to the one page it needs; its scope holds nothing until then anyway."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Let through whoever owes nothing, and everybody to the pages that pay the debt."""
        if not request.user.is_authenticated or request.jurisdiction.authorities:
            return None
        owed = queries.owed_by(request.user)
        if not owed or resolve(request.path_info).view_name in OPEN:
            return None
        if request.path_info.startswith("/api/") or request.headers.get("Accept", "").startswith("application/json"):
            words = {"password": _("Change your first password first."), "enrol": _("Switch on the second factor first.")}
            return JsonResponse({"title": words[owed], "status": 403}, status=403)
        return redirect(reverse(f"people:{owed}"))
