"""Answers that need no database: problem details under /api/, else a plain page in the reader's language."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any, NamedTuple

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils import translation
from django.utils.translation import gettext as _

from anlan.kit.refusals import PROBLEM_TYPE, problem
from anlan.kit.web import theme_of

RETRY_SECONDS = 5
#: What goes with every answer that Django's own middleware does not dress.
DRESS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'",
}
READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Answer(NamedTuple):
    """A response as it goes out."""

    status: int
    headers: dict[str, str]
    body: bytes

    def as_response(self) -> HttpResponse:
        """Return it as Django's."""
        return HttpResponse(self.body, status=self.status, headers=self.headers)

    async def give(self, send: Any) -> None:
        """Send it by ASGI and ask for the connection to be closed: the client's body may not have been read to its end."""
        headers = {**self.headers, "content-length": str(len(self.body)), "connection": "close"}
        raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": raw})
        await send({"type": "http.response.body", "body": self.body})


def request_of(scope: dict[str, Any]) -> HttpRequest:
    """Make Django's request of an ASGI scope, without its body."""
    return ASGIRequest(scope, BytesIO())


def plain(request: HttpRequest, status: int, kind: str, title: Any, advice: Any, **more: Any) -> Answer:
    """Say what went wrong in the form that the asker reads; `more` goes into problem details alone.

    A page that was only read asks again by itself when the trouble is one that passes (503).
    """
    with translation.override(language_of(request)):
        headers = {"Retry-After": str(RETRY_SECONDS)} if status in (503, 408) else {}
        headers |= {"Cache-Control": "no-store", "Content-Language": translation.get_language() or "", **DRESS}
        if is_for_programs(request):
            body = problem(kind, str(title), status, detail=str(advice), **more)
            return Answer(status, {**headers, "Content-Type": PROBLEM_TYPE}, json.dumps(body, ensure_ascii=False).encode())
        context = {"theme": theme_of(request), "title": title, "advice": advice, "status": status}
        context |= {"again": RETRY_SECONDS if status == 503 and request.method == "GET" else 0, "back": _("To the workbench")}
        page = loader.get_template("edge/answer.html").render(context)
        return Answer(status, {**headers, "Content-Type": "text/html; charset=utf-8"}, page.encode())


def is_for_programs(request: HttpRequest) -> bool:
    """Return whether the asker is a program: below /api/ in either world, or one that wants JSON."""
    below = request.path.removeprefix(request.META.get("SCRIPT_NAME", ""))
    return below.startswith("/api/") or request.headers.get("Accept", "").startswith("application/json")


def language_of(request: HttpRequest) -> str:
    """Return the reader's language: `?lang=` of the public pages, the chosen one, else the browser's."""
    asked = {"zh": "zh-hans", "en": "en"}.get(request.GET.get("lang", ""))
    return asked or translation.get_language_from_request(request)
