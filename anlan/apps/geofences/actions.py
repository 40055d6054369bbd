"""Writers of geofences: a fence is checked before it is saved."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from anlan.apps.geofences.choices import FenceKind
from anlan.apps.geofences.models import Fence
from anlan.kit.actions import Deed
from anlan.kit.inputs import Reason
from anlan.kit.refusals import Refusal


def check(fence: Fence) -> None:
    """Refuse a fence that could never be judged: a speed limit without a speed, one hour without the other."""
    if (fence.kind == FenceKind.SPEED_LIMIT) != (fence.limit_kmh is not None):
        raise Refusal(_("A speed limit wants its speed, and nothing else has one."), field="limit_kmh")
    if (fence.since is None) != (fence.until is None) or (fence.since is not None and fence.since == fence.until):
        raise Refusal(_("Give both hours, or neither: then it holds all day."), field="until" if fence.since else "since")


def create(deed: Deed, *, values: dict[str, Any]) -> Fence:
    """Add a fence."""
    check(Fence(**values))
    return deed.create(Fence, **values)


def create_rows(deed: Deed, *, rows: list[dict[str, Any]]) -> list[Fence]:
    """Add fences from a file."""
    return [create(deed, values=values) for values in rows]


def change(deed: Deed, *, row: int, values: dict[str, Any], reason: Reason = "") -> Fence:
    """Change a fence; what is told from then on is judged by it."""
    held = deed.lock(Fence, row)
    for name, value in values.items():
        setattr(held, name, value)
    check(held)
    return held
