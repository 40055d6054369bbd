"""Writers: a threshold is changed by a proposal that shows its effect on history and that a second person signs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS
from anlan.apps.telemetry.models import Threshold, ThresholdChange
from anlan.apps.telemetry.queries.thresholds import doubts_of, effect_as_stored, effect_of, graver, lesser, open_changes, reach_of
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input, Reason
from anlan.kit.refusals import Conflict, Refusal
from anlan.lib.decisions import Line, Sheet


@action(
    "telemetry.propose_threshold",
    needs="telemetry.propose_threshold",
    label=_("Propose another value"),
    record="telemetry.Threshold",
    icon="ruler-2",
    story=_("Its effect on everything measured here is worked out and shown to the second person who signs."),
)
def propose_threshold(
    deed: Deed,
    *,
    threshold: int,
    value: Annotated[float, Input(_("Proposed value"), example=25.5)],
    effective_at: Annotated[datetime, Input(_("In force from"), example="2022-07-01T08:00:00+08:00")],
    source: Annotated[str, Input(_("Source"))],
    reason: Reason,
) -> ThresholdChange:
    """Propose another value for a threshold, from an instant to come on; nothing changes before a second person signs."""
    held = deed.lock(Threshold, threshold)
    _check(held, value)
    if not source.strip() or not reason.strip():
        raise Refusal(_("A threshold wants a source and a reason."), field="reason" if source.strip() else "source")
    if effective_at <= deed.now:
        raise Refusal(
            _("It can hold only from an instant to come: history is judged by what was in force then."), field="effective_at"
        )
    if open_changes(held).exists():
        raise Conflict(_("Another change of this threshold is still open."))
    return deed.create(
        ThresholdChange,
        area=held.area,
        threshold=held,
        old_value=held.value,
        new_value=value,
        effective_at=effective_at,
        reason=reason.strip()[:300],
        source=source.strip()[:200],
        effect=effect_as_stored(effect_of(held, value)),
        proposed_by=deed.actor,
    )


def edit_threshold(deed: Deed, *, row: int, values: dict[str, Any], reason: Reason = "") -> Threshold:
    """Change what is said of a threshold, never its value."""
    held = deed.lock(Threshold, row)
    if "value" in values and float(values["value"]) != held.value:
        raise Refusal(_("A value is changed by a proposal that a second person signs."), field="value")
    for name, value in values.items():
        setattr(held, name, value)
    return held


def _check(held: Threshold, value: float) -> None:
    """Refuse the same value again, and one by which a graver level would be reached before a lesser one."""
    if value == held.value:
        raise Refusal(_("That is its value already."), field="value")
    sign = -1 if HAZARDS.get(held.hazard).falls(held.datastream.quantity) else 1
    above, below = graver(held), lesser(held)
    if (above and sign * (above.value - value) <= 0) or (below and sign * (value - below.value) <= 0):
        raise Refusal(_("A graver level must be reached after a lesser one: look at the rungs beside it."), field="value")


def signing(change: ThresholdChange, _given: dict[str, Any]) -> Sheet:
    """Draw up what whoever signs a threshold must have seen: both values, and what the new one would have meant."""
    held, unit, found = change.threshold, change.threshold.datastream.unit, change.effect
    hours = gettext("sum of %(hours)d h") % {"hours": held.window_hours} if held.window_hours else ""
    about = (
        Line(gettext("Station"), str(change.threshold.datastream.station)),
        Line(gettext("Hazard"), held.get_hazard_display()),
        Line(gettext("Quantity"), str(held.datastream), note=hours),
        Line(gettext("Threshold"), held.get_level_display()),
        Line(gettext("Value so far"), change.old_value, unit, 2),
        Line(gettext("Proposed value"), change.new_value, unit, 2),
        Line(gettext("In force from"), at=change.effective_at),
        Line(gettext("Source"), change.source, note=change.reason),
    )
    effects: tuple[Line, ...] = ()
    if found:
        history = Line(gettext("Values judged"), str(found["values"]), note=reach_of(change))
        counts = tuple(Line(str(label), found["old"][name], note=f"→ {found['new'][name]}") for name, label in COUNTS)
        earlier = (Line(gettext("Minutes earlier"), round(found["earlier"])),) if found["earlier"] is not None else ()
        effects = (history, *counts, *earlier)
    return Sheet(about=about, effects=effects, doubts=tuple(Line(one) for one in doubts_of(change)))


#: What is counted, in the order in which it is told.
COUNTS = (("alarms", _("Alarms")), ("hits", _("Hits")), ("misses", _("Misses")), ("false", _("False alarms")))


@action(
    "telemetry.sign_threshold",
    needs="telemetry.sign_threshold",
    label=_("Sign the change"),
    record="telemetry.ThresholdChange",
    icon="signature",
    moves=ThresholdChange.life.sign,
    separate_from="proposed_by",
    sheet=signing,
)
def sign_threshold(deed: Deed, *, change: int) -> ThresholdChange:
    """Sign a change of a threshold, as another person than proposed it: it enters into force at its instant."""
    held = deed.lock(ThresholdChange, change)
    if held.effective_at <= deed.now:
        raise Refusal(_("Its instant has passed: propose it anew."))
    return held


@action(
    "telemetry.decline_threshold",
    needs="telemetry.sign_threshold",
    label=_("Decline the change"),
    record="telemetry.ThresholdChange",
    icon="x",
    moves=ThresholdChange.life.decline,
)
def decline_threshold(deed: Deed, *, change: int, reason: Reason) -> ThresholdChange:
    """Decline a change of a threshold, with a reason."""
    if not reason.strip():
        raise Refusal(_("Say why it is declined."), field="reason")
    return deed.lock(ThresholdChange, change)


@action("telemetry.enter_threshold", needs="telemetry.detect", label=_("The threshold enters into force"))
def enter_threshold(deed: Deed, *, change: int) -> ThresholdChange:
    """Let a signed change enter into force once its instant has come."""
    held = deed.lock(ThresholdChange, change)
    if held.effective_at <= deed.now and ThresholdChange.life.enter.possible(held):
        deed.move(held, ThresholdChange.life.enter)
        threshold = deed.lock(Threshold, held.threshold_id)
        threshold.value, threshold.source = held.new_value, held.source
    return held
