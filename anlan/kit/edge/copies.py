"""Copies of public pages on disk: what the public reads while the database is away, with its age on top.

An app registers a source that says which addresses to keep and what they depend on; a job of the worker fetches them through the
whole site, as a visitor would. The index is written last and replaced whole, so a reader sees the old copies or the new ones.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver
from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.translation import gettext as _

from anlan.kit.edge.answers import DRESS, READING, Answer, language_of
from anlan.kit.jobs import job
from anlan.kit.scope import Scope, current, entered
from anlan.lib import kept_copies

log = logging.getLogger(__name__)

#: Where a page's template says that a copy may carry its age.
MARK = b"<!--copy-->"
#: Copies are made anew after this time even if nothing changed: pages show the time.
OLD = 300.0


@dataclass(frozen=True)
class Kept:
    """An address to keep a copy of, in which languages ("" for a document that has none), and when what it says ends."""

    path: str
    languages: tuple[str, ...] = ("",)
    ends: tuple[float, ...] = ()


#: Name → a source: gives the state that its pages depend on, and the pages.
SOURCES: dict[str, Callable[[], tuple[str, list[Kept]]]] = {}


def source(name: str) -> Callable[[Callable[[], tuple[str, list[Kept]]]], Callable[[], tuple[str, list[Kept]]]]:
    """Register the function below as a source of pages to keep; it runs in the public scope."""

    def register(function: Callable[[], tuple[str, list[Kept]]]) -> Callable[[], tuple[str, list[Kept]]]:
        SOURCES[name] = function
        return function

    return register


@job(every="10 seconds", name="kit.copies")
def keep() -> None:
    """Bring the copies up to date, in the live world alone."""
    if current().world != "live":
        return
    # Apps register their sources beside the pages, which a worker loads only by asking for an address.
    get_resolver().url_patterns  # noqa: B018
    handler = WSGIHandler()
    with entered(Scope.public()):
        found = {name: make() for name, make in sorted(SOURCES.items())}
    state = hashlib.sha256(json.dumps([state for state, _pages in found.values()]).encode()).hexdigest()
    index, now = kept_copies.index_of(folder()), time.time()
    if index.get("state") != state or now - index.get("made_at", 0.0) > OLD:
        pages = [page for _state, pages in found.values() for page in pages]
        index = {"state": state, "made_at": now, "pages": _written(handler, pages)}
    kept_copies.settle(folder(), {**index, "true_at": now}, {page["file"] for page in index["pages"].values()})


def find(request: HttpRequest) -> Answer | None:
    """Return the copy of what a request asks for, with its age; None where there is none."""
    index = kept_copies.index_of(folder())
    if request.method not in READING or not index or request.META.get("SCRIPT_NAME"):
        return None
    language = language_of(request)
    for key in (f"{language} {request.path}", f" {request.path}"):
        page = index["pages"].get(key)
        if page is None:
            continue
        try:
            body = (folder() / page["file"]).read_bytes()
        except FileNotFoundError:
            return None
        with translation.override(language):
            body = body.replace(MARK, _banner(index["true_at"], page["ends"]))
        age = str(max(0, int(time.time() - index["true_at"])))
        headers = {"Content-Type": page["type"], "Age": age, "Cache-Control": "no-cache", "X-Anlan-Copy": f"age={age}"}
        return Answer(page["status"], {**headers, **DRESS}, body)
    return None


def folder() -> Path:
    """Return where the copies lie."""
    return Path(settings.ANLAN_COPIES)


def _banner(true_at: float, ends: Iterable[float]) -> bytes:
    """Say how old a copy is, and how much of what it shows has ended since."""
    minutes = max(0, int((time.time() - true_at) // 60))
    at = timezone.localtime(datetime.fromtimestamp(true_at, tz=UTC))
    words = [
        _("The system cannot reach its records just now. This is a copy of %(at)s, %(minutes)d minutes old.")
        % {"at": f"{at:%Y-%m-%d %H:%M}", "minutes": minutes}
    ]
    over = sum(1 for end in ends if end <= time.time())
    if over:
        words.append(_("Warnings shown here that have ended since: %(count)d. Look at each one's time.") % {"count": over})
    return f'<div class="copy" role="status"><strong>{escape(" ".join(words))}</strong></div>'.encode()


def _written(handler: WSGIHandler, pages: list[Kept]) -> dict[str, Any]:
    """Fetch each page in each of its languages and write it; one that cannot be fetched is left out and logged."""
    written = {}
    for page in pages:
        for language in page.languages:
            answer = _fetched(handler, page.path, language)
            if answer.status_code >= 500 or answer.status_code == 404:
                log.error("copies: %s answers %s", page.path, answer.status_code)
                continue
            name = kept_copies.keep(folder(), answer.content)
            facts = {"file": name, "status": answer.status_code, "type": answer["Content-Type"], "ends": list(page.ends)}
            written[f"{language} {page.path}"] = facts
    return written


def _fetched(handler: WSGIHandler, path: str, language: str) -> HttpResponse:
    """Ask this very site for a page, as a visitor who reads `language`."""
    public = urlsplit(settings.ANLAN_PUBLIC_URL)
    asked: dict[str, Any] = {"PATH_INFO": path, "HTTP_HOST": public.netloc, "HTTP_X_FORWARDED_PROTO": public.scheme}
    setup_testing_defaults(asked)
    asked["HTTP_ACCEPT_LANGUAGE"] = language or "zh-hans"
    response = handler.get_response(WSGIRequest(asked))
    assert isinstance(response, HttpResponse)
    return response
