"""Web push 浏览器推送: the composed words as the notification that a browser shows, its title and its text."""

from __future__ import annotations

import json

from django.utils.translation import gettext_lazy as _

from anlan.apps.warning.kinds import MEDIA, Frame, Medium, Notice, Rendering
from anlan.lib import web_push


def render(notice: Notice, frame: Frame) -> Rendering:
    """Write the notification as its browser gets it, before it is sealed."""
    title, _line, body = notice.said_by("web_push").partition("\n")
    octets = web_push.told({"key": notice.identifier, "title": title[:200], "body": body or title})
    shown = json.loads(octets)
    return Rendering("web_push", notice.language, (shown["title"], shown["body"]), (octets,))


def read(rendering: Rendering, frame: Frame) -> str:
    """Read title and text as the browser's worker shows them."""
    said = json.loads(rendering.octets[0])
    return f"{said['title']}\n{said['body']}"


MEDIA.add(
    Medium(
        code="web_push",
        name=_("Web push"),
        render=render,
        read=read,
        wanted=("said", "headline"),
        further=True,
        content="application/json",
    )
)
