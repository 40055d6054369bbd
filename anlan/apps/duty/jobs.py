"""Timed work of duty: watch for shifts that nobody took over and for roll calls that nobody answered."""

from __future__ import annotations

from anlan.apps.duty import actions
from anlan.apps.duty.choices import RollState, ShiftState
from anlan.apps.duty.models import RollCall, Shift
from anlan.kit import clock
from anlan.kit.jobs import job


@job(every="1 minute", name="duty.watch")
def watch() -> None:
    """Tell further up what is not manned, and judge roll calls whose time is over."""
    now = clock.now()
    for shift in Shift.objects.filter(state=ShiftState.PLANNED, begins_at__lte=now).order_by("id"):
        actions.tell_unmanned(shift=shift.pk)
    for call in RollCall.objects.filter(state=RollState.CALLED, due_at__lte=now).order_by("id"):
        actions.miss_roll(call=call.pk)
