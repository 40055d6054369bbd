"""SMPP 3.4 to a gateway of text messages: several binds, long texts in parts, delivery reports, throttling, reconnection.

A gateway is named by an address: `smpp://user:password@host:2775?source=10690000&binds=2&rate=100&long=udh`.

| option | means |
|---|---|
| `source` | the number the message comes from |
| `binds` | connections at once (1 to 16) |
| `rate` | messages per second over all of them; 0: as many as it takes |
| `window` | submits without an answer on each connection |
| `long` | how long texts go: `udh` (a header in the text) or `sar` (optional parameters); some gateways know only one |
| `tls` | 1: through TLS |

The peer's acceptance is "sent", its report "delivered". SMPP has no key by which a peer could drop a repeat: where a line is lost
between a submit and its answer, the copy goes again and is told as doubtful.
"""

from __future__ import annotations

import asyncio
import itertools
import queue
import random
import re
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import smpp34

from anlan.lib import sms
from anlan.lib.lines import Fate, Health, Load, Notice, coded

#: Optional parameters (SMPP 3.4, 5.3.2): reference, number of parts and which; what a report is about, and how it stands.
REFERENCE, TOTAL, NUMBER, RECEIPTED, STATE = 0x020C, 0x020E, 0x020F, 0x001E, 0x0427
#: Statuses that another attempt may cure: the gateway's fault, its queue full, throttled.
THROTTLED = frozenset({0x58, 0x14})
#: ESME_RINVDSTADR.
NO_SUCH_NUMBER = frozenset({0x0B})
PASSING = frozenset({0x01, 0x08, 0x64, 0x65, 0x66, 0xFF})
#: After a throttle a line slows to a share of what it did and grows again by so much a second.
SLOWER, FASTER, SLOWEST = 0.8, 0.3, 20.0
#: Waits before a bind is tried anew, doubling up to the longest; a peer that fails for long is left alone so.
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
#: Seconds for one answer; so many throttled tries of one part before the copy is given back.
ANSWER, TRIES = 15.0, 40
#: A line on which the peer has taken nothing for so many seconds, only throttled, is bound anew.
SICK = 5.0
#: Numbers that nobody has (`anlan simulate subscribers`), and where alone they may go.
SYNTHETIC, HERE = "+86100", frozenset({"127.0.0.1", "localhost", "::1"})
#: What a report says of a message that arrived, and of one that has not yet.
ARRIVED, UNDER_WAY = frozenset({"DELIVRD"}), frozenset({"ENROUTE", "ACCEPTD", "SCHEDUL"})
REPORT = re.compile(rb"id:(\S+).*?stat:(\w+)(?:.*?err:(\w+))?", re.IGNORECASE | re.DOTALL)
STATES = {1: "ENROUTE", 2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 6: "ACCEPTD", 7: "UNKNOWN", 8: "REJECTD"}


#: What several gateways are called together in what is written down.
SEVERAL = "sms:several"


