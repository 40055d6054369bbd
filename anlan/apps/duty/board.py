"""What duty puts on the workbench: roll calls to answer, shifts that nobody has taken over, a rota that runs out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.apps.duty import queries
from anlan.apps.duty.choices import RollState, ShiftState
from anlan.apps.duty.models import brief
from anlan.kit import clock
from anlan.kit.board import Rank, Waiting, step, waiting

#: A rota that ends within so much is to be planned on.
SOON = timedelta(days=2)


@waiting(needs="duty.view_rollcall", about="duty.rollcall", where=Q(state=RollState.CALLED))
def roll_calls_to_answer() -> Iterator[Waiting]:
    """Yield the roll calls that wait for an answer."""
    for call in queries.calls_to_answer():
        body = call.shift.organisation
        doing = step("duty.work_shift", call.area, "answer_roll", _("We are here"), body.sector)
        title = str(_("Roll call: %(room)s") % {"room": body})
        yield Waiting(Rank.DANGER, "roll_call", "bell-ringing", "", title, "", call.desk_url(), call.due_at, **doing)


@waiting(needs="duty.view_shift", about="duty.shift", where=Q(state=ShiftState.PLANNED))
def rooms_without_anybody() -> Iterator[Waiting]:
    """Yield the shifts that have begun and that nobody has taken over."""
    for shift in queries.unmanned():
        doing = step("duty.work_shift", shift.area, "take_over", _("Go on duty"), shift.organisation.sector)
        title = str(_("Nobody on duty: %(room)s") % {"room": shift.organisation})
        text = f"{shift.leader} · {shift.officer}"
        yield Waiting(Rank.DANGER, "shift", "user-off", "", title, text, shift.desk_url(), shift.begins_at, **doing)


@waiting(needs="duty.plan_shift", about="duty.shift")
def rotas_that_end() -> Iterator[Waiting]:
    """Yield the duty rooms for which nobody is planned any more, soon."""
    for room in queries.rooms():
        if room.gap_from is None or room.gap_from >= clock.now() + SOON:
            continue
        empty = room.gap_from <= clock.now() and room.now is None
        text = str(_("Nobody is planned now") if empty else _("Nobody is planned from %(at)s on.") % {"at": brief(room.gap_from)})
        rank, url = Rank.DANGER if empty else Rank.WORK, reverse("desk:duty_shifts_list")
        yield Waiting(rank, "rota", "calendar-plus", "", str(room.body), text, url, room.gap_from, at_once=empty)
