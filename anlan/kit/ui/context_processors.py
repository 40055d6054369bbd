"""What every page knows: theme, world and its time, prefix, when it was asked for, signed-in or not."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import get_script_prefix

from anlan.kit import clock
from anlan.kit.web import theme_of, world_of


def page(request: HttpRequest) -> dict[str, Any]:
    """Add theme, world, prefix, when it was asked for, the world's time and where one signs in to a page."""
    world = world_of(request)
    here = request.path_info + (f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else "")
    return {
        "theme": theme_of(request),
        "world": world,
        "world_now": clock.now() if world == "exercise" else None,
        "prefix": get_script_prefix(),
        "asked_at": repr(getattr(request, "asked_at", 0.0)),
        "here": here,
        "sign_in": resolve_url(settings.LOGIN_URL),
    }
