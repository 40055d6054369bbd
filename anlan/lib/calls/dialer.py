"""The process that calls: one SIP user agent (baresip) for all lines; orders come as lines of JSON, so do outcomes.

It is a process of its own, since its stack is native code and alpha: where it dies, its calls are told as the trunk's failure and the
worker goes on. First line: the trunk. Then one order a line: id, number, sound (path of a WAV), keys.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
import wave
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from baresip import Account, AudioNotActive, AudioRestarted, BaresipError, Call, Config, Event, Runtime, StackEvent, UserAgent

from anlan.lib.calls.told import End, Told, Trunk
from anlan.lib.lines import coded

#: The rate of a telephone, in samples a second, and how often each call is fed, in seconds.
RATE, FEED = 8000, 0.1
#: After so long a call is over whatever it does.
LONGEST = 300.0
MOST_EARLY = 1000
BY_STATUS = {
    480: End.NO_ANSWER,
    408: End.NO_ANSWER,
    487: End.NO_ANSWER,
    486: End.BUSY,
    600: End.BUSY,
    603: End.DECLINED,
    404: End.NO_NUMBER,
    410: End.NO_NUMBER,
    484: End.NO_NUMBER,
    604: End.NO_NUMBER,
}


@lru_cache(64)
def pcm(path: str) -> bytes:
    """Return a WAV's sound as the telephone has it: 16 bit, one channel, 8,000 a second."""
    import numpy as np  # noqa: PLC0415

    with wave.open(path, "rb") as file:
        if file.getsampwidth() != 2:
            raise ValueError("a sound of 16 bit is wanted")
        rate, channels = file.getframerate(), file.getnchannels()
        samples = np.frombuffer(file.readframes(2**31 // 4), "<i2").reshape(-1, channels)[:, 0].astype("f4")
    if rate != RATE:
        # Each sample is the mean of what it stands for: enough against aliasing for speech.
        width = max(round(rate / RATE), 1)
        smooth = np.convolve(samples, np.ones(width) / width, "same")
        samples = np.interp(np.arange(int(len(samples) * RATE / rate)) * rate / RATE, np.arange(len(samples)), smooth)
    return bytes(samples.astype("<i2").tobytes())


@dataclass
class Live:
    """A call that is under way."""

    keys: str
    begun: float = field(default_factory=time.monotonic)
    picked: float = 0.0
    rang: bool = False
    early: bool = False
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    pressed: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    reason: str = ""

    def heard(self, event: StackEvent) -> None:
        """Take what the stack says of it."""
        if event.event is Event.CALL_PROGRESS:
            self.early = True
        elif event.event is Event.CALL_RINGING:
            self.rang = True
        elif event.event is Event.CALL_ESTABLISHED:
            self.picked = time.monotonic()
            self.answered.set()
        elif event.event is Event.CALL_DTMF_START and event.text:
            self.pressed.put_nowait(event.text)
        elif event.event is Event.CALL_CLOSED:
            self.reason = event.text or ""
            self.closed.set()
            self.answered.set()

    def told(self, end: End, key: str = "", said: str = "") -> Told:
        """Return how it ended."""
        now = time.monotonic()
        picked = self.picked or now
        return Told(end, key, said or self.reason, round(picked - self.begun, 2), round(now - picked, 2) if self.picked else 0.0)


def end_of(reason: str, early: bool) -> End:
    """Return what a call that nobody picked up came to, by its status line."""
    head = reason[:3]
    if not head.isdigit():
        return End.TRUNK
    end = BY_STATUS.get(int(head), End.TRUNK)
    return End.EARLY_MEDIA if early and end == End.NO_ANSWER else end


class Dialer:
    """Calls over one trunk."""

    def __init__(self, trunk: Trunk) -> None:
        self.trunk = trunk
        self.runtime = Runtime(command_timeout=20.0, native_log_level="error")
        self.agent: UserAgent | None = None
        self.lives: dict[int, Live] = {}
        #: What was said of calls that we do not hold yet: a busy number answers before the stack has told us its call's handle.
        self.early: OrderedDict[int, list[StackEvent]] = OrderedDict()

    def _heard(self, event: StackEvent) -> None:
        if (live := self.lives.get(event.call)) is not None:
            live.heard(event)
        elif event.call:
            self.early.setdefault(event.call, []).append(event)
            while len(self.early) > MOST_EARLY:
                self.early.popitem(last=False)

    async def open(self) -> None:
        """Start the stack and the account."""
        local = self.trunk.host in ("127.0.0.1", "localhost")
        # Calls are counted by the one that orders them; the stack would refuse what closes in this very moment.
        await self.runtime.start(Config(net_interface="127.0.0.1" if local else None, max_concurrent_calls=None))
        self.runtime.subscribe(self._heard)
        where = f"{self.trunk.host}:{self.trunk.port}"
        account = Account(
            self.trunk.shown or self.trunk.user, where, self.trunk.password, reg_interval=0, auth_user=self.trunk.user
        )
        self.agent = await UserAgent.create(self.runtime, account)

    async def call(self, number: str, sound: str, keys: str) -> Told:
        """Call one number, say the sound, wait for a key."""
        assert self.agent is not None
        data, live = pcm(sound), Live(keys)
        try:
            call = await self.agent.dial(f"sip:{number}@{self.trunk.host}:{self.trunk.port}")
        except (BaresipError, ValueError) as error:
            return live.told(End.TRUNK, said=f"{type(error).__name__}: {error}")
        self.lives[call.handle] = live
        for event in self.early.pop(call.handle, []):
            live.heard(event)
        try:
            return await asyncio.wait_for(self._talk(call, live, data), LONGEST)
        except TimeoutError:
            return live.told(End.NO_KEY if live.picked else End.TRUNK, said=coded("phone.too_long"))
        finally:
            self.lives.pop(call.handle, None)
            if not live.closed.is_set():
                with suppress(BaresipError):  # gone already
                    await call.hangup()

    async def _talk(self, call: Call, live: Live, data: bytes) -> Told:
        try:
            await asyncio.wait_for(live.answered.wait(), self.trunk.ring)
        except TimeoutError:
            if not live.rang and not live.early:
                return live.told(End.TRUNK, said=coded("phone.mute"))
            return live.told(End.EARLY_MEDIA if live.early else End.NO_ANSWER, said=coded("phone.rang_out"))
        if not live.picked:
            return live.told(end_of(live.reason, live.early))
        for _time in range(self.trunk.times):
            speaking = asyncio.create_task(self._say(call, live, data))
            try:
                key = await self._key(live, speaking)
            finally:
                speaking.cancel()
            if key:
                return live.told(End.UNDERSTOOD, key)
            if live.closed.is_set():
                return live.told(End.HUNG_UP)
        return live.told(End.NO_KEY)

    async def _key(self, live: Live, speaking: asyncio.Task[None]) -> str:
        """Return an offered key that is pressed while it is spoken or a while after it; "" for none, or once the line is closed."""
        closed = asyncio.create_task(live.closed.wait())
        try:
            until: float | None = None
            while not live.closed.is_set():
                if speaking.done() and until is None:
                    until = time.monotonic() + self.trunk.wait
                pressed = asyncio.create_task(live.pressed.get())
                rest = None if until is None else max(until - time.monotonic(), 0.0)
                waiting = {pressed, closed} if speaking.done() else {pressed, closed, speaking}
                await asyncio.wait(waiting, timeout=rest, return_when=asyncio.FIRST_COMPLETED)
                if pressed.done():
                    if (key := pressed.result()) in live.keys:
                        return key
                    continue
                pressed.cancel()
                if until is not None and time.monotonic() >= until:
                    break
            return ""
        finally:
            closed.cancel()

    async def _say(self, call: Call, live: Live, data: bytes) -> None:
        """Feed the sound as fast as the line takes it, until all of it has been said."""
        at = 0
        while not live.closed.is_set():
            try:
                if at < len(data):
                    at += call.audio.write(data[at : at + RATE * 2])
                elif not call.audio.info().tx_buffered:
                    return
            except (AudioNotActive, AudioRestarted):
                pass  # not up yet, or agreed on anew
            await asyncio.sleep(FEED)


async def serve(source: asyncio.StreamReader) -> None:
    """Call what is ordered until the orders end."""
    dialer = Dialer(Trunk(**json.loads(await source.readline())))
    await dialer.open()
    say({"ready": True})
    under_way: set[asyncio.Task[None]] = set()
    while line := await source.readline():
        task = asyncio.create_task(_one(dialer, json.loads(line)))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
    for task in under_way:
        task.cancel()
    await asyncio.gather(*under_way, return_exceptions=True)
    await dialer.runtime.close()


async def _one(dialer: Dialer, order: dict[str, Any]) -> None:
    try:
        told = await dialer.call(order["number"], order["sound"], order["keys"])
    except Exception as error:  # noqa: BLE001  one call's failure alone
        told = Told(End.TRUNK, said=f"{type(error).__name__}: {error}")
    say({"id": order["id"], **told.__dict__})


def say(word: dict[str, Any]) -> None:
    """Tell the one that orders."""
    sys.stdout.write(json.dumps(word) + "\n")
    sys.stdout.flush()


async def main() -> None:
    """Serve the orders of standard input."""
    source = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(source), sys.stdin)
    await serve(source)


if __name__ == "__main__":
    asyncio.run(main())
