"""Carriers: one thread per channel that takes copies of broadcasts, hands them to the channel's line and writes down what comes back.

Several processes may carry the same channel: each takes what nobody else has taken. In the exercise world nothing is opened at
all: copies are rendered and marked so.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connections

from anlan.apps.messages import actions, oneby, parcels, queries, rules
from anlan.apps.messages.choices import BroadcastState, ParcelState
from anlan.apps.messages.kinds import CHANNELS, Fate, Line, Load, Notice
from anlan.apps.messages.models import Broadcast, LineHealth
from anlan.apps.messages.parcels import Accepted, Parcel, Report, Word
from anlan.kit import clock
from anlan.kit.scope import Scope, World, entered
from anlan.kit.worlds import alias

log = logging.getLogger(__name__)

#: How long a carrier listens in one turn, how often it tells how it stands, in seconds.
TURN, TELL = 0.1, 2.0
#: A report that comes before we have written down its number is held so long before it counts as of nothing we know.
HOLD = 20.0
STATES = {"sent": ParcelState.SENT, "delivered": ParcelState.DELIVERED, "failed": ParcelState.FAILED}
#: Outlines go out within so many degrees (some 20 m) of what was drawn.
SIMPLER = 0.0002
#: In an exercise, so many copies are rendered in one transaction.
RENDERED = 5_000
WORKER = f"{socket.gethostname()[:40]}:{os.getpid()}"


@dataclass
class Carrier:
    """Carries one channel of the live world."""

    channel: str
    line: Line
    stop: threading.Event = field(default_factory=threading.Event)
    held: dict[parcels.Key, Parcel] = field(default_factory=dict)
    broadcasts: dict[int, Broadcast] = field(default_factory=dict)
    told_about: dict[int, dict[str, Any]] = field(default_factory=dict)
    early: deque[tuple[float, Report]] = field(default_factory=deque)
    reported_at: float = 0.0
    looked: float = 0.0

    def turn(self) -> bool:
        """Listen, write down, hand over; returns whether anything happened."""
        fates, notices = self.line.hear(TURN)
        self._write(fates)
        self._report(notices)
        handed = self._hand_over()
        if time.monotonic() - self.reported_at > TELL:
            self.reported_at = time.monotonic()
            self.broadcasts.clear()  # what was called off meanwhile is seen
            self._tell()
        return bool(fates or notices or handed)

    def _hand_over(self) -> int:
        room = self.line.room()
        if room <= 0 or self.stop.is_set():
            return 0
        taken = parcels.take(self.channel, room)
        if not taken:
            return 0
        over = [parcel for parcel in taken if self._is_over(parcel)]
        parcels.settle(self.line.peer, [Word(parcel, ParcelState.LAPSED, untouched=True) for parcel in over])
        still = [parcel for parcel in taken if not self._is_over(parcel)]
        for parcel in still:
            self.held[parcel.key] = parcel
        self.line.give([self._load(parcel) for parcel in still])
        return len(taken)

    def _is_over(self, parcel: Parcel) -> bool:
        """Return whether its broadcast was called off or has expired: a million copies are let be only by and by."""
        row = self._broadcast(parcel.key.broadcast)
        return row.state == BroadcastState.STOPPED or row.expires_at <= clock.now()

    def _load(self, parcel: Parcel) -> Load:
        row = self._broadcast(parcel.key.broadcast)
        text = row.text_for(self.channel, parcel.language)
        if queries.LEAVE in text:
            text = text.replace(queries.LEAVE, queries.leave_token(parcel.key.subscriber))
        return Load(parcel.key, parcel.address, text, row.lane == 0, self._about(row))

    def _about(self, row: Broadcast) -> dict[str, Any]:
        """Return what more of a broadcast a channel may need, worked out once."""
        if row.pk not in self.told_about:
            if len(self.told_about) > 100:
                self.told_about.clear()
            outline = row.outline.simplify(SIMPLER, preserve_topology=True) if row.outline is not None else None
            self.told_about[row.pk] = {
                "kind": row.kind,
                "level": row.level,
                "areas": row.areas,
                "outline": json.loads(outline.geojson) if outline is not None else None,
                "expires": row.expires_at.isoformat(),
            }
        return self.told_about[row.pk]

    def _broadcast(self, pk: int) -> Broadcast:
        if pk not in self.broadcasts:
            if len(self.broadcasts) > 100:
                self.broadcasts.clear()
            self.broadcasts[pk] = queries.broadcast_of(pk)
        return self.broadcasts[pk]

    def _write(self, fates: Sequence[Fate]) -> None:
        ladder = queries.ladder() if any(fate.state == "again" for fate in fates) else None
        words = []
        for fate in fates:
            parcel = self.held.pop(fate.key, None)
            if parcel is None:
                continue
            state, next_at = STATES.get(fate.state, ParcelState.WAITING), None
            if fate.state == "again" and ladder is not None:
                next_at = ladder.next_at(parcel.attempts - 1, clock.now())
                state = ParcelState.WAITING if next_at else ParcelState.FAILED
            accepted = tuple(Accepted(part, peer_id) for part, peer_id in enumerate(fate.accepted, 1))
            words.append(Word(parcel, state, fate.parts, accepted, fate.error, next_at, fate.doubtful, fate.state == "untouched"))
        parcels.settle(self.line.peer, words)

    def _report(self, notices: Sequence[Notice]) -> None:
        for notice in notices:
            if notice.sender and rules.leaves(notice.text):
                actions.unsubscribe_address(channel=self.channel, address=rules.sender(notice.sender))
            if notice.differs and notice.key is not None:
                actions.note_difference(broadcast=notice.key.broadcast, channel=self.channel, said=notice.text)
        now = time.monotonic()
        fresh = [Report(n.peer_id, n.delivered, n.text) for n in notices if not n.sender]
        due = [r for at, r in self.early if now - at > HOLD]
        again = [r for at, r in self.early] if now - self.looked > 1.0 else []
        if again:
            self.looked = now
        if not fresh and not again:
            return
        since = {id(r): at for at, r in self.early}
        heard = parcels.report(self.line.peer, [*again, *fresh])
        strays = heard.strays
        for receipt, error in heard.singles.items():
            actions.note_report(receipt=receipt, error=error)
        late = {id(r) for r in due}
        parcels.note_strays(self.line.peer, [r for r in strays if id(r) in late])
        kept = [(since.get(id(r), now), r) for r in strays if id(r) not in late]
        self.early = deque([*kept, *(pair for pair in self.early if not again)])

    def _tell(self) -> None:
        """Write down how the line stands, like a heartbeat: no journal."""
        found = self.line.health()
        values = {name: getattr(found, name) for name in ("state", "binds", "waiting", "per_second", "throttled", "reconnected")}
        values |= {"channel": self.channel, "error": found.error[:300], "seen_at": clock.real_now()}
        rows = LineHealth.objects.using(alias())
        rows.update_or_create(peer=self.line.peer[:120], worker=WORKER, defaults=values)
        rows.filter(seen_at__lt=clock.real_now() - timedelta(days=1)).delete()

    def end(self) -> None:
        """Hang up and write down what came back."""
        self.stop.set()
        self.line.close()
        fates, notices = self.line.hear(0)
        self._write(fates)
        self._report(notices)


def open_line(channel: str, world: World) -> Line | None:
    """Return a line of a channel; None where there is none. Never in an exercise: the one place where broadcasts could leave."""
    if world != "live" or actions.allowed_channel(channel, world) != channel:
        return None
    known = CHANNELS.get(channel)
    return known.line() if known.line is not None else oneby.OneByOne(known)


def run(carrier: Carrier) -> None:
    """Carry until told to stop; a database that is away for a while is waited for."""
    with entered(Scope.everything(f"system:carrier:{carrier.channel}", "live")):
        while not carrier.stop.is_set():
            try:
                carrier.turn()
            except DatabaseError:
                log.exception("carrier %s: the database failed", carrier.channel)
                connections.close_all()
                carrier.stop.wait(1)
        try:
            carrier.end()
        finally:
            connections.close_all()


CARRIERS: dict[str, tuple[Carrier, threading.Thread]] = {}


def start(channels: Sequence[str]) -> None:
    """Start the carriers of some channels in this process, those that do not run yet."""
    for channel in channels:
        known = CARRIERS.get(channel)
        if known is not None and known[1].is_alive():
            continue
        line = open_line(channel, "live")
        if line is None:
            continue
        carrier = Carrier(channel, line)
        thread = threading.Thread(target=run, args=(carrier,), daemon=True, name=f"carrier-{channel}")
        CARRIERS[channel] = (carrier, thread)
        thread.start()


def stop_all() -> None:
    """Stop the carriers of this process and wait for them."""
    for carrier, _thread in CARRIERS.values():
        carrier.stop.set()
    for _carrier, thread in CARRIERS.values():
        thread.join(10)
    CARRIERS.clear()


def render(channel: str) -> int:
    """Mark what waits for a channel as rendered: what an exercise does instead of sending."""
    known: dict[int, Broadcast] = {}
    done = 0
    while taken := parcels.take(channel, RENDERED):
        words = []
        for parcel in taken:
            row = known.get(parcel.key.broadcast) or queries.broadcast_of(parcel.key.broadcast)
            known[row.pk] = row
            parts = rules.parts_of(channel, row.text_for(channel, parcel.language))
            words.append(Word(parcel, ParcelState.RENDERED, parts))
        parcels.settle(f"{channel}:exercise", words)
        done += len(taken)
    return done