@dataclass(frozen=True)
class Gateway:
    """One gateway as its address says."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    source: str = ""
    binds: int = 1
    rate: float = 0.0
    window: int = 50
    long: str = "udh"
    tls: bool = False

    @property
    def peer(self) -> str:
        """Return what the gateway is called in what is written down."""
        return f"sms:{self.host}:{self.port}"


def gateways(text: str) -> list[Gateway]:
    """Read the gateways from their addresses; ValueError in words for one that is none."""
    found = []
    for address in text.split():
        parts = urlsplit(address)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if parts.scheme != "smpp" or not parts.hostname or not parts.username:
            raise ValueError("a gateway reads smpp://user:password@host:2775?source=…")
        known = {"source", "binds", "rate", "window", "long", "tls"}
        if (strange := set(asked) - known) or asked.get("long", "udh") not in {"udh", "sar"}:
            raise ValueError(f"a gateway has no option {', '.join(sorted(strange)) or 'long=' + asked['long']}")
        found.append(
            Gateway(
                host=parts.hostname,
                port=parts.port or 2775,
                user=unquote(parts.username),
                password=unquote(parts.password or ""),
                source=asked.get("source", ""),
                binds=min(max(int(asked.get("binds", 1)), 1), 16),
                rate=float(asked.get("rate", 0)),
                window=min(max(int(asked.get("window", 50)), 1), 1000),
                long=asked.get("long", "udh"),
                tls=asked.get("tls") == "1",
            )
        )
    return found


def submission(part: sms.Part, gateway: Gateway, number: str, urgent: bool) -> dict[str, Any]:
    """Return what a submit carries for one part."""
    foreign = number.startswith("+")
    said: dict[str, Any] = {
        "destination_addr": number.lstrip("+"),
        "source_addr": gateway.source,
        "dest_addr_ton": 1 if foreign else 0,
        "dest_addr_npi": 1,
        "registered_delivery": 1,
        "data_coding": part.coding,
        "priority_flag": 1 if urgent else 0,
        "short_message": part.payload,
        "tlvs": [],
    }
    if part.of > 1 and gateway.long == "udh":
        said |= {"esm_class": 0x40, "short_message": part.header + part.payload}
    elif part.of > 1:
        said["tlvs"] = [
            smpp34.Tlv(REFERENCE, part.reference.to_bytes(2, "big")),
            smpp34.Tlv(TOTAL, bytes([part.of])),
            smpp34.Tlv(NUMBER, bytes([part.number])),
        ]
    return said


def notice_of(event: Any) -> Notice | None:
    """Return what a deliver_sm says: a report of one part, or what somebody answered; None for what is only under way."""
    tlvs = {tlv.tag: tlv for tlv in event.tlvs}
    if not event.esm_class & 0x3C:
        text = event.short_message if not event.esm_class & 0x40 else sms.headed(event.short_message)[1]
        return Notice("", text=sms.text_of(text, event.data_coding), sender=event.source_addr)
    said = REPORT.search(event.short_message)
    known = tlvs.get(RECEIPTED)
    number = (known.as_string() if known else None) or (said[1].decode("ascii", "replace") if said else "")
    state = said[2].decode("ascii", "replace").upper() if said else ""
    if (told := tlvs.get(STATE)) is not None:
        state = STATES.get(told.as_int() or 0, state)
    if state in UNDER_WAY:
        return None
    code = said[3].decode("ascii", "replace") if said and said[3] else ""
    text = f"{state} {code}".strip() if state in ARRIVED else coded("sms.report", state=state or "?", code=code or "—")
    return Notice(number.rstrip("\0"), state in ARRIVED, text)


def refused(status: int) -> str:
    """Return the fault of a submit that the gateway did not take."""
    return coded("sms.no_number") if status in NO_SUCH_NUMBER else coded("sms.status", status=f"0x{status:02X}")


class Pace:
    """How many a second may go: a fixed rate, and less for a while when the peer says it is too much."""

    def __init__(self, rate: float) -> None:
        self.most = rate
        self.rate = rate
        self.next = 0.0
        self.grown = self.slowed = time.monotonic()
        self.lately: deque[float] = deque(maxlen=5000)

    def took(self) -> None:
        """Note that the peer took a part."""
        self.lately.append(time.monotonic())

    def throttled(self) -> None:
        """Slow down to a share of what the peer took within the last second; one window's worth of refusals counts once."""
        now = time.monotonic()
        if now - self.slowed > 1.0:
            taken = float(sum(1 for at in self.lately if now - at < 1.0))
            self.rate = max(SLOWEST, max(taken, (self.rate or taken) / 2) * SLOWER)
            self.grown = self.slowed = now

    async def turn(self) -> None:
        """Wait for one's turn."""
        now = time.monotonic()
        if self.rate and (not self.most or self.rate < self.most) and now - self.grown > 1.0:
            self.rate, self.grown = self.rate * (1 + FASTER), now
            if self.most:
                self.rate = min(self.rate, self.most)
            elif self.rate > 5000:
                self.rate = 0.0
        if not self.rate:
            return
        at = max(self.next, now - 0.05)
        self.next = at + 1 / self.rate
        if at > now:
            await asyncio.sleep(at - now)


