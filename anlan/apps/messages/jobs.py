"""Timed work of messages: hand what is due to its channel, outside any transaction, and record each outcome at once."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from anlan.apps.messages import actions, carrying, parcels, queries
from anlan.apps.messages.actions import Outcome, allowed_channel
from anlan.apps.messages.choices import BroadcastState
from anlan.apps.messages.kinds import CHANNELS, Answer, ChannelFailure, Taken, coded
from anlan.apps.messages.lanes import lanes
from anlan.apps.messages.links import REACH
from anlan.apps.messages.models import Broadcast, Receipt
from anlan.kit import clock
from anlan.kit.jobs import job
from anlan.kit.refusals import Refusal
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
        return Outcome(receipt.pk, error=coded("no_channel", channel=receipt.channel), permanent=True)
    try:
        channel = CHANNELS.get(code)
        silent = channel.silent if receipt.message.kind == REACH else None
        told = (silent or channel.send)(queries.envelope_of(receipt, world))
        if isinstance(told, Answer):
            return Outcome(receipt.pk, said=told)
        return Outcome(receipt.pk, told, taken=told if isinstance(told, Taken) else None)
    except ChannelFailure as failure:
        return Outcome(receipt.pk, error=str(failure), permanent=failure.permanent, alone=failure.alone)
    except Exception as error:  # noqa: BLE001  the job runner: a plug-in may fail in any way, and says so in the receipt
        log.exception("channel %s failed on receipt %s", code, receipt.pk)
        return Outcome(receipt.pk, error=f"{type(error).__name__}: {error}")


@job(every="2 seconds", name="messages.carry")
def carry() -> None:
    """Queue what is left of broadcasts, end those that are over, and see that each channel with copies waiting is carried."""
    for row in queries.running():
        if row.expires_at <= clock.now():
            parcels.lapse(row.pk, row.day)
        elif row.state == BroadcastState.FILLING:
            fill(row)
    for row in queries.called_off_lately():
        parcels.lapse(row.pk, row.day)
    parcels.give_out_again()
    wait = parcels.waiting()
    if current().world == "exercise":
        for channel in wait:
            carrying.render(channel)
    else:
        carrying.start([*wait, *(c.code for c in CHANNELS if c.line is not None)])
    for row in queries.running():
        if row.state == BroadcastState.SENDING and not sum(n.get("waiting", 0) for n in parcels.tally(row.pk).values()):
            actions.finish(broadcast=row.pk)
            parcels.compact(row.pk)


@job(every="1 day", name="messages.test_speakers")
def test_speakers() -> None:
    """Ask the loudspeakers of each county silently whether they would play; they are the live world's."""
    if current().world == "live":
        for area in queries.areas_of_speakers():
            actions.test_speakers(area=area)


@job(every="10 minutes", name="messages.test_reach_monthly")
def test_reach_monthly() -> None:
    """Order the reach test of a division once in a month, on the day and from the hour that its pack sets; the live world's."""
    if current().world == "live":
        for division in queries.reach_tests_due():
            with suppress(Refusal):  # one is under way on this ground, or nobody has an address: asked again in ten minutes
                actions.test_reach(area=division)


@job(every="1 minute", name="messages.judge_tests")
def judge_tests() -> None:
    """Write down what loudspeakers answered to their silent tests."""
    for row in queries.tests_to_judge():
        actions.judge_test(broadcast=row.pk)


@job(every="1 day", name="messages.drop_copies")
def drop_copies() -> None:
    """Drop the copies of broadcasts that are older than the city keeps them."""
    if days := settings.CONFIG.copies_days:
        actions.drop_copies(before=timezone.localdate(clock.now()) - timedelta(days=days))


def fill(row: Broadcast) -> None:
    """Queue all that is left of one broadcast, chunk by chunk, each in a transaction of its own."""
    while parcels.fill(row, parcels.CHUNK) == parcels.CHUNK:
        pass
    actions.end_filling(broadcast=row.pk)
