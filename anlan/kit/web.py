"""The HTTP edge: who asks, in which world, and how a refusal reads on a page.

The exercise world is the whole site again under `/exercise/`: the ASGI entry sets the script name, so every link
stays in its world and two tabs can show two worlds.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import DataError
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, ParseError, PermissionDenied
from rest_framework.parsers import JSONParser

from anlan.kit.refusals import PROBLEM_TYPE, ButtonOnly, Malformed, Refusal, of_refusal, problem
from anlan.kit.scope import Scope, World, entered
from anlan.lib.credentials import token_in

log = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponse]


def world_of(request: HttpRequest) -> World:
    """Return the world a request is addressed to, by its script name."""
    return "exercise" if request.META.get("SCRIPT_NAME", "").rstrip("/").endswith("/exercise") else "live"


def theme_of(request: HttpRequest) -> str:
    """Return the theme that the reader chose, light before that."""
    return "dark" if request.COOKIES.get("anlan_theme") == "dark" else "light"


class Download(FileResponse):
    """Send a file block by block: by itself Django reads all of it before an ASGI server gets the first."""

    block_size = 64 * 1024

    async def __aiter__(self) -> AsyncIterator[bytes]:
        blocks: Any = iter(self.streaming_content)  # type: ignore[arg-type]
        while block := await sync_to_async(lambda: next(blocks, b""))():
            yield block


class ScopeMiddleware:
    """Enter the asker's scope for the request: by session, by API token, or the public scope."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.scope_for: Callable[[Any, World], Scope] = import_string(settings.ANLAN_SCOPE_FOR)
        self.narrowed: Callable[[Scope, Any], Scope] = import_string(settings.ANLAN_NARROWED)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Before the page reads anything: what changes from now on, its live stream has to tell (kit.live).
        request.asked_at = time.time()  # type: ignore[attr-defined]
        world = world_of(request)
        try:
            self._recognise_token(request)
        except AuthenticationFailed as error:
            body = problem("Unauthorized", str(error.detail), 401)
            return JsonResponse(body, status=401, content_type=PROBLEM_TYPE, headers={"WWW-Authenticate": "Token"})
        user = request.user
        scope = self.scope_for(user, world) if user.is_authenticated else Scope.public(world)
        if request.api_token is not None:  # type: ignore[attr-defined]
            scope = self.narrowed(scope, request.api_token)  # type: ignore[attr-defined]
        request.jurisdiction = scope  # type: ignore[attr-defined]
        request.world = world  # type: ignore[attr-defined]
        with entered(scope):
            response = self.get_response(request)
        if user.is_authenticated and not response.has_header("Cache-Control"):
            # What only somebody signed in may read stays in no cache, of a browser or on the way.
            response["Cache-Control"] = "no-store"
        return response

    def _recognise_token(self, request: HttpRequest) -> None:
        """Sign an API client in by its token; a request with a token needs no CSRF cookie."""
        request.api_token = None  # type: ignore[attr-defined]
        if (token := token_in(request.META.get("HTTP_AUTHORIZATION", ""))) is not None:
            try:
                request.user, request.api_token = TokenAuthentication().authenticate_credentials(token)  # type: ignore[attr-defined]
            except UnicodeDecodeError:
                raise AuthenticationFailed(_("This is no token.")) from None


class JsonBody(JSONParser):
    """Read a JSON body; text that PostgreSQL cannot keep and nesting without end are faults of the sender."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            content = super().parse(stream, media_type, parser_context)
            text = json.dumps(content, ensure_ascii=False)
            text.encode()
        except ParseError as fault:  # in the parser's English, with the place
            at = {"line": getattr(fault.__context__, "lineno", 1), "column": getattr(fault.__context__, "colno", 1)}
            raise ParseError(_("The body is no JSON: line %(line)s, column %(column)s.") % at) from None
        except (RecursionError, UnicodeEncodeError):
            raise ParseError(_("The body is nested too deeply, or holds half a character.")) from None
        if "\\u0000" in text:
            raise ParseError(_("The body holds a NUL character."))
        return content


class MiddlewareAuthentication(SessionAuthentication):
    """REST framework's view of what the middleware found: a token's user, or the session's with CSRF enforced."""

    def authenticate(self, request: Any) -> tuple[Any, Any] | None:
        asked = request._request
        if getattr(asked, "api_token", None) is not None:
            return asked.user, asked.api_token
        if isinstance(asked.user, AnonymousUser) or not asked.user.is_active:
            return None
        try:  # the server's own request: the framework's would look for a form in the body, and refuse one that is none
            self.enforce_csrf(asked)
        except PermissionDenied:  # in the framework's English
            raise PermissionDenied(_("Send the cookie csrftoken's value as X-CSRFToken, from a page of this site.")) from None
        return asked.user, None

    def authenticate_header(self, request: Any) -> str:
        return "Token"


class RefusalMiddleware:
    """Turn a refusal that no page caught into a clear page (or problem details) with its status."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return self._tell(request, Malformed(_("The address holds a NUL character.")))
        answer = self.get_response(request)
        if answer.status_code == 405 and not answer.streaming and not answer.content:
            # An address that only takes a button was typed, or loaded again: a page in words instead of an empty one.
            told = self._tell(request, ButtonOnly(_("This address only takes what a button sends. Go back and press it there.")))
            told["Allow"] = answer.get("Allow", "")
            return told
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, DataError):
            # What no form caught; the write path has its own words for it.
            log.error("a value that the database cannot read: %s", request.path, exc_info=error)
            error = Malformed(_("A value in the address is too large, or no such value can exist."))
        return self._tell(request, error) if isinstance(error, Refusal) else None

    def _tell(self, request: HttpRequest, refusal: Refusal) -> HttpResponse:
        below = request.path.removeprefix(request.META.get("SCRIPT_NAME", ""))
        if below.startswith("/api/") or request.headers.get("Accept", "").startswith("application/json"):
            return JsonResponse(of_refusal(refusal), status=refusal.status, content_type=PROBLEM_TYPE)
        template = f"{refusal.status if refusal.status in (403, 404, 409) else 400}.html"
        return render(request, template, {"refusal": refusal, "exception": str(refusal)}, status=refusal.status)
