"""What devices show or say of a warning: rendered by its medium, read again by machine, held against the warning; for drafts and for walls of devices."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.messages import api as messages
from anlan.apps.warning import callouts, languages, readback
from anlan.apps.warning.choices import PENDING, MessageType
from anlan.apps.warning.kinds import MEDIA, Frame, Medium, Notice, Rendering
from anlan.apps.warning.models import Warning
from anlan.apps.warning.queries import callout_minutes
from anlan.kit.languages import in_chinese
from anlan.kit.names import name_of

#: What the languages of notices are called.
TONGUES = {"zh": _("Chinese"), "en": _("English")}
USUAL: Sequence[tuple[str, Frame]] = (("", Frame()),)


#: So many posts are listed of those that are called first.
LISTED = 50


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


@dataclass(frozen=True)
class Calls:
    """Whom a warning would call: how many villages and posts, those without anybody, and what one of the calls says."""

    villages: int
    posts: int
    minutes: int
    unanswerable: tuple[str, ...]
    #: The posts that are called first, each with the villages for which.
    listed: tuple[tuple[str, str], ...]
    devices: tuple[Device, ...]

    @property
    def more(self) -> int:
        """Return how many posts are called and not listed."""
        return self.posts - len(self.listed)


def calls_of(warning: Warning, pieces: Iterable[Any] | None = None) -> Calls | None:
    """Return whom a draft would call when it is published, None where its level calls nobody. `pieces` is the ground of what is not saved."""
    minutes = callout_minutes(warning.hazard, warning.level)
    if minutes is None or warning.message_type == MessageType.CANCEL or warning.state not in PENDING:
        return None
    first = callouts.by_first_post(callouts.villages_of(warning, None if pieces is None else list(pieces)))
    nobody = first.pop("", [])
    calls = sorted(first.items(), key=lambda one: (-len(one[1]), one[0]))
    heard: list[Device] = []
    for post, villages in calls[:1]:
        spoken, shelters = callouts.told_by_telephone(warning, [v.area for v in villages], pieces)
        for one in messages.heard_beforehand(spoken, shelters):
            heard.append(
                Device(
                    medium=one.channel,
                    name=one.name,
                    where=name_of("post", post),
                    language="zh",
                    texts=(),
                    heard=one.text,
                    keys=one.keys,
                    outcome=str(_("one of the calls")),
                    voiced=True,
                    warning=warning.pk or 0,
                )
            )
    chinese = 0 if in_chinese() else 1
    return Calls(
        villages=sum(len(villages) for _post, villages in calls) + len(nobody),
        posts=len(calls),
        minutes=minutes,
        unanswerable=tuple(str(village) for village in nobody),
        listed=tuple((name_of("post", post), callouts.named([v.area for v in all_])[chinese]) for post, all_ in calls[:LISTED]),
        devices=tuple(heard),
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
