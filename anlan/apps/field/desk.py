"""The desk of field: what came from devices, and what became of it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.field.models import Operation
from anlan.kit.desk import Age, Column, Desk, Facts, JournalPanel, State


class OperationDesk(Desk, record=Operation):
    slug = "received"
    story = _("What was done on phones, also without a network, and what became of it when it arrived.")
    menu = ("system", 57)
    icon = "device-mobile-check"
    columns = (Column("__str__", _("Action")), "actor", State("outcome"), Age("claimed_at"), Age("received_at"), "area")
    filters = ("outcome", "actor")
    search = ("actor", "verb")
    panels = (
        Facts(
            Column("__str__", _("Action")),
            "actor",
            "record",
            "record_id",
            State("outcome"),
            Column("title", _("Receipt")),
            Age("claimed_at"),
            Age("received_at"),
            "device",
            "key",
            "area",
        ),
        JournalPanel(_("Journal")),
    )
    order = ("-id",)
    empty = _("Nothing has come from a phone yet.")
