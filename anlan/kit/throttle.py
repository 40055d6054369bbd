"""How often somebody may ask: a limit per minute for each kind of costly request, by person and by address, counted in this process.

Kinds are told by the address of the page. A reader over the limit is told in words how long to wait (429, Retry-After).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from math import ceil

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from anlan.kit import clock
from anlan.kit.refusals import PROBLEM_TYPE, problem

#: Where senders of readings deliver: their flood is the flood, and the size of a body is bounded elsewhere.
READINGS = re.compile(r"^/api/v1/[a-z]+/(readings|observations)/")
#: The kind of a request, the first that fits; (method or "" for any, address).
KINDS = (
    ("sign_in", "POST", re.compile(r"^/(sign-in|welcome|warnings/(subscribe|hub))/")),
    ("search", "", re.compile(r"^/(api/v1/)?search/")),
    ("export", "", re.compile(r"/export/$")),
    ("upload", "POST", re.compile(r"/(import|upload|issue|files/new)/")),
    ("api", "", re.compile(r"^/api/v1/")),
)

_storage = MemoryStorage()
_limiter = SlidingWindowCounterRateLimiter(_storage)


def forget() -> None:
    """Forget what was asked so far; for tests."""
    _storage.reset()


def kind_of(request: HttpRequest) -> str:
    """Return which limit a request counts against, "" for none."""
    if READINGS.match(request.path_info):
        return ""
    fitting = (k for k, method, at in KINDS if method in ("", request.method) and at.search(request.path_info))
    return next(fitting, "")


def address_of(request: HttpRequest) -> str | None:
    """Return the address a request comes from; behind a proxy, the one that the proxy saw."""
    if settings.CONFIG.behind_proxy:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-1].strip()
        return forwarded or request.META.get("REMOTE_ADDR")
    return request.META.get("REMOTE_ADDR")


class ThrottleMiddleware:
    """Count what is costly, and answer who asks too often with how long to wait."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        kind = kind_of(request)
        wait = self._wait(request, kind) if kind else 0
        return self._too_many(request, wait) if wait else self.get_response(request)

    def _wait(self, request: HttpRequest, kind: str) -> int:
        """Count a request; returns how many seconds to wait, 0 when it is heard."""
        limits = settings.ANLAN_THROTTLES.get(kind)
        if limits is None:
            return 0
        who = request.user.get_username() if request.user.is_authenticated else ""
        asked = [("address", address_of(request) or "")] + ([("person", who)] if who else [])
        for by, key in asked:
            limit = RateLimitItemPerMinute(limits[by])
            if not _limiter.hit(limit, kind, by, key):
                until = _limiter.get_window_stats(limit, kind, by, key).reset_time
                return max(1, ceil(until - clock.real_now().timestamp()))
        return 0

    def _too_many(self, request: HttpRequest, wait: int) -> HttpResponse:
        text = _("This was asked too often. Wait %(seconds)d seconds, then ask again.") % {"seconds": wait}
        if request.path_info.startswith("/api/") or request.headers.get("Accept", "").startswith("application/json"):
            answer: HttpResponse = JsonResponse(problem("TooManyRequests", text, 429), status=429, content_type=PROBLEM_TYPE)
        else:
            answer = render(request, "429.html", {"refusal": None, "exception": text}, status=429)
        answer["Retry-After"] = str(wait)
        return answer
