"""A loudspeaker 大喇叭: the words that are spoken, before they are sound; the sound itself is not heard again."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.warning.kinds import MEDIA, Frame, Medium, Notice, Rendering
from anlan.lib.spoken import spoken


def render(notice: Notice, frame: Frame) -> Rendering:
    """Write down what the voice is given to speak, and as it is written out for it."""
    text = notice.said_by("loudspeaker")
    return Rendering("loudspeaker", notice.language, (text,), (text.encode(),), spoken(text))


def read(rendering: Rendering, frame: Frame) -> str:
    """Read what the voice is given."""
    return b"".join(rendering.octets).decode()


MEDIA.add(
    Medium(
        code="loudspeaker",
        name=_("Loudspeaker"),
        render=render,
        read=read,
        wanted=("said", "headline", "description", "instruction"),
        languages=("zh",),
        voiced=True,
    )
)
