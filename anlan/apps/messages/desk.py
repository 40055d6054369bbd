"""The desks of messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import linebreaksbr
from django.utils.translation import gettext_lazy as _

from anlan.apps.messages import actions
from anlan.apps.messages.bilingual import spoken
from anlan.apps.messages.models import Broadcast, Loudspeaker, Message, ReachTest, Receipt, Subscriber
from anlan.apps.messages.queries import counted, told_lately
from anlan.apps.messages.reached import reached, summed
from anlan.kit.desk import Age, Column, Desk, Facts, JournalPanel, Level, Linked, Panel, Related, State
from anlan.kit.desk.columns import value_at


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


class Spoken(Column):
    """Show a subject in the reader's language; what was sent says it in both."""

    def show(self, row: Any) -> Any:
        return spoken(value_at(row, self.name))


class MessageDesk(Desk, record=Message):
    slug = "messages"
    story = _("What was said to whom, on which channel, and whether it arrived.")
    menu = ("warning", 40)
    icon = "mail-forward"
    empty = _("Nothing has been sent yet. Alarms, warnings and new tasks send messages by themselves.")
    columns = (Spoken("subject"), Kind("kind"), "urgent", Age("queued_at"), "area")
    filters = ("kind", "urgent")
    search = ("subject", "body")
    panels = (
        Facts("subject", Lines("body"), Kind("kind"), "urgent", Column("about_label", _("About")), Age("queued_at")),
        Related(
            "receipts",
            (
                Linked("to", _("Recipient")),
                "channel",
                State("state"),
                "attempts",
                Age("sent_at"),
                Age("delivered_at"),
                "said",
                "error",
            ),
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
        Spoken("message__subject", _("Message")),
        "channel",
        State("state"),
        "attempts",
        Age("next_at"),
        "error",
    )
    filters = ("state", "channel")
    search = ("recipient",)
    panels = (
        Facts(Column("to", _("Recipient")), "message", "channel", State("state"), "attempts", Age("sent_at"), "said", "error"),
        JournalPanel(_("Journal")),
    )
    actions = (actions.resend,)
    order = ("-id",)


class SubscriberDesk(Desk, record=Subscriber):
    slug = "subscribers"
    story = _("Who of the public is told of warnings for a place, by an address they confirmed themselves; shown masked.")
    menu = ("warning", 45)
    icon = "users-group"
    empty = _("Nobody has subscribed yet. The public page says how.")
    columns = (
        Column("masked_address", _("Address"), needs=("address",)),
        "channel",
        "area",
        State("state"),
        "language",
        Age("confirmed_at"),
        "synthetic",
    )
    filters = ("state", "channel", "synthetic")
    panels = (
        Facts(
            Column("masked_address", _("Address"), needs=("address",)),
            "channel",
            "area",
            State("state"),
            "language",
            Age("asked_at"),
            Age("confirmed_at"),
            Age("ended_at"),
            "synthetic",
        ),
        JournalPanel(_("Journal")),
    )
    actions = (actions.unsubscribe,)
    sensitive = True
    order = ("-id",)


def _counted(row: Broadcast) -> dict[str, Any]:
    return {"broadcast": row, "wide": True, **counted(row)}


class BroadcastDesk(Desk, record=Broadcast):
    slug = "broadcasts"
    story = _("What was sent to the subscribers of a ground: how many wait, were sent, got it, and by which channel.")
    menu = ("warning", 42)
    icon = "speakerphone"
    empty = _("Nothing has been sent to the public yet. A published warning goes to the subscribers of its ground by itself.")
    columns = (
        Spoken("subject"),
        Kind("kind"),
        State("lane"),
        State("state"),
        "total",
        "differing",
        Age("queued_at"),
        Age("ended_at"),
        "area",
    )
    filters = ("kind", "lane", "state")
    search = ("subject",)
    panels = (
        Panel("messages/counted.html", _("How far it is"), _counted),
        Facts(
            "subject",
            Kind("kind"),
            State("lane"),
            Level("level"),
            "differing",
            State("state"),
            Age("queued_at"),
            Age("filled_at"),
            Age("ended_at"),
            Age("expires_at"),
        ),
        JournalPanel(_("Journal")),
    )
    actions = (actions.stop,)
    order = ("-queued_at", "-id")


#: So many posts the page names; the API names all.
NAMED = 200


def _reached(row: ReachTest) -> dict[str, Any]:
    return {"wide": True, "test": row, **summed(reached(row), NAMED)}


class ReachTestDesk(Desk, record=ReachTest):
    slug = "reach-tests"
    story = _("Test messages to every address of the posts of a division: what arrives by which channel, and who answers.")
    menu = ("warning", 47)
    icon = "broadcast"
    empty = _("No reach test yet. Test one county first; the city may have one ordered every month by itself.")
    columns = (Column("__str__", _("Reach test")), Age("ordered_at"), "ordered_by", Age("until"), "posts", "addresses", "area")
    panels = (
        Panel("messages/reached.html", _("Who was reached"), _reached),
        Facts(Age("ordered_at"), "ordered_by", Age("until"), "posts", "addresses", "area"),
        JournalPanel(_("Journal")),
    )
    begins = (actions.test_reach,)
    order = ("-ordered_at", "-id")


def _told(row: Loudspeaker) -> dict[str, Any]:
    return {"wide": True, "told": [(pk, spoken(subject), *more) for pk, subject, *more in told_lately(row)]}


class LoudspeakerDesk(Desk, record=Loudspeaker):
    slug = "loudspeakers"
    story = _("The loudspeakers and sirens of the villages, and whether each answered its newest silent test.")
    menu = ("warning", 46)
    icon = "volume"
    empty = _("No loudspeaker is entered yet. Add one, or import a list: each is called by its key at the broker.")
    columns = ("__str__", "address", "kind", "in_service", State("test_state"), Age("tested_at"), "area")
    filters = ("test_state", "kind")
    search = ("name", "name_en", "address")
    panels = (
        Facts("address", "kind", "in_service", State("test_state"), Age("tested_at"), "location", "note", "synthetic"),
        Panel("messages/told.html", _("What it was told"), _told),
        JournalPanel(_("Journal")),
    )
    form = ("name", "name_en", "address", "kind", "in_service", "location", "note")
    actions = (actions.test_speaker,)
    importable = True
    point, tile, layer = "location", {"state": "test_state"}, (_("Who is warned?"), 6)
    example = {
        "name": "示例村大喇叭",
        "name_en": "Loudspeaker of an example village",
        "address": "speaker-001",
        "kind": "horn",
        "in_service": "1",
        "location": "113.05, 23.70",
        "area": "441802",
    }
    order = ("address",)
