"""What is decided about orders: pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from anlan.kit.refusals import NotAuthorised, Refusal
from anlan.lib.road_graph import Spot, metres

#: No order reaches further ahead.
FURTHEST = timedelta(days=7)


def check_due(now: datetime, due: datetime) -> None:
    """Refuse a deadline that has passed or lies beyond a week."""
    if not now < due <= now + FURTHEST:
        raise Refusal(_("Give a time to come, within a week."), field="due_at")


def check_doer(post: str, leader: str, steers: bool) -> None:
    """Refuse whoever neither leads the team nor gives orders: nobody speaks for another's team."""
    if not steers and (not post or post != leader):
        raise NotAuthorised(_("Only the team's leader, or whoever gives orders, says how far the team is."))


def check_report(words: str) -> None:
    """Refuse an empty report."""
    if not words.strip():
        raise Refusal(_("Say what was found or done."), field="report")


def share(minutes: int | None, since: datetime | None, now: datetime) -> float:
    """Return which share of its way a team should have behind it: 0 before it set out, never more than 1."""
    if not minutes or since is None:
        return 0.0
    return min(max((now - since).total_seconds() / 60 / minutes, 0.0), 1.0)


def part_way(course: Sequence[Spot], behind: float) -> Spot:
    """Return the place on a course that has this share of its length behind it."""
    steps = list(zip(course, course[1:], strict=False))
    left = behind * sum(metres(a, b) for a, b in steps)
    for a, b in steps:
        long = metres(a, b)
        if left <= long and long > 0:
            part = left / long
            return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part
        left -= long
    return course[-1]
