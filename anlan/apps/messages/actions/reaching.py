"""The reach test: one message to every address of the posts of a division, and the answers that come back."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anlan.apps.messages import decision_sheets, queries
from anlan.apps.messages.actions.sending import NO_CHANNEL, allowed_channel
from anlan.apps.messages.bilingual import headed, in_both
from anlan.apps.messages.choices import ReceiptState
from anlan.apps.messages.kinds import coded
from anlan.apps.messages.links import REACH
from anlan.apps.messages.models import Message, ReachTest, Receipt
from anlan.apps.people import api as people
from anlan.apps.places.api import Division
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input, Ref
from anlan.kit.refusals import Conflict, NotFound, Refusal

#: So long an answer counts (Anlan's own figure: no source gives one).
COUNTS = timedelta(hours=24)

Ground = Annotated[Ref[Division], Input(_("Area"), among=queries.testable)]


@action(
    "messages.test_reach",
    needs="messages.test_reach",
    label=_("Test reach"),
    icon="broadcast",
    sheet=decision_sheets.testing,
    story=_(
        "Every post of authorities there, and whoever holds it, gets a test message by each of its text, telephone and e-mail addresses,"
        " with a link or key to answer. Webhooks get a signed test event. The public and loudspeakers hear nothing."
    ),
)
def test_reach(deed: Deed, *, area: Ground) -> ReachTest:
    """Send a test to every address of a division's posts; refused while another runs on this ground. One entry for all receipts."""
    queries.take_turns(area.code)
    if until := queries.tested_until(area.code):
        words = _("A reach test runs here already; its answers count until %(until)s. Begin the next one after it.")
        raise Conflict(words % {"until": f"{timezone.localtime(until):%m-%d %H:%M}"}, field="area")
    asked = queries.asked_below(area.code)
    addresses = sum(len(ways) for _post, ways in asked)
    if not addresses:
        raise Refusal(_("No post there has a text, telephone or e-mail address. Add contact points first."), field="area")
    until = deed.now + COUNTS
    test = deed.create(
        ReachTest,
        area=area.code,
        ordered_at=deed.now,
        ordered_by=deed.actor,
        until=until,
        posts=len(asked),
        addresses=addresses,
    )
    message = _message(deed, test)
    rows = [_receipt(deed, message, post, way) for post, ways in asked for way in ways]
    rows += [_receipt(deed, message, post, None) for post, ways in asked if not ways]
    deed.create_many(Receipt, rows)
    return test


def _message(deed: Deed, test: ReachTest) -> Message:
    until = f"{timezone.localtime(test.until):%m-%d %H:%M}"
    words = in_both(
        _("This is a test, nothing has happened. Please answer each of these messages that you get by %(until)s, by this link:"),
        until=until,
    )
    return deed.create(
        Message,
        area=test.area,
        kind=REACH,
        subject=headed(in_both(_("[TEST] Monthly reach test: please answer"))),
        body="\n".join((*words, queries.LINK)),  # once: a text is paid by the part
        spoken="测试。这是每月到达测试，没有发生任何险情",
        about=test.about,
        queued_at=deed.now,
    )


def _receipt(deed: Deed, message: Message, post: people.PostFact, way: people.ContactFact | None) -> Receipt:
    """Return an unsaved receipt of one address; of a post without any, one that says so."""
    to = {"area": post.area, "message": message, "recipient_code": post.code, "next_at": deed.now}
    if way is None:
        none = {"channel": NO_CHANNEL, "address": "—", "state": ReceiptState.FAILED, "error": coded("no_address")}
        return Receipt(recipient=post.name, **none, **to)
    channel = allowed_channel(way.kind, deed.scope.world) or way.kind
    return Receipt(recipient=way.owner, channel=channel, address=way.address, **to)


@action("messages.answer_reach", needs="messages.record_answer", label=_("Answer a reach test"))
def answer_reach(deed: Deed, *, receipt: int) -> Receipt:
    """Write down that one address answered its reach test; again is no fault, after its time is refused."""
    held = deed.lock(Receipt, receipt)
    test = queries.reach_test_of(held)
    if test is None:
        raise NotFound()
    if held.state == ReceiptState.ANSWERED:
        return held
    if test.until <= deed.now:
        raise Conflict(
            _("This test is over; its answers counted until %(until)s.")
            % {"until": f"{timezone.localtime(test.until):%m-%d %H:%M}"}
        )
    deed.move(held, Receipt.life.answer)
    return held
