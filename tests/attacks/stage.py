"""A web process of its own and a line to the database that can hang or be cut, cheaper than the whole program."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from django.conf import settings

from anlan.kit.testing.databases import the_cluster
from anlan.site.cluster import socket_folder
from tests.journeys.stack import ROOT, answers, free_port, until

State = Literal["open", "hung", "cut"]


class Line:
    """A forwarder to the tests' PostgreSQL on a port of its own. Hung: it takes what comes and passes nothing on. Cut: it is gone."""

    def __init__(self) -> None:
        self.port = free_port()
        self.state: State = "open"
        self.loop = asyncio.new_event_loop()
        self.flows = asyncio.Event()
        self.writers: set[asyncio.StreamWriter] = set()
        self.server: asyncio.Server | None = None
        self.target = f"{socket_folder(the_cluster().folder)}/.s.PGSQL.5432"
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.turn("open")

    def turn(self, state: State) -> None:
        """Open, hang or cut the line."""
        asyncio.run_coroutine_threadsafe(self._turn(state), self.loop).result(10)

    def end(self) -> None:
        """Close everything."""
        self.turn("cut")
        asyncio.run_coroutine_threadsafe(self._leave(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)

    async def _turn(self, state: State) -> None:
        self.state = state
        if state == "cut" and self.server is not None:
            self.server.close()
            self.server = None
            for writer in list(self.writers):
                writer.transport.abort()
        elif state != "cut" and self.server is None:
            self.server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        if state == "hung":
            self.flows.clear()
        else:
            self.flows.set()

    async def _leave(self) -> None:
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_unix_connection(self.target)
        except OSError:
            writer.close()
            return
        await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.add(writer)
        try:
            while block := await reader.read(65536):
                await self.flows.wait()
                writer.write(block)
                await writer.drain()
        except OSError:
            pass
        finally:
            self.writers.discard(writer)
            writer.close()


@contextmanager
def web(folder: Path, line: Line, **more: str) -> Iterator[str]:
    """Run a web process whose databases are this test's own worlds, reached by `line`; gives its address."""
    port = free_port()
    urls = {
        name: f"postgres://{role}@127.0.0.1:{line.port}/{settings.DATABASES[alias]['NAME']}"
        for name, role, alias in (
            ("DATABASE_URL", "anlan_app", "default"),
            ("ANLAN_EXERCISE_DATABASE_URL", "anlan_app", "exercise"),
            ("ANLAN_OWNER_DATABASE_URL", "anlan_owner", "default"),
            ("ANLAN_OWNER_EXERCISE_DATABASE_URL", "anlan_owner", "exercise"),
        )
    }
    own = {"ANLAN_POOL", "ANLAN_TEST_RUN", "ANLAN_LIVE_NAME", "ANLAN_EXERCISE_NAME"}
    environment = {k: v for k, v in os.environ.items() if k not in own} | urls | more
    environment |= {"ANLAN_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "anlan.site.settings"}
    command = [sys.executable, "-m", "uvicorn", "anlan.site.asgi:application", "--port", str(port), "--lifespan", "off"]
    process = subprocess.Popen([*command, "--log-level", "warning"], cwd=ROOT, env=environment)
    try:
        address = f"http://127.0.0.1:{port}"
        until(lambda: process.poll() is not None or answers(f"{address}/sign-in/"), "the web answers", 120)
        assert process.poll() is None, "the web runs"
        yield address
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
