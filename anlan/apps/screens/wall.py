"""The device wall of an exercise: what phones, loudspeakers, browsers, panels, crawls and mails of chosen villages would show, from what the media render."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language

from anlan.apps.messages import api as messages
from anlan.apps.places import api as places
from anlan.apps.screens.choices import Kind
from anlan.apps.screens.models import Screen
from anlan.apps.warning import api as warning
from anlan.apps.warning.kinds import Frame, Notice
from anlan.kit.names import name_of
from anlan.kit.records import readable

#: So many villages and warnings at once: each is drawn and read again.
MOST_VILLAGES, MOST_WARNINGS = 4, 3


@dataclass
class Told:
    """A warning in a village: its devices."""

    name: str
    level: int
    identifier: str
    devices: list[warning.Device] = field(default_factory=list)


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
    made.devices += [device for device in warning.devices_of(told, frames) if not device.left_out]
    return made


def _calls(pk: int, village: str) -> list[warning.Device]:
    """Return the telephone that rings for a village: what whoever stands for it hears, what keys mean, and what was answered."""
    call = warning.call_for(pk, village)
    if call is None:
        return []
    outcome = str(call.get_state_display())
    return [
        warning.Device(
            medium=h.channel,
            name=h.name,
            where=call.called,
            language="zh",
            texts=(),
            heard=h.text,
            keys=h.keys,
            outcome=f"{outcome} · {h.said}" if h.said else outcome,
        )
        for h in messages.heard_of(f"call:{call.pk}")
    ]
