"""An LED panel 显示屏: a warning as pictures of the panel's size, one bit a pixel, read again glyph by glyph."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.warning.kinds import MEDIA, Frame, Medium, Notice, Rendering
from anlan.lib import led


def render(notice: Notice, frame: Frame) -> Rendering:
    """Draw level and hazard, where, the words, until when and who speaks; what does not fit goes on further pictures."""
    zh = notice.language == "zh"
    mark = ("【演练】" if zh else "EXERCISE") if notice.exercise else ""
    until = "" if notice.cancels else f"{'有效至' if zh else 'Valid until '}{notice.until}"
    where = ("、" if zh else ", ").join(notice.places)
    texts = (mark, notice.whole_name, where, notice.headline, notice.description, notice.instruction, until, notice.issuer)
    pictures = led.drawn(texts, frame.width, frame.height)
    return Rendering("screen", notice.language, tuple(text for text in texts if text), pictures)


def read(rendering: Rendering, frame: Frame) -> str:
    """Read what stands on the pictures."""
    return led.read(rendering.octets)


MEDIA.add(
    Medium(
        code="screen",
        name=_("LED panel"),
        render=render,
        read=read,
        wanted=("name", "places", "headline", "description", "instruction", "until", "issuer"),
        framed=True,
        content="image/png",
    )
)