class SmppLine:
    """Carries loads to one gateway over its binds, in a loop and a thread of its own."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway, self.peer = gateway, gateway.peer
        self.back: queue.SimpleQueue[Fate | Notice] = queue.SimpleQueue()
        self.references = itertools.count(random.randrange(256))
        self.pace = Pace(gateway.rate)
        self.given = self.throttled = self.reconnected = self.bound = 0
        self.error, self.resting = "", False
        self.busy = 0
        self.took_at: dict[int, float] = {}
        self.done: deque[float] = deque(maxlen=2000)
        self.ended = False
        self.loop = asyncio.new_event_loop()
        self.work: asyncio.PriorityQueue[tuple[bool, int, Load]] = asyncio.PriorityQueue()
        self.turns = itertools.count()
        self.thread = threading.Thread(target=self._run, daemon=True, name=f"smpp-{gateway.host}")
        self.thread.start()

    # What the carrier calls, in its own thread.

    def room(self) -> int:
        """Return how many more loads it takes: none while no bind stands, else about a second's worth."""
        if not self.bound or self.ended:
            return 0
        most = self.gateway.window * self.gateway.binds * 2
        if self.pace.rate:
            most = min(most, max(int(self.pace.rate), 10))
        return max(most - self.given, 0)

    def give(self, loads: Sequence[Load]) -> None:
        """Take loads to send."""
        self.given += len(loads)
        self.loop.call_soon_threadsafe(self._put, list(loads))

    def _put(self, loads: list[Load]) -> None:
        for load in loads:
            self.work.put_nowait((not load.urgent, next(self.turns), load))

    def hear(self, wait: float) -> tuple[list[Fate], list[Notice]]:
        """Return what came back."""
        fates: list[Fate] = []
        notices: list[Notice] = []
        end = time.monotonic() + wait
        while len(fates) + len(notices) < 2000:
            try:
                found = (
                    self.back.get(timeout=max(end - time.monotonic(), 0)) if not fates and not notices else self.back.get_nowait()
                )
            except queue.Empty:
                break
            if isinstance(found, Fate):
                fates.append(found)
            else:
                notices.append(found)
        self.given -= len(fates)
        return fates, notices

    def health(self) -> Health:
        """Return how it stands."""
        state = "closed" if self.ended else "open" if self.bound else "resting" if self.resting else "connecting"
        now = time.monotonic()
        lately = sum(1 for at in list(self.done) if now - at < 10)
        return Health(state, self.bound, self.given, lately / 10, self.throttled, self.reconnected, self.error)

    def close(self) -> None:
        """Hang up: what was not submitted yet comes back untouched, what has no answer as doubtful."""
        if self.ended:
            return
        self.ended = True
        self.loop.call_soon_threadsafe(self._cancel)
        self.thread.join(10)

    # What runs in the loop.

    def _cancel(self) -> None:
        for task in asyncio.all_tasks(self.loop):
            task.cancel()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_until_complete(self._all())
        except asyncio.CancelledError:
            pass
        finally:
            while not self.work.empty():
                self.back.put(Fate(self.work.get_nowait()[2].key, "untouched"))
            self.loop.close()

    async def _all(self) -> None:
        await asyncio.gather(*(self._keep() for _ in range(self.gateway.binds)), return_exceptions=True)

    async def _keep(self) -> None:
        """Keep one bind up: connect, carry, and connect anew after a wait that doubles while it fails."""
        wait, first = FIRST_WAIT, True
        while not self.ended:
            client = None
            try:
                client, session = await self._bind()
            except (smpp34.SmppError, OSError, TimeoutError, RuntimeError) as error:
                self.error, self.resting = f"{type(error).__name__}: {error}"[:300], wait > 5
                await self._stop(client)
                await asyncio.sleep(wait * random.uniform(0.7, 1.0))  # noqa: S311  spreads binds, keeps no secret
                wait = min(wait * 2, LONGEST_WAIT)
                continue
            self.reconnected += not first
            wait, first, self.resting = FIRST_WAIT, False, False
            self.bound += 1
            self.pace.rate = self.gateway.rate  # another life of the peer: what it took before says nothing
            try:
                await self._carry(session)
            finally:
                self.bound -= 1
                await self._stop(client)

    async def _bind(self) -> tuple[Any, Any]:
        g = self.gateway
        client = smpp34.Client(
            g.host,
            g.port,
            g.user,
            g.password,
            bind_type="TRX",
            tls=g.tls,
            window_size=g.window,
            inbound_capacity=10_000,
            connect_timeout_ms=5000,
        )
        return client, await asyncio.wait_for(client.connect(), 10)

    async def _stop(self, client: Any) -> None:
        if client is not None:
            try:
                await asyncio.wait_for(client.stop(), 2)
            except (smpp34.SmppError, OSError, TimeoutError, RuntimeError) as error:
                self.error = str(error)[:300]

    async def _carry(self, session: Any) -> None:
        """Listen and submit on one bind until it ends."""
        gone = asyncio.Event()
        listening = asyncio.create_task(self._listen(session, gone))
        sending = [asyncio.create_task(self._send(session, gone)) for _ in range(self.gateway.window)]
        try:
            await gone.wait()
            for _wait in range(20):  # answers that are on their way spare a second attempt
                if not self.busy:
                    break
                await asyncio.sleep(0.05)
        finally:
            listening.cancel()
            for task in sending:
                task.cancel()
            await asyncio.gather(listening, *sending, return_exceptions=True)

    async def _listen(self, session: Any, gone: asyncio.Event) -> None:
        try:
            while not isinstance(event := await session.next(), smpp34.Disconnected):
                if (notice := notice_of(event)) is not None:
                    self.back.put(notice)
            self.error = coded("hung_up")
        finally:
            gone.set()

    async def _send(self, session: Any, gone: asyncio.Event) -> None:
        while not gone.is_set():
            _lane, _turn, load = await self.work.get()
            if load.address.startswith(SYNTHETIC) and self.gateway.host not in HERE:
                self.back.put(Fate(load.key, "failed", error=coded("sms.synthetic")))
                continue
            accepted: list[str] = []
            begun = False
            self.busy += 1
            try:
                parts = sms.split(load.text, next(self.references) & 0xFF)
                for part in parts:
                    begun = True
                    fate = await self._submit(session, load, part, accepted, gone)
                    if fate is not None:
                        self.back.put(fate)
                        break
                else:
                    self.done.append(time.monotonic())
                    self.back.put(Fate(load.key, "sent", tuple(accepted), len(parts)))
            except sms.TooLong:
                self.back.put(Fate(load.key, "failed", error=coded("sms.long")))
            except asyncio.CancelledError:
                self.back.put(Fate(load.key, "again" if begun else "untouched", error=coded("line_lost"), doubtful=begun))
                raise
            except (smpp34.SmppError, OSError, TimeoutError, RuntimeError) as error:
                self.error = f"{type(error).__name__}: {error}"[:300]
                self.back.put(Fate(load.key, "again", error=self.error, doubtful=True))
                gone.set()
            finally:
                self.busy -= 1

    async def _submit(self, session: Any, load: Load, part: sms.Part, accepted: list[str], gone: asyncio.Event) -> Fate | None:
        """Submit one part until the peer takes it; returns what became of the load where it does not."""
        asked = submission(part, self.gateway, load.address, load.urgent)
        begun = time.monotonic()
        for _try in range(TRIES):
            await self.pace.turn()
            answer = await asyncio.wait_for(session.submit_sm(**asked), ANSWER)
            if answer.is_success:
                accepted.append(answer.message_id or "")
                self.pace.took()
                self.took_at[id(session)] = time.monotonic()
                return None
            if answer.command_status not in THROTTLED:
                words = refused(answer.command_status)
                passing = answer.command_status in PASSING
                return Fate(load.key, "again" if passing else "failed", error=words, doubtful=bool(accepted))
            self.throttled += 1
            self.pace.throttled()
            await asyncio.sleep(0.05)
            if time.monotonic() - max(begun, self.took_at.get(id(session), 0.0)) > SICK:
                self.error = coded("sms.throttled")
                gone.set()  # a peer that takes nothing at all on this line is bound anew
            if gone.is_set():
                break
        if accepted:
            return Fate(load.key, "again", error=coded("sms.throttled"), doubtful=True)
        return Fate(load.key, "untouched", error=coded("sms.throttled"))


