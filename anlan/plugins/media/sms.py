"""A text message 短信: the composed words in the parts and the alphabet in which they go on the wire."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.warning.kinds import MEDIA, Frame, Medium, Notice, Rendering
from anlan.lib import sms


def render(notice: Notice, frame: Frame) -> Rendering:
    """Cut the words into parts as the line does; each part's octets begin with its alphabet."""
    parts = sms.split(notice.said_by("sms"), reference=1)
    octets = tuple(bytes([part.coding]) + part.header + part.payload for part in parts)
    texts = tuple(sms.text_of(part.payload, part.coding) for part in parts)
    return Rendering("sms", notice.language, texts, octets, parts=len(parts))


def read(rendering: Rendering, frame: Frame) -> str:
    """Put the parts together as a phone does, by their numbers."""
    numbered = []
    for place, message in enumerate(rendering.octets, 1):
        coding, rest = message[0], message[1:]
        header, payload = sms.headed(rest) if len(rendering.octets) > 1 else (None, rest)
        numbered.append((header[2] if header else place, sms.text_of(payload, coding)))
    return "".join(text for _number, text in sorted(numbered))


MEDIA.add(
    Medium(
        code="sms",
        name=_("Text message"),
        render=render,
        read=read,
        wanted=("said", "headline"),
        further=True,
        content="application/octet-stream",
    )
)
