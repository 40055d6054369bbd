"""Lanes: one queue per channel and host, each sending by itself, so that a slow or hostile receiver holds up nobody but itself.

The job hands out what is due, urgent messages first, one at a time to each lane that is free, and writes down each outcome as it
comes. A lane that keeps failing is left alone for a while (a circuit breaker); one try then decides whether it is open again.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connections

from anlan.apps.messages import actions, queries
from anlan.apps.messages.actions import Outcome, allowed_channel
from anlan.apps.messages.kinds import CHANNELS, coded
from anlan.apps.messages.models import Circuit, Receipt
from anlan.kit import clock
from anlan.kit.scope import World, current
from anlan.kit.worlds import alias

#: A channel and the host behind it ("" where one server of ours carries all).
Lane = tuple[str, str]
Send = Callable[[Receipt], Outcome]

MOST_LANES = 128
#: Sends that run at once in all: the lanes, and a trunk of a hundred lines beside them.
MOST_SENDS = 256
#: How long one run of the job goes on while lanes are busy, how often it looks for new messages meanwhile, in seconds.
RUN, LOOK = 20.0, 0.5
#: Failures in a row after which a lane is left alone, and for how long at first and at most.
FAILURES, REST, LONGEST_REST = 3, timedelta(seconds=30), timedelta(minutes=5)


def lane_of(channel: str, address: str) -> Lane | None:
    """Return the lane that carries an address; None for what is sent at once, by the job itself."""
    code = allowed_channel(channel, current().world)
    if code not in CHANNELS:
        return None
    host = CHANNELS.get(code).host
    return (code, host(address)) if host is not None else None


@dataclass
class _Flight:
    """A send that is under way."""

    receipt: int
    lane: Lane
    future: Future[Outcome]
    begun: float = field(default_factory=time.monotonic)
    overdue: bool = False


class Lanes:
    """The lanes of one world in the worker; what is under way outlives a run of the job."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.flights: dict[int, _Flight] = {}
        self.queues: dict[Lane, deque[int]] = {}
        self.looked_at = 0.0
        self.pool = ThreadPoolExecutor(MOST_SENDS, thread_name_prefix="lane")

    def run(self) -> None:
        """Send what is due until nothing is left or under way; while lanes are slow, for `RUN` seconds."""
        end = time.monotonic() + RUN
        self.looked_at = 0.0
        while True:
            self._land()
            if time.monotonic() - self.looked_at >= LOOK or not any(self.queues.values()):
                while self._look():
                    pass  # what was sent at once may have queued a recipient's next address
            self._start()
            busy = [flight.future for flight in self.flights.values() if not flight.overdue]
            if not busy and not any(self.queues.values()):
                return
            if time.monotonic() > end:
                return
            wait(busy, timeout=LOOK, return_when=FIRST_COMPLETED)

    def _look(self) -> bool:
        """Sort what is due into its lanes anew, urgent messages first; what has no lane is sent at once: returns whether any was."""
        sent = False
        self.looked_at = time.monotonic()
        resting = {(c.channel, c.host) for c in queries.open_circuits()}
        self.queues = {}
        for pk, channel, address in queries.due():
            lane = lane_of(channel, address)
            if lane is None:
                for receipt in queries.still_queued(pk):
                    actions.record(outcome=self.send(receipt))
                    sent = True
            elif lane not in resting and pk not in self.flights:
                self.queues.setdefault(lane, deque()).append(pk)
        return sent

    def _start(self) -> None:
        busy = Counter(flight.lane for flight in self.flights.values())
        for lane, queue in self.queues.items():
            together = CHANNELS.get(lane[0]).together()
            # Lanes that send one by one have a number of their own: a trunk whose lines are all taken keeps no other waiting.
            while queue and busy[lane] < together and (together > 1 or _single(busy) < MOST_LANES):
                for receipt in queries.still_queued(queue.popleft()):
                    self.flights[receipt.pk] = _Flight(receipt.pk, lane, self.pool.submit(self._carry, receipt))
                    busy[lane] += 1

    def _carry(self, receipt: Receipt) -> Outcome:
        """Send in the lane's thread; a line to the database that it opened (the link of an invitation) is not kept."""
        try:
            return self.send(receipt)
        finally:
            connections.close_all()

    def _land(self) -> None:
        """Write down what has come back, and what should have long ago."""
        for pk, flight in list(self.flights.items()):
            patience = CHANNELS.get(flight.lane[0]).patience
            if flight.future.done():
                del self.flights[pk]
                if not flight.overdue:
                    self._note(flight.lane, flight.future.result())
            elif not flight.overdue and time.monotonic() - flight.begun > patience:
                flight.overdue = True
                self._note(flight.lane, Outcome(flight.receipt, error=coded("no_answer", seconds=round(patience))))

    def _note(self, lane: Lane, outcome: Outcome) -> None:
        actions.record(outcome=outcome)
        failed = bool(outcome.error) and not outcome.permanent and not outcome.alone
        if note_outcome(lane, "" if not failed else outcome.error):
            self.queues.pop(lane, None)


def _single(busy: Counter[Lane]) -> int:
    """Return how many lanes that send one at a time are busy."""
    return sum(1 for lane, n in busy.items() if n and CHANNELS.get(lane[0]).together() == 1)


def note_outcome(lane: Lane, error: str) -> bool:
    """Keep a lane's circuit: closed by any answer, open after failures in a row; returns whether it is open now.

    Operational state like a heartbeat, in no jurisdiction: written without a journal entry, and only when it changes.
    """
    channel, host = lane
    rows = Circuit.objects.using(alias())
    if not error:
        rows.filter(channel=channel, host=host).delete()
        return False
    known = rows.filter(channel=channel, host=host).first() or Circuit(channel=channel, host=host)
    known.failures += 1
    known.error, known.failed_at = error[:300], clock.now()
    beyond = known.failures - FAILURES
    known.open_until = known.failed_at + min(REST * 2 ** min(beyond, 10), LONGEST_REST) if beyond >= 0 else None
    known.save(using=alias())
    return beyond >= 0


LANES: dict[World, Lanes] = {}


def lanes(send: Send) -> Lanes:
    """Return the lanes of the world in force."""
    world = current().world
    if world not in LANES:
        LANES[world] = Lanes(send)
    return LANES[world]
