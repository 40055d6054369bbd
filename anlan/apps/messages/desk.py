"""The desks of messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import linebreaksbr
from django.utils.translation import gettext_lazy as _

from anlan.apps.messages import actions
from anlan.apps.messages.models import Message, Receipt
from anlan.kit.desk import Age, Column, Desk, Facts, JournalPanel, Linked, Related, State


@dataclass(frozen=True)
class Kind(Column):
    """Show what a message is about in words; the API keeps the code."""

    def show(self, row: Any) -> str:
        return str(row.kind_label)


@dataclass(frozen=True)
class Lines(Column):
    """Show a text with the line breaks that its reader gets."""

    def state(self, row: Any) -> Any:
        return linebreaksbr(self.show(row), autoescape=True)


class MessageDesk(Desk, record=Message):
    slug = "messages"
    story = _("What was said to whom, on which channel, and whether it arrived.")
    menu = ("warning", 40)
    icon = "mail-forward"
    empty = _("Nothing has been sent yet. Alarms, warnings and new tasks send messages by themselves.")
    columns = ("subject", Kind("kind"), "urgent", Age("queued_at"), "area")
    filters = ("kind", "urgent")
    search = ("subject", "body")
    panels = (
        Facts("subject", Lines("body"), Kind("kind"), "urgent", Column("about_label", _("About")), Age("queued_at")),
        Related(
            "receipts",
            (Linked("to", _("Recipient")), "channel", State("state"), "attempts", Age("sent_at"), Age("delivered_at"), "error"),
            _("Receipts"),
            300,
        ),
        JournalPanel(_("Journal")),
    )
    order = ("-queued_at", "-id")


class ReceiptDesk(Desk, record=Receipt):
    slug = "receipts"
    story = _("One message at one address.")
    icon = "mail-check"
    columns = (
        Column("to", _("Recipient")),
        Column("message__subject", _("Message")),
        "channel",
        State("state"),
        "attempts",
        Age("next_at"),
        "error",
    )
    filters = ("state", "channel")
    search = ("recipient",)
    panels = (
        Facts(Column("to", _("Recipient")), "message", "channel", State("state"), "attempts", Age("sent_at"), "error"),
        JournalPanel(_("Journal")),
    )
    actions = (actions.resend,)
    order = ("-id",)
