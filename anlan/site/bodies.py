"""Request bodies are counted and timed before anything reads them: 413 for one too large, 408 for one that drips.

What a client may send depends on who it claims to be and what it sends; a view with a limit of its own says `@takes(bytes)`.
"""

from __future__ import annotations

import asyncio
from typing import Any

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from anlan.kit.edge import answers

#: The most bytes of a body: from somebody without session or token, of a form or JSON, and with files in it.
STRANGERS, TEXTS, FILES = 64 * 1024, 2 * 1024 * 1024, 25 * 1024 * 1024
#: Seconds without a byte, seconds at the start that nobody counts, and the slowest rate after them (bytes per second).
SILENCE, GRACE, SLOWEST = 10.0, 10.0, 4 * 1024
EMPTY = frozenset({"GET", "HEAD", "OPTIONS"})


class Bodies:
    """ASGI middleware that ends a request whose body is larger or slower than its address allows."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = _Body(scope, receive)
        if body.declared > body.most:
            await _too_large(scope, body.most).give(send)
            return
        begun = False

        async def sending(message: dict[str, Any]) -> None:
            nonlocal begun
            begun = True
            await send(message)

        await self.app(scope, body.receive, sending)
        if body.refused is not None and not begun:
            await body.refused.give(send)


class _Body:
    """One request's body on its way in."""

    def __init__(self, scope: dict[str, Any], receive: Any) -> None:
        headers = dict(scope["headers"])
        length = headers.get(b"content-length", b"")
        self.scope, self._receive = scope, receive
        self.declared = int(length) if length.isdigit() else 0
        self.expected = bool(self.declared) or b"transfer-encoding" in headers
        self.most = limit_of(answers.request_of(scope)) if self.expected else 0
        self.begun_at = asyncio.get_running_loop().time()
        self.got, self.whole = 0, not self.expected
        self.refused: answers.Answer | None = None

    async def receive(self) -> dict[str, Any]:
        """Pass the next part on; a body that is refused looks to Django like a client that has left."""
        if self.whole:
            return await self._receive()  # type: ignore[no-any-return]
        try:
            async with asyncio.timeout(SILENCE):
                message: dict[str, Any] = await self._receive()
        except TimeoutError:
            return self._refuse(_too_slow(self.scope))
        if message["type"] != "http.request":
            return message
        self.got += len(message.get("body", b""))
        self.whole = not message.get("more_body", False)
        if self.got > self.most:
            return self._refuse(_too_large(self.scope, self.most))
        lasted = asyncio.get_running_loop().time() - self.begun_at
        if not self.whole and lasted > GRACE + self.got / SLOWEST:
            return self._refuse(_too_slow(self.scope))
        return message

    def _refuse(self, answer: answers.Answer) -> dict[str, Any]:
        self.refused, self.whole = answer, True
        return {"type": "http.disconnect"}


def limit_of(request: HttpRequest) -> int:
    """Return how many bytes a request's body may have."""
    if "Authorization" not in request.headers and "sessionid" not in request.COOKIES:
        return STRANGERS
    try:
        view: Any = resolve(request.path_info).func
    except Resolver404:
        return STRANGERS
    own = getattr(view, "most_bytes", None)
    if own is not None:
        return int(own)
    return FILES if request.headers.get("Content-Type", "").lower().startswith("multipart/form-data") else TEXTS


def _too_large(scope: dict[str, Any], most: int) -> answers.Answer:
    size = f"{most // 1024} kB" if most < 1024 * 1024 else f"{most // 1024 // 1024} MB"
    advice = _("At most %(size)s are taken here. Nothing was saved. Send less, or in parts.") % {"size": size}
    return answers.plain(answers.request_of(scope), 413, "PayloadTooLarge", _("What you sent is too large"), advice)


def _too_slow(scope: dict[str, Any]) -> answers.Answer:
    advice = _("It did not arrive in time. Nothing was saved. Look at your connection and send it again.")
    return answers.plain(answers.request_of(scope), 408, "RequestTimeout", _("What you sent came too slowly"), advice)
