"""By which ways a warning goes to the people and devices of its ground: chosen by its drafter, unless it goes by all that there are.

The public page, the CAP feed, the bodies concerned and the calls to the villages are no choice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from anlan.apps.messages import api as messages
from anlan.apps.warning.kinds import WAYS, Piece, Ways, goes_by
from anlan.kit.languages import listed
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, current, entered


def _counted(_area: str, pieces: Sequence[Piece]) -> dict[str, int]:
    areas = [division for division, _outline in pieces if division]
    outline = next((outline for division, outline in pieces if not division), None)
    return dict(messages.subscribers_in(areas, outline, messages.towns_of(outline)))


WAYS.add(Ways("messages", messages.broadcast_channels, _counted, messages.why_not))


def names() -> dict[str, Any]:
    """Return every way that there is, by code with its name."""
    return {code: name for ways in WAYS for code, name in ways.names().items()}


def chosen(codes: Iterable[str] | None) -> list[str]:
    """Return the ways that a drafter chose as they are kept: none for all that there are; Refusal for no way at all, or a strange one."""
    if codes is None:
        return []
    asked, there = set(codes), list(names())
    if strange := sorted(asked - set(there)):
        raise Refusal(_("No warning goes by %(code)s.") % {"code": repr(strange[0])}, field="channels")
    if not asked:
        raise Refusal(_("Choose at least one way by which the warning goes."), field="channels")
    return [] if len(asked) == len(there) else [code for code in there if code in asked]


def by_messages(channels: Sequence[str]) -> list[str] | None:
    """Return by which channels a broadcast goes ([]: all), None where it goes by none of them."""
    own = messages.broadcast_channels()
    found = [code for code in channels if code in own]
    return found if found or not channels else None


def in_words(channels: Sequence[str]) -> tuple[str, str]:
    """Say by which ways a warning goes, and by which it does not ("": by all)."""
    there = names()
    by = [str(name) for code, name in there.items() if goes_by(channels, code)]
    without = [str(name) for code, name in there.items() if not goes_by(channels, code)]
    return listed(by), _("not by: %(ways)s") % {"ways": listed(without)} if without else ""


def counted(area: str, pieces: Iterable[Any]) -> dict[str, int]:
    """Count by way the addressees of a ground (pieces with division or outline); whoever drafts may not see each of them."""
    ground = [(piece.division, piece.outline) for piece in pieces]
    with entered(Scope.everything("system:audience", current().world)):
        return {code: counts.get(code, 0) for ways in WAYS for counts in [ways.count(area, ground)] for code in ways.names()}


@dataclass(frozen=True)
class Offered:
    """A way as it is offered to a drafter: whether it is chosen, how many stand there (None: not known yet), what keeps it from sending now."""

    code: str
    name: Any
    chosen: bool
    count: int | None
    why_not: str


def offered(channels: Sequence[str] | None, counts: Mapping[str, int] | None = None) -> list[Offered]:
    """Return every way as it is offered; `channels` are those chosen, None for all."""
    return [
        Offered(
            code,
            name,
            channels is None or code in channels,
            counts.get(code, 0) if counts is not None else None,
            ways.why_not(code),
        )
        for ways in WAYS
        for code, name in ways.names().items()
    ]
