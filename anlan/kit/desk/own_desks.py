"""The kit's own desks: the journal and what waits for a second person."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.kit import clock
from anlan.kit.actions import confirm, expire, reject
from anlan.kit.desk.columns import Age, Called, Column, Facts, Panel, State
from anlan.kit.desk.confirmations import confirmation_details, in_a_line
from anlan.kit.desk.declaration import Desk
from anlan.kit.desk.telling import action_label, event_label, readable_entry, record_label
from anlan.kit.jobs import job
from anlan.kit.journal import why
from anlan.kit.models import JournalEntry, PendingAction


@job(every="10 minutes", name="kit.expire_confirmations")
def expire_confirmations() -> None:
    """Close what waited for a second person longer than the city allows."""
    waiting = PendingAction.objects.filter(state=PendingAction.State.WAITING, expires_at__lte=clock.now())
    for pk in waiting.order_by("pk").values_list("pk", flat=True):
        expire(pending=pk)


def _causes(entry: JournalEntry) -> dict[str, Any]:
    steps = [
        ({**step, "called": event_label(step["event"].name)}, step["entry"] and readable_entry(step["entry"]))
        for step in why(entry)
    ]
    return {"chain": steps, "readable": readable_entry(entry), "record": record_label(entry.record), "wide": True}


VERB, NOUN = Called("action", by=action_label), Called("record", by=record_label)
ENTRY = ("seq", "at", "actor", "post", "area", VERB, NOUN, "record_id", "reason", "cause")


class JournalDesk(Desk, record=JournalEntry):
    slug = "journal"
    story = _("Every change, in a chain that cannot be altered unnoticed: who, where, what, why, because of what.")
    menu = ("system", 40)
    icon = "link"
    sensitive = sensitive_list = True
    columns = ("seq", Age("at"), "actor", VERB, NOUN, "record_id", "area", "reason")
    filters = ("action", "actor", "record", "record_id")
    search = ("action", "actor", "reason")
    panels = (
        Facts(*ENTRY, Column("prev_hash", _("Hash of the entry before")), Column("hash", _("Hash"))),
        Panel("desk/causes.html", _("Chain of causes"), _causes),
    )
    order = ("-seq",)


PendingAction.request_text = property(in_a_line)  # type: ignore[attr-defined]


class PendingActionDesk(Desk, record=PendingAction):
    slug = "confirmations"
    story = _("Steps that want a second person.")
    icon = "checks"
    columns = (VERB, State("state"), "requested_by", Age("requested_at"), Age("expires_at"), "decided_by", "area")
    filters = ("state",)
    panels = (
        Panel("desk/asked.html", _("What is asked"), confirmation_details),
        Facts(VERB, "reason", State("state"), "requested_by", Age("requested_at"), "expires_at", "decided_by", Age("decided_at")),
    )
    actions = (confirm, reject)
    order = ("-id",)
