"""Timed work of messages: hand what is due to its channel, outside any transaction, and record each outcome at once."""

from __future__ import annotations

import logging

from django.utils.translation import gettext as _

from anlan.apps.messages.actions import Outcome, allowed_channel
from anlan.apps.messages.kinds import CHANNELS, ChannelFailure, Envelope
from anlan.apps.messages.lanes import lanes
from anlan.apps.messages.models import Receipt
from anlan.apps.messages.queries import said
from anlan.kit.jobs import job
from anlan.kit.names import name_of
from anlan.kit.scope import World, current

log = logging.getLogger(__name__)


@job(every="2 seconds", name="messages.deliver")
def deliver() -> None:
    """Send everything due; a crash between one send and its record repeats that one, under the same key."""
    world = current().world
    lanes(lambda receipt: attempt(receipt, world)).run()


def attempt(receipt: Receipt, world: World | None = None) -> Outcome:
    """Hand one receipt to its channel, asking once more that an exercise stays in the house; runs in its lane's thread.

    Whatever a channel does wrong is this receipt's failure alone: the next one is still sent.
    """
    code = allowed_channel(receipt.channel, world or current().world)
    if code not in CHANNELS:
        return Outcome(
            receipt.pk,
            error=_("there is no channel for %(channel)s in the live world") % {"channel": name_of("channel", receipt.channel)},
            permanent=True,
        )
    envelope = Envelope(f"anlan-{receipt.pk}", receipt.address, receipt.message.subject, said(receipt.message))
    try:
        return Outcome(receipt.pk, CHANNELS.get(code).send(envelope))
    except ChannelFailure as failure:
        return Outcome(receipt.pk, error=str(failure), permanent=failure.permanent)
    except Exception as error:  # noqa: BLE001  the job runner: a plug-in may fail in any way, and says so in the receipt
        log.exception("channel %s failed on receipt %s", code, receipt.pk)
        return Outcome(receipt.pk, error=f"{type(error).__name__}: {error}")
