"""The device wall of an exercise: what phones, loudspeakers, browsers, panels, crawls and mails of chosen villages would show, from what the media render."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language

from anlan.apps.messages import api as messages
from anlan.apps.places import api as places
from anlan.apps.screens.choices import Kind, Tongue
from anlan.apps.screens.models import Screen
from anlan.apps.warning import api as warning
from anlan.apps.warning.kinds import MEDIA, Frame, Medium, Notice
from anlan.kit.names import name_of
from anlan.kit.records import readable

#: So many villages and warnings at once: each is drawn and read again.
MOST_VILLAGES, MOST_WARNINGS = 4, 3


@dataclass(frozen=True)
class Device:
    """One device: what it would show of a notice, and what is wrong with that."""

    medium: str
    name: str
    where: str
    language: str
    texts: tuple[str, ...]
    pictures: list[str]
    size: str
    faults: list[str]
    #: Word for word what is heard, where it is spoken; what each key means, who was called and what came of it.
    heard: str = ""
    keys: tuple[tuple[str, str], ...] = ()
    outcome: str = ""
    #: Held against the warning by machine.
    read_back: bool = True

    @property
    def tongue(self) -> str:
        """Return its language in the reader's."""
        return str(Tongue(self.language).label)


@dataclass
class Told:
    """A warning in a village: its devices."""

    name: str
    level: int
    identifier: str
    devices: list[Device] = field(default_factory=list)


@dataclass
class Village:
    """A village with what is in force there."""

    code: str
    name: str
    town: str
    warnings: list[Told] = field(default_factory=list)


def villages_of(codes: list[str]) -> list[Village]:
    """Return the chosen villages with every device; those that do not exist are left out."""
    found: list[Village] = []
    for code in dict.fromkeys(codes[:MOST_VILLAGES]):
        known = places.division(code)
        if known is None or known.level != "village":
            continue
        village = Village(code, name_of("area", code), name_of("area", code[:9]))
        for told in warning.notices_at(code, _point(code), status="Exercise")[:MOST_WARNINGS]:
            made = _told(told, _frames(code))
            made.devices += _calls(told[0].warning, code)
            village.warnings.append(made)
        found.append(village)
    return found


def first_villages() -> list[str]:
    """Return the villages to begin with: the first ones of what is warned most gravely."""
    for fact in warning.published():
        for division, outline in warning.ground_told(fact.id).pieces:
            codes = [division] if division else [town.code for town in places.touched(outline, "town")]
            villages = [one.code for code in codes[:1] for one in places.below(code, "village")]
            if villages:
                return villages[:2]
    return []


def _point(code: str) -> Any:
    outline = places.geometry_of(code)
    return outline.point_on_surface if outline is not None else None


def _frames(code: str) -> list[tuple[str, Frame]]:
    """Return the panels that stand in a village's county by name and size; a usual one where none is entered."""
    rows = readable(Screen).filter(area__startswith=code[:6], kind=Kind.LED, state=Screen.State.ACTIVE).order_by("code")[:2]
    return [(str(row), Frame(row.width, row.height)) for row in rows] or [("", Frame())]


def _told(told: list[Notice], frames: list[tuple[str, Frame]]) -> Told:
    own = "en" if (get_language() or "").startswith("en") else "zh"
    first = next((one for one in told if one.language == own), told[0])
    made = Told(first.whole_name, first.level, first.identifier)
    for medium in MEDIA:
        for notice in told:
            if notice.language in medium.languages:
                placed = frames if medium.framed else [("", Frame())]
                made.devices += [_device(medium, notice, where, frame) for where, frame in placed]
    return made


def _calls(pk: int, village: str) -> list[Device]:
    """Return the telephone that rings for a village: what whoever stands for it hears, what keys mean, and what was answered."""
    call = warning.call_for(pk, village)
    if call is None:
        return []
    outcome = str(call.get_state_display())
    return [
        Device(
            h.channel,
            h.name,
            call.called,
            "zh",
            (),
            [],
            "",
            [],
            h.text,
            h.keys,
            f"{outcome} · {h.said}" if h.said else outcome,
            False,
        )
        for h in messages.heard_of(f"call:{call.pk}")
    ]


def _device(medium: Medium, notice: Notice, where: str, frame: Frame) -> Device:
    rendering = medium.render(notice, frame)
    # Each reader's link is their own; what is shown here is nobody's.
    texts = tuple(text.replace(messages.LEAVE, messages.leave_token(0)) for text in rendering.texts)
    faults = [str(one) for one in warning.differences(notice, medium, medium.read(rendering, frame))]
    pictures = [f"data:image/png;base64,{base64.b64encode(p).decode()}" for p in rendering.octets] if medium.framed else []
    size = f"{frame.width} × {frame.height}" if medium.framed else ""
    return Device(medium.code, str(medium.name), where, notice.language, texts, pictures, size, faults, rendering.heard)
