"""Writers: queue a message for everybody concerned, record what a channel said, try again."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.apps.messages import parcels, queries
from anlan.apps.messages.choices import ALONE, ReceiptState
from anlan.apps.messages.events import MessageAnswered
from anlan.apps.messages.kinds import CHANNELS, Taken, coded
from anlan.apps.messages.models import ChannelLimit, Circuit, Message, ReachTestDay, Receipt, RetryWait
from anlan.apps.people import api as people
from anlan.kit.actions import Deed, action
from anlan.kit.reference import take_in
from anlan.kit.refusals import Refusal
from anlan.kit.scope import World

#: The kind of message that tests an address.
TEST = "test"
#: What stands for the channel of a recipient without any address.
NO_CHANNEL = "none"


@dataclass(frozen=True)
class Outcome:
    """What a channel said of one receipt; `said` is what the one reached answered at once. `alone`: it failed at this address alone.

    `taken` names what the peer will report on.
    """

    receipt: int
    state: str = ""
    error: str = ""
    permanent: bool = False
    alone: bool = False
    said: str = ""
    taken: Taken | None = None


def allowed_channel(kind: str, world: World) -> str:
    """Return the channel a contact is reached by: in an exercise always the sandbox, so that nothing can leave.

    In the live world the sandbox is no channel at all: what it "delivers" reaches nobody. Returns "" for none.
    """
    if world == "exercise":
        return "sandbox"
    return kind if kind in CHANNELS and kind != "sandbox" else ""


@action("messages.send", needs="messages.send_message", label=_("Send a message"))
def send(
    deed: Deed,
    *,
    kind: str,
    subject: str,
    body: str,
    to: list[str],
    area: str,
    about: str = "",
    urgent: bool = False,
    spoken: str = "",
    choices: list[str] | None = None,
) -> Message:
    """Queue a message to organisations and posts by their codes; each on its first address, the next one when that fails for good.

    A call says `spoken`, else what of the text can be said; `choices` are what a listener may press 1, 2, 3 … for.
    """
    contacts = {code: people.contacts_of(code) for code in to}
    if not any(contacts.values()):
        raise Refusal(_("None of the recipients has an address. Add contact points first."), field="to")
    message = deed.create(
        Message,
        area=area,
        kind=kind,
        subject=subject,
        body=body,
        urgent=urgent,
        about=about,
        queued_at=deed.now,
        spoken=spoken,
        choices=choices or [],
    )
    for code, known in contacts.items():
        if _try_next(deed, message, code, known) is None:
            _note_addressless(deed, message, code)
    return message


def _note_addressless(deed: Deed, message: Message, code: str) -> None:
    """Record that a recipient has no address at all: it was not reached, and somebody must know."""
    known = people.organisation(code) or people.post(code)
    deed.create(
        Receipt,
        area=known.area if known else message.area,
        message=message,
        recipient=known.name if known else code,
        recipient_code=code,
        channel=NO_CHANNEL,
        address="—",
        state=ReceiptState.FAILED,
        unreached=True,
        error=coded("no_address"),
        next_at=deed.now,
    )


def _try_next(deed: Deed, message: Message, code: str, contacts: list[people.ContactFact]) -> Receipt | None:
    """Queue a message at the next of the recipient's addresses by order; None when every one was tried already."""
    tried = {(r.channel, r.address) for r in Receipt.objects.filter(message=message, recipient_code=code)}
    for contact in contacts:
        channel = allowed_channel(contact.kind, deed.scope.world) or contact.kind
        # In an exercise every address is the same sandbox: one is enough.
        known = any(channel == c and (channel == "sandbox" or contact.address == a) for c, a in tried)
        if not known:
            return deed.create(
                Receipt,
                area=contact.area,
                message=message,
                recipient=contact.owner,
                recipient_code=code,
                channel=channel,
                address=contact.address,
                next_at=deed.now,
                rung=len(tried) + 1,
            )
    return None


@action("messages.record", needs="messages.deliver", label=_("Record delivery"))
def record(deed: Deed, *, outcome: Outcome) -> Receipt:
    """Write down what a channel said; a failure climbs the ladder of retries, then the recipient's next address is tried.

    When there is none left, the receipt says so: nobody was reached.
    """
    receipt = deed.lock(Receipt, outcome.receipt)
    if not Receipt.life.send.possible(receipt):
        return receipt  # answered while it was on its way: the answer says more than the channel
    receipt.attempts += 1
    receipt.tried_at = deed.now
    if outcome.error:
        receipt.error = outcome.error[:300]
        again = None if outcome.permanent else queries.ladder().next_at(receipt.attempts - 1, deed.now)
        if again:
            receipt.next_at = again
            return receipt
        _give_up(deed, receipt)
        return receipt
    receipt.sent_at, receipt.error = deed.now, ""
    if outcome.said:
        receipt.said = outcome.said[:80]
        deed.move(receipt, Receipt.life.answer)
        deed.emit(
            MessageAnswered(
                area=receipt.area,
                about=receipt.message.about,
                kind=receipt.message.kind,
                recipient=receipt.recipient_code,
                said=receipt.said,
            )
        )
    else:
        deed.move(receipt, Receipt.life.deliver if outcome.state == ReceiptState.DELIVERED else Receipt.life.send)
        if outcome.taken is not None:
            parcels.note_taken(receipt.pk, outcome.taken.peer, outcome.taken.numbers)
    # Whoever was reached at one address is not missing any more, whatever became of the others.
    beside = Receipt.objects.filter(message=receipt.message_id, recipient_code=receipt.recipient_code, unreached=True)
    for row in beside.exclude(pk=receipt.pk).order_by("id"):
        deed.lock(Receipt, row).unreached = False
    return receipt


