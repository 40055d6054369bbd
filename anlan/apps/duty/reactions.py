"""Whom duty tells: a room that is called, and those above a room in which nobody is."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.duty import queries
from anlan.apps.duty.events import RollCalled, RollMissed, ShiftUnmanned
from anlan.apps.duty.models import RollCall, Shift, brief
from anlan.apps.incidents.api import Incident
from anlan.apps.incidents.events import ReportOverdue
from anlan.apps.messages import api as messages
from anlan.apps.people import api as people
from anlan.kit.events import on
from anlan.lib.divisions import ancestors

EMPTY = _(
    "The shift of %(room)s from %(begins)s has not been taken over by anybody. Go on duty, or say who does. Leader: %(leader)s."
)
CALL = _("Roll call of %(room)s. Answer by %(due)s on the page of the roll call.")
OVERDUE = _("%(room)s has not sent in time what the law asks it to report on “%(title)s”.")
SILENT = _("%(room)s was called at %(called)s and has not answered by %(due)s.")


@on(ShiftUnmanned)
def tell_empty(event: ShiftUnmanned) -> None:
    """Tell the room and its leader that nobody has taken over; from the second step on the bureau above too."""
    shift = Shift.objects.select_related("organisation", "leader").get(pk=event.shift)
    to = [shift.organisation.code, shift.leader.code]
    _send(
        shift,
        _("Nobody on duty: %(room)s"),
        EMPTY,
        to + (_above(shift) if event.step > 1 else []),
        begins=brief(shift.begins_at),
        leader=(shift.leader.name, shift.leader.name_en or shift.leader.name),
    )


@on(RollCalled)
def tell_room(event: RollCalled) -> None:
    """Tell a duty room that it is called."""
    call = RollCall.objects.select_related("shift__organisation").get(pk=event.call)
    _send(call.shift, _("Roll call: %(room)s"), CALL, [call.shift.organisation.code], about=call, due=brief(call.due_at))


@on(RollMissed)
def tell_silent(event: RollMissed) -> None:
    """Tell the leader of the shift, and the bureau above, that a room did not answer."""
    call = RollCall.objects.select_related("shift__organisation", "shift__leader").get(pk=event.call)
    to = [call.shift.leader.code, *_above(call.shift)]
    hours = {"called": brief(call.called_at), "due": brief(call.due_at)}
    _send(call.shift, _("Roll call not answered: %(room)s"), SILENT, to, about=call, **hours)


@on(ReportOverdue)
def tell_leader(event: ReportOverdue) -> None:
    """Tell the leader of the room on duty that its report on an incident is overdue; the room itself was told by incidents."""
    shift = queries.on_duty(event.body)
    if shift is not None:
        incident = Incident.objects.get(pk=event.incident)
        _send(shift, _("Report overdue in %(room)s"), OVERDUE, [shift.leader.code], about=incident, title=incident.title)


def _above(shift: Shift) -> list[str]:
    """Return the bureau of the division above, or the body that this one belongs to."""
    bureaus = people.organisations_at(ancestors(shift.organisation.area), ("bureau",))
    parent = shift.organisation.parent
    return [max(bureaus, key=lambda one: len(one.area)).code] if bureaus else [parent.code] if parent else []


def _send(shift: Shift, subject: object, words: object, to: list[str], about: object = None, **facts: object) -> None:
    room = (shift.organisation.name, shift.organisation.name_en or shift.organisation.name)
    row = about or shift
    named = f"{row._meta.model_name}:{row.pk}"  # type: ignore[attr-defined]
    headline, body = messages.in_both(subject, room=room), messages.in_both(words, room=room, **facts)
    messages.tell("escalation", named, shift.area, headline, body, to, reachable=True)