class Several:
    """Shares loads among several gateways, each by the room it has: one that is down delays nobody."""

    def __init__(self, lines: Sequence[SmppLine]) -> None:
        self.lines, self.peer = list(lines), SEVERAL

    def room(self) -> int:
        """Return the room of all."""
        return sum(line.room() for line in self.lines)

    def give(self, loads: Sequence[Load]) -> None:
        """Give each gateway as much as it has room for, and the first one the rest."""
        left = list(loads)
        for line in self.lines:
            share, left = left[: line.room()], left[line.room() :]
            if share:
                line.give(share)
        if left:
            self.lines[0].give(left)

    def hear(self, wait: float) -> tuple[list[Fate], list[Notice]]:
        """Return what came back from any; numbers are told with their gateway, since two may give the same."""
        fates: list[Fate] = []
        notices: list[Notice] = []
        for line in self.lines:
            came, said = line.hear(wait / len(self.lines))
            fates += [_of(fate, line) for fate in came]
            notices += [Notice(f"{line.gateway.host}/{n.peer_id}", n.delivered, n.text) if not n.sender else n for n in said]
        return fates, notices

    def health(self) -> Health:
        """Return how they stand together."""
        all_of = [line.health() for line in self.lines]
        state = "open" if any(h.state == "open" for h in all_of) else all_of[0].state
        errors = [f"{line.peer}: {h.error}" for line, h in zip(self.lines, all_of, strict=True) if h.error]
        return Health(
            state,
            sum(h.binds for h in all_of),
            sum(h.waiting for h in all_of),
            sum(h.per_second for h in all_of),
            sum(h.throttled for h in all_of),
            sum(h.reconnected for h in all_of),
            "; ".join(errors)[:300],
        )

    def close(self) -> None:
        """Hang up all."""
        for line in self.lines:
            line.close()


def _of(fate: Fate, line: SmppLine) -> Fate:
    numbers = tuple(f"{line.gateway.host}/{number}" for number in fate.accepted)
    return Fate(fate.key, fate.state, numbers, fate.parts, fate.error, fate.doubtful)


async def submit_one(gateway: Gateway, number: str, text: str, reference: int) -> tuple[int, bool, list[str]]:
    """Submit one text on a bind of its own; returns the status of the first part that was not taken (0: all were), whether that may
    pass, and the numbers under which the peer will report."""
    numbers: list[str] = []
    line = smpp34.Client(
        gateway.host, gateway.port, gateway.user, gateway.password, bind_type="TX", tls=gateway.tls, connect_timeout_ms=5000
    )
    session = await line.connect()
    try:
        for part in sms.split(text, reference):
            answer = await session.submit_sm(**submission(part, gateway, number, urgent=True))
            if not answer.is_success:
                return answer.command_status, answer.command_status in THROTTLED | PASSING, numbers
            numbers.append(answer.message_id or "")
        return 0, False, numbers
    finally:
        await line.stop()
