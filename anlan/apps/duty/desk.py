"""Desks of duty: shifts with their log, the entries of all logs, roll calls."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.duty import actions
from anlan.apps.duty.models import LogEntry, RollCall, Shift
from anlan.kit.desk import GROUPS, Age, Column, Desk, Facts, Group, Range, Related, State

GROUPS.add(Group("duty", 10, _("Duty"), "clock-24"))


class ShiftDesk(Desk, record=Shift):
    slug = "shifts"
    icon = "calendar-user"
    story = _("Who sits in each duty room and who leads, from when to when; gaps are told upwards.")
    menu = ("duty", 20)
    columns = (
        *("organisation", State("state"), Age("begins_at"), Age("ends_at"), "leader", "officer", "second"),
        *(Age("taken_at"), "area"),
    )
    filters = ("state", Range("begins_at"))
    search = ("organisation__name", "leader__name", "officer__name", "second__name", "handed")
    panels = (
        Facts(*columns[:7], "area"),
        Facts("taken_at", "taken_by", "ended_at", "ended_by", "handed", "escalation", "escalated_at", title=_("How it went")),
        Related("entries", ("at", "kind", "party", "text", "written_by"), _("Duty log")),
        Related(
            "roll_calls",
            (Column("__str__", _("Roll call")), State("state"), "called_by", "due_at", "answered_at"),
            _("Roll calls"),
        ),
    )
    begins = (actions.plan,)
    actions = (actions.take_over, actions.write, actions.hand_over, actions.call_roll, actions.swap, actions.cancel)
    order = ("-begins_at", "-id")
    empty = _("No rota is kept yet. Plan one: name the turns once, they follow each other for as many days as you say.")

    @classmethod
    def filled(cls, verb: Any, row: Any) -> dict[str, Any]:
        """Begin the change of who sits with who sits now."""
        if verb is actions.swap:
            return {"leader": row.leader_id, "officer": row.officer_id, "second": row.second_id}
        return super().filled(verb, row)


class LogDesk(Desk, record=LogEntry):
    slug = "log"
    icon = "notebook"
    story = _("What came in, was ordered and was done on duty, as it was written down; nothing is changed afterwards.")
    menu = ("duty", 30)
    columns = (Age("at"), "kind", "party", "text", "written_by", Column("shift__organisation", _("Duty room")), "area")
    filters = ("kind", Range("at"))
    search = ("text", "party", "shift__organisation__name")
    empty = _("Nothing is written yet. Whoever is on duty writes on the page of the shift.")


class RollCallDesk(Desk, record=RollCall):
    slug = "roll_calls"
    icon = "bell-ringing"
    story = _("Which duty rooms were called, and whether somebody was there.")
    menu = ("duty", 40)
    columns = (
        *(Column("shift__organisation", _("Duty room")), State("state"), Age("called_at"), "called_by", Age("due_at")),
        *(
            Age("answered_at"),
            "answered_by",
            Column("seconds", _("Seconds to the answer")),
            Column("late", _("Too late")),
            "area",
        ),
    )
    filters = ("state", Range("called_at"))
    search = ("shift__organisation__name",)
    actions = (actions.answer_roll,)
    empty = _("Nobody was called yet. A shift on duty is called on its page.")
