"""The kit's own desks: journal, events and dead letters, confirmations, jobs."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.kit.actions import Deed, action, confirm, reject
from anlan.kit.clock import real_now
from anlan.kit.desk.declaration import Desk
from anlan.kit.desk.parts import Age, Column, Facts, JournalPanel, Panel, State
from anlan.kit.journal import why
from anlan.kit.models import Delivery, JournalEntry, PendingAction


@action(
    "kit.retry",
    needs="kit.retry_delivery",
    label=_("Deliver again"),
    record="kit.Delivery",
    icon="refresh",
    when=lambda d: d.state == Delivery.State.DEAD,
)
def retry(deed: Deed, *, delivery: int) -> Delivery:
    """Put a dead letter back in the queue."""
    held = deed.lock(Delivery, delivery)
    held.state, held.attempts, held.next_at, held.error = Delivery.State.PENDING, 0, real_now(), ""
    return held


def _causes(entry: JournalEntry) -> dict[str, Any]:
    return {"chain": why(entry), "entry": entry, "wide": True}


class JournalDesk(Desk, record=JournalEntry):
    slug = "journal"
    story = _("Every change, in a chain that cannot be altered unnoticed: who, where, what, why, because of what.")
    menu = ("system", 40)
    icon = "link"
    columns = ("seq", Age("at"), "actor", "action", "record", "record_id", "area", "reason")
    filters = ("action", "actor", "record", "record_id")
    search = ("action", "actor", "reason")
    panels = (
        Facts("seq", "at", "actor", "post", "area", "action", "record", "record_id", "reason", "cause", "prev_hash", "hash"),
        Panel("desk/causes.html", _("Chain of causes"), _causes),
    )
    order = ("-seq",)


class DeliveryDesk(Desk, record=Delivery):
    slug = "deliveries"
    story = _("Events owed to their listeners. Dead letters wait here for an operator.")
    menu = ("system", 50)
    icon = "mail-exclamation"
    columns = ("handler", Column("event__name", _("Event")), State("state"), "attempts", Age("next_at"), "error")
    filters = ("state",)
    search = ("handler", "error")
    panels = (
        Facts("handler", Column("event__name", _("Event")), State("state"), "attempts", Age("next_at"), "done_at", "error"),
    )
    actions = (retry,)
    order = ("-id",)


class PendingActionDesk(Desk, record=PendingAction):
    slug = "confirmations"
    story = _("Steps that want a second person.")
    icon = "checks"
    columns = ("action", State("state"), "requested_by", Age("requested_at"), "decided_by", "area")
    filters = ("state",)
    panels = (
        Facts(
            "action", "arguments", "reason", State("state"), "requested_by", Age("requested_at"), "decided_by", Age("decided_at")
        ),
        JournalPanel(_("Journal")),
    )
    actions = (confirm, reject)
    order = ("-id",)
