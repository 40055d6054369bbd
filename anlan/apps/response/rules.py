"""Pure decisions of response: who may decide, what to propose, who may work on a task."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.apps.response.choices import Direction
from anlan.kit.refusals import NotAuthorised, Refusal

LAW = "突发事件应对法 第七十二条"
#: Lowering or ending wants news: without any reading for this long nothing is known, and silence is no all-clear (Anlan's own figure: no source gives one).
NEWS_WITHIN = timedelta(hours=24)
#: A declined proposal is not put again for this long, unless the facts call for another level (Anlan's own figure: no source gives one).
ASK_AGAIN_AFTER = timedelta(hours=6)
#: What stands for "{step}" in a plan's notice: "the response is … level III".
STEPS = {
    Direction.START: gettext_lazy("activated at"),
    Direction.RAISE: gettext_lazy("raised to"),
    Direction.LOWER: gettext_lazy("lowered to"),
}


def direction(current: int | None, wanted: int | None) -> Direction | None:
    """Return what moving from the level in force to the one called for means; None when they are the same."""
    if current == wanted:
        return None
    if current is None:
        return Direction.START
    if wanted is None:
        return Direction.END
    return Direction.RAISE if wanted < current else Direction.LOWER


def may_go_down(way: Direction | None, newest: datetime | None, now: datetime) -> bool:
    """Return whether a proposal may stand: lowering and ending only on fresh news, never because nobody reports."""
    if way not in (Direction.LOWER, Direction.END):
        return True
    return newest is not None and now - newest <= NEWS_WITHIN


def check_decider(post: str, authority: str, alternates: tuple[str, ...], *, system: bool = False) -> None:
    """Refuse a decision by a post that the plan does not authorise for this level."""
    if not system and post not in (authority, *alternates):
        raise NotAuthorised(_("The plan gives this decision to another post."), article=LAW)


def deciding_level(way: str, proposed: int | None, in_force: int | None) -> int:
    """Return the level whose authority decides: the one proposed when going up, the one in force when lowering or ending."""
    if way in (Direction.LOWER, Direction.END) and in_force is not None:
        return in_force
    return proposed or in_force or 4


def check_where(incident: str, plan: str) -> None:
    """Refuse an incident that lies outside of the division to which a plan applies."""
    if not incident.startswith(plan):
        raise Refusal(_("The incident lies outside of where this plan applies."), field="incident")


def check_reason(reason: str) -> None:
    """Refuse to steer a response without a reason: every start, raise, lower and end carries one."""
    if not reason.strip():
        raise Refusal(_("Give the reason; it is kept with the decision."), field="reason", article=LAW)


def check_doer(unit: str, unit_area: str, coordinates: bool, doer: str, area: str) -> None:
    """Refuse work on another unit's task, except by the emergency bureau or headquarters of the same area."""
    if unit == doer or (coordinates and unit_area and area.startswith(unit_area)):
        return
    raise NotAuthorised(_("This task belongs to another unit."), article=LAW)


def check_report(text: str) -> None:
    """Refuse an empty report."""
    if not text.strip():
        raise Refusal(_("Write what was done, or why it could not be done."), field="report")


def check_note(note: str) -> None:
    """Refuse to hand command over without a word on the situation: whoever takes over must know what they take over."""
    if not note.strip():
        raise Refusal(_("Describe the situation: what is done, what is open, what is dangerous."), field="note", article=LAW)
