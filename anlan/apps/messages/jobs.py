"""Timed work of messages: hand what is due to its channel, outside any transaction, and record the outcome."""

from __future__ import annotations

from anlan.apps.messages import actions, queries
from anlan.apps.messages.actions import Outcome, allowed_channel
from anlan.apps.messages.kinds import CHANNELS, ChannelFailure, Envelope
from anlan.apps.messages.models import Receipt
from anlan.kit.jobs import job
from anlan.kit.scope import current

CHUNK = 100


@job(every="5 seconds", name="messages.deliver")
def deliver() -> None:
    """Send everything due, in chunks; a crash between send and record repeats a send under the same key."""
    while waiting := queries.due(CHUNK):
        actions.record(outcomes=[attempt(receipt) for receipt in waiting])


def attempt(receipt: Receipt) -> Outcome:
    """Hand one receipt to its channel, asking once more that an exercise stays in the house."""
    channel = CHANNELS.get(allowed_channel(receipt.channel, current().world))
    envelope = Envelope(f"anlan-{receipt.pk}", receipt.address, receipt.message.subject, receipt.message.body)
    try:
        return Outcome(receipt.pk, channel.send(envelope))
    except ChannelFailure as failure:
        return Outcome(receipt.pk, error=str(failure), permanent=failure.permanent)
