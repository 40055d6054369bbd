"""Writers: queue a message for everybody concerned, record what a channel said, try again."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from anlan.apps.messages.choices import LADDER, ReceiptState
from anlan.apps.messages.kinds import CHANNELS
from anlan.apps.messages.models import Message, Receipt
from anlan.apps.people import api as people
from anlan.kit.actions import Deed, action
from anlan.kit.refusals import Refusal
from anlan.kit.scope import World


@dataclass(frozen=True)
class Outcome:
    """What a channel said of one receipt."""

    receipt: int
    state: str = ""
    error: str = ""
    permanent: bool = False


def allowed_channel(kind: str, world: World) -> str:
    """Return the channel a contact is reached by: in an exercise always the sandbox, so that nothing can leave.

    In the live world the sandbox is no channel at all: what it "delivers" reaches nobody. Returns "" for none.
    """
    if world == "exercise":
        return "sandbox"
    return kind if kind in CHANNELS and kind != "sandbox" else ""


@action("messages.send", needs="messages.send_message", label=_("Send a message"))
def send(
    deed: Deed, *, kind: str, subject: str, body: str, to: list[str], area: str, about: str = "", urgent: bool = False
) -> Message:
    """Queue a message to organisations and posts by their codes; each is reached on every channel it has."""
    contacts = [contact for code in dict.fromkeys(to) for contact in people.contacts_of(code)]
    if not contacts:
        raise Refusal(_("None of the recipients has an address. Add contact points first."), field="to")
    message = deed.create(
        Message, area=area, kind=kind, subject=subject, body=body, urgent=urgent, about=about, queued_at=deed.now
    )
    seen: set[tuple[str, str, str]] = set()
    receipts = []
    for contact in contacts:
        channel = allowed_channel(contact.kind, deed.scope.world) or contact.kind
        way = (contact.owner_code, channel, "" if channel == "sandbox" else contact.address)
        if way in seen:
            continue
        seen.add(way)
        receipts.append(
            Receipt(
                area=contact.area,
                message=message,
                recipient=contact.owner,
                recipient_code=contact.owner_code,
                channel=channel,
                address=contact.address,
                next_at=deed.now,
            )
        )
    deed.create_many(Receipt, receipts)
    return message


@action("messages.record", needs="messages.deliver", label=_("Record delivery"))
def record(deed: Deed, *, outcome: Outcome) -> Receipt:
    """Write down what a channel said; a failure climbs the ladder of retries until it is final."""
    receipt = deed.lock(Receipt, outcome.receipt)
    receipt.attempts += 1
    if outcome.error:
        final = outcome.permanent or receipt.attempts > len(LADDER)
        receipt.state = ReceiptState.FAILED if final else ReceiptState.QUEUED
        receipt.error = outcome.error[:300]
        if not final:
            receipt.next_at = deed.now + LADDER[receipt.attempts - 1]
        return receipt
    receipt.state, receipt.sent_at, receipt.error = outcome.state, deed.now, ""
    if outcome.state == ReceiptState.DELIVERED:
        receipt.delivered_at = deed.now
    return receipt


@action(
    "messages.resend",
    needs="messages.send_message",
    label=_("Send again"),
    record="messages.Receipt",
    icon="refresh",
    when=lambda r: r.state == ReceiptState.FAILED,
)
def resend(deed: Deed, *, receipt: int) -> Receipt:
    """Try a failed address again from the first rung."""
    held = deed.lock(Receipt, receipt)
    held.state, held.attempts, held.next_at, held.error = ReceiptState.QUEUED, 0, deed.now, ""
    return held
