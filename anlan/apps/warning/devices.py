"""What devices show or say of a warning: rendered by its medium, read again by machine, held against the warning; for drafts and for walls of devices."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.messages import api as messages
from anlan.apps.warning import languages, readback
from anlan.apps.warning.kinds import MEDIA, Frame, Medium, Notice, Rendering

#: What the languages of notices are called.
TONGUES = {"zh": _("Chinese"), "en": _("English")}
USUAL: Sequence[tuple[str, Frame]] = (("", Frame()),)


@dataclass(frozen=True)
class Device:
    """One device: what it would show of a notice, and what is wrong with that."""

    medium: str
    name: str
    where: str
    language: str
    texts: tuple[str, ...]
    pictures: tuple[str, ...] = ()
    size: str = ""
    faults: tuple[str, ...] = ()
    #: Word for word what is heard, where it is spoken; what each key means, who was called and what came of it.
    heard: str = ""
    keys: tuple[tuple[str, str], ...] = ()
    outcome: str = ""
    #: In how many parts it goes on the wire; 0 where nothing is cut.
    parts: int = 0
    #: A voice says it: it can be listened to.
    voiced: bool = False
    warning: int = 0
    #: The warning does not go by it.
    left_out: bool = False

    @property
    def tongue(self) -> Any:
        """Return its language in the reader's."""
        return TONGUES.get(self.language) or languages.known().get(self.language, self.language)


def shown(rendering: Rendering) -> tuple[str, ...]:
    """Return a rendering's texts as they may be shown: each reader's link is their own, what is shown here is nobody's."""
    return tuple(text.replace(messages.LEAVE, messages.leave_token(0)) for text in rendering.texts)


def device_of(medium: Medium, notice: Notice, where: str = "", frame: Frame = USUAL[0][1]) -> Device:
    """Return what a device of a medium shows of a notice: rendered, read again, compared."""
    rendering = medium.render(notice, frame)
    pictures = [f"data:{medium.content};base64,{base64.b64encode(one).decode()}" for one in rendering.octets if medium.framed]
    return Device(
        medium=medium.code,
        name=str(medium.name),
        where=where,
        language=notice.language,
        texts=shown(rendering),
        pictures=tuple(pictures),
        size=f"{frame.width} × {frame.height}" if medium.framed else "",
        faults=tuple(str(one) for one in readback.differences(notice, medium, medium.read(rendering, frame))),
        heard=rendering.heard,
        parts=rendering.parts,
        voiced=medium.voiced,
        warning=notice.warning,
        left_out=not notice.goes_by(medium.code),
    )


def devices_of(notices: Iterable[Notice], frames: Sequence[tuple[str, Frame]] = USUAL) -> list[Device]:
    """Return what every medium shows of a warning's notices, in each language that it speaks; `frames` names panels and their sizes."""
    told = list(notices)
    return [
        device_of(medium, notice, where, frame)
        for medium in MEDIA
        for notice in told
        if medium.speaks(notice.language)
        for where, frame in (frames if medium.framed else USUAL)
    ]
