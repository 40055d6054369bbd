"""Advisories of files and feeds taken in: tracks as CSV or JSON, and bulletins as transmitted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from anlan.apps.typhoons import actions
from anlan.apps.typhoons.actions import Position
from anlan.kit.refusals import Refusal
from anlan.lib.typhoon_tracks import TrackAdvisory


def take_in(advisories: Iterable[TrackAdvisory]) -> list[str]:
    """Take advisories in one by one; returns what became of each: "taken", or why it was refused."""
    return [_settle(one) for one in advisories]


def _settle(one: TrackAdvisory) -> str:
    radii: dict[str, Any] = dict(one.radii)
    try:
        actions.advise(
            agency=one.agency,
            number=one.number,
            at=one.at,
            name=one.name,
            name_zh=one.name_zh,
            positions=[Position(**position) for position in one.positions],  # type: ignore[arg-type]
            **radii,
        )
    except Refusal as refusal:
        return str(refusal)
    return "taken"