def _give_up(deed: Deed, receipt: Receipt) -> None:
    """Let an address be; the recipient's next one is tried, and where there is none the receipt says so."""
    deed.move(receipt, Receipt.life.fail)
    if receipt.message.kind not in ALONE:
        code = receipt.recipient_code
        receipt.unreached = _try_next(deed, receipt.message, code, people.contacts_of(code)) is None


@action("messages.note_report", needs="messages.deliver", label=_("Record what the network reports"))
def note_report(deed: Deed, *, receipt: int, error: str = "") -> Receipt:
    """Write down what the network reports of a receipt that was sent: it arrived, or it did not and the next address is tried."""
    held = deed.lock(Receipt, receipt)
    if held.state == ReceiptState.SENT and error:
        held.error = error[:300]
        _give_up(deed, held)
    elif held.state == ReceiptState.SENT:
        deed.move(held, Receipt.life.deliver)
    elif held.state == ReceiptState.ANSWERED and not error:
        held.delivered_at = held.delivered_at or deed.now  # the answer was faster
    return held


@action(
    "messages.resend",
    needs="messages.send_message",
    label=_("Send again"),
    record="messages.Receipt",
    icon="refresh",
    moves=Receipt.life.resend,
    bulk=1000,
)
def resend(deed: Deed, *, receipt: int) -> Receipt:
    """Try a failed address again from the first rung."""
    held = deed.lock(Receipt, receipt)
    held.attempts, held.next_at, held.error = 0, deed.now, ""
    held.unreached = False
    channel = CHANNELS.get(held.channel) if held.channel in CHANNELS else None
    if channel is not None and channel.host is not None:
        # Whoever sends again wants it tried now, also at a receiver that is left alone.
        Circuit.objects.filter(channel=channel.code, host=channel.host(held.address)).update(open_until=None)
    return held


@action("messages.answer", needs="messages.record_answer", label=_("Record an answer"))
def answer(deed: Deed, *, about: str, recipient: str) -> int:
    """Write down that a recipient answered every message about one thing; returns how many receipts that were."""
    rows = list(Receipt.objects.filter(message__about=about, recipient_code=recipient).order_by("id"))
    for row in rows:
        held = deed.lock(Receipt, row)
        held.unreached = False
        if Receipt.life.answer.possible(held):
            deed.move(held, Receipt.life.answer)
    return len(rows)


@action("messages.test_contact", needs="messages.send_message", label=_("Test this contact"), icon="send")
def test_contact(deed: Deed, *, recipient: str, order: int) -> Receipt:
    """Send a test to one address of an organisation or post, the `order`-th by priority from 0; no other address is tried."""
    contacts = people.contacts_of(recipient, "messages.send_message")
    if not 0 <= order < len(contacts):
        raise Refusal(_("This recipient has no such address."), field="recipient")
    contact = contacts[order]
    message = deed.create(
        Message,
        area=contact.area,
        kind=TEST,
        subject=gettext("Test of this address, please ignore"),
        body=gettext("%(who)s tests whether this address can be reached. Nothing has happened.") % {"who": deed.actor},
        queued_at=deed.now,
    )
    return deed.create(
        Receipt,
        area=contact.area,
        message=message,
        recipient=contact.owner,
        recipient_code=recipient,
        channel=allowed_channel(contact.kind, deed.scope.world) or contact.kind,
        address=contact.address,
        next_at=deed.now,
    )


@action("messages.send_to_address", needs="messages.send_message", label=_("Send to one address"))
def send_to_address(deed: Deed, *, kind: str, subject: str, body: str, contact: int, about: str) -> Receipt | None:
    """Queue a message to one contact point, once for what it is about; no other address is tried. None if the address is gone."""
    to = people.contact(contact)
    if to is None or Message.objects.filter(kind=kind, about=about).exists():
        return None
    message = deed.create(Message, area=to.area, kind=kind, subject=subject, body=body, about=about, queued_at=deed.now)
    return deed.create(
        Receipt,
        area=to.area,
        message=message,
        recipient=to.owner,
        recipient_code=to.owner_code,
        channel=allowed_channel(to.kind, deed.scope.world) or to.kind,
        address=to.address,
        next_at=deed.now,
    )


@action("messages.load_limits", needs="messages.load_pack", label=_("Load channel limits"))
def load_limits(deed: Deed, *, limits: list[ChannelLimit], waits: list[RetryWait], days: list[ReachTestDay]) -> int:
    """Take over a pack's channel limits, the waits between attempts and the days of reach tests, new and changed ones."""
    take_in(deed, ReachTestDay, days, ("division",), "day", "hour", "source", "confidence")
    take_in(deed, RetryWait, waits, ("attempt",), "minutes", "source", "confidence")
    for limit in limits:
        known = ChannelLimit.objects.filter(channel=limit.channel).first()
        values = {name: getattr(limit, name) for name in ("per_minute", "source", "confidence")}
        if known is None:
            deed.create(ChannelLimit, channel=limit.channel, **values)
            continue
        held = deed.lock(ChannelLimit, known)
        for name, value in values.items():
            setattr(held, name, value)
    return len(limits)
