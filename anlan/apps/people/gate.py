"""Behind the door: who still owes a password of their own, or a second factor that a role asks for, gets no further."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils.translation import gettext as _

from anlan.apps.people import queries

OPEN = frozenset({"people:password", "people:enrol", "people:sign_out", "set_language"})


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
