"""Listeners: devices that speak a byte protocol over TCP. What they bring is taken in like any delivery and confirmed after the commit.

A frame at fault is kept with its fault and the byte where it went wrong, and is not confirmed; it costs no other frame and no
connection. A database that is away confirms nothing and ends the connection: the device sends again.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from django.db import DatabaseError, InterfaceError, connections

from anlan.apps.telemetry.intake.faults import note_faults
from anlan.apps.telemetry.intake.storing import ingest
from anlan.apps.telemetry.kinds import CONNECTORS, WHERE, Connector
from anlan.kit import clock
from anlan.kit.scope import Scope, entered
from anlan.lib.frames import Frame, Reader

log = logging.getLogger(__name__)
#: A device that says nothing for so long is taken to be gone; so many are listened to at once at each port.
IDLE_SECONDS, MOST_LINES, CHUNK = 3600.0, 5000, 65_536
#: So many datagrams may wait for the database.
MOST_WAITING = 2000
Address = tuple[str, int]


def take(connector: Connector, frames: Sequence[Frame]) -> list[bytes]:
    """Take in what frames bring, in one transaction; returns the confirmations to give, now that it is safe."""
    stream = connector.stream
    assert stream is not None
    good, bad = [f for f in frames if f.valid], [f for f in frames if not f.valid]
    sender = next((str(f.fields[stream.sender]) for f in good if stream.sender in f.fields), "")
    with entered(Scope.everything(f"system:{connector.code}:{sender}".rstrip(":"))):
        if bad:
            note_faults(connector.code, bad)
        rows = [row for frame in good for row in stream.readings(frame)]
        if placed := [place for frame in good for place in stream.places(frame)]:
            rows += [row for follows in WHERE for row in follows(placed)]
        if rows:
            ingest(rows, connector.code, b"".join(f.raw for f in good))
        now = clock.now()
        return [answer for frame in good if (answer := stream.answer(frame, now))]


class Datagrams(asyncio.DatagramProtocol):
    """What devices send in datagrams: each holds whole frames, nothing is confirmed; what could not be stored is lost, and said to be."""

    def __init__(self, connector: Connector, loop: asyncio.AbstractEventLoop, pool: ThreadPoolExecutor) -> None:
        self._connector, self._loop, self._pool = connector, loop, pool
        self._waiting = 0

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """Take the frames of a datagram in; what comes faster than it can be stored is dropped and counted in the log."""
        assert self._connector.stream is not None
        if self._waiting >= MOST_WAITING:
            log.warning("ingest: %s: a datagram of %s is dropped, %d wait", self._connector.code, addr, self._waiting)
            return
        reader = Reader(self._connector.stream.find, skip=self._connector.stream.skip)
        self._waiting += 1
        self._loop.run_in_executor(self._pool, self._take, [*reader.feed(data), *reader.finish()])

    def _take(self, frames: Sequence[Frame]) -> None:
        try:
            take(self._connector, frames)
        except (DatabaseError, InterfaceError) as error:
            log.warning("ingest: %s: a datagram is lost: %s", self._connector.code, error)
            connections.close_all()
        finally:
            self._waiting -= 1


class Listeners:
    """The ports that are listened to, in a thread of their own. `with Listeners({"sl651": ("127.0.0.1", 5651)}) as open_ports:`"""

    def __init__(self, wanted: Mapping[str, Address]) -> None:
        self._wanted = wanted
        self._loop = asyncio.new_event_loop()
        self._pool = ThreadPoolExecutor(1, "listener")  # one writer: PostgreSQL groups what waits meanwhile
        self._lines: set[asyncio.Task[None]] = set()
        self._servers: list[asyncio.Server] = []
        self._datagrams: list[asyncio.DatagramTransport] = []
        self._thread = threading.Thread(target=self._loop.run_forever, name="listeners", daemon=True)

    def __enter__(self) -> dict[str, Address]:
        self._thread.start()
        return asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()

    def __exit__(self, *_error: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._pool.submit(connections.close_all)
        self._pool.shutdown()

    async def _open(self) -> dict[str, Address]:
        found = {}
        for code, (host, port) in self._wanted.items():
            connector = CONNECTORS.get(code)
            if connector.stream is None:
                raise ValueError(f"{code} is no protocol that is listened to")

            async def line(reader: Any, writer: Any, connector: Connector = connector) -> None:
                await self._line(connector, reader, writer)

            server = await asyncio.start_server(line, host, port, limit=CHUNK)
            self._servers.append(server)
            found[code] = server.sockets[0].getsockname()[:2]
            if connector.stream.datagrams:
                made, _protocol = await self._loop.create_datagram_endpoint(
                    partial(Datagrams, connector, self._loop, self._pool), local_addr=found[code]
                )
                self._datagrams.append(made)
            log.info("ingest: %s listens on %s:%d", code, *found[code])
        return found

    async def _close(self) -> None:
        for server in (*self._servers, *self._datagrams):
            server.close()
        for task in self._lines:
            task.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)

    async def _line(self, connector: Connector, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one device until it hangs up, falls silent, or what it brought cannot be stored."""
        task = asyncio.current_task()
        assert task is not None and connector.stream is not None
        if len(self._lines) >= MOST_LINES:
            writer.close()
            return
        self._lines.add(task)
        held = Reader(connector.stream.find, skip=connector.stream.skip)
        try:
            while True:
                data = await asyncio.wait_for(reader.read(CHUNK), IDLE_SECONDS)
                frames = held.feed(data) if data else held.finish()
                for answer in await self._loop.run_in_executor(self._pool, take, connector, frames) if frames else ():
                    writer.write(answer)
                await writer.drain()
                if not data:
                    break
        except (DatabaseError, InterfaceError) as error:
            log.warning("ingest: %s: not stored, not confirmed: %s", connector.code, error)
            self._pool.submit(connections.close_all)
        except (OSError, TimeoutError, asyncio.CancelledError):
            pass  # gone
        finally:
            self._lines.discard(task)
            writer.close()
