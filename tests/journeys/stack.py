"""The whole program, as `make run` starts it, in a folder and on a port of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg

from anlan.kit.testing.databases import locked
from anlan.kit.testing.environment import THROW_AWAY
from anlan.site.cluster import Cluster, home

ROOT = Path(__file__).parents[2]
TESTS_OWN = {"ANLAN_POOL", "ANLAN_TEST_RUN", "ANLAN_LIVE_NAME", "ANLAN_EXERCISE_NAME", "DJANGO_SETTINGS_MODULE"}


def until(holds: Callable[[], object], what: str, seconds: float = 300) -> None:
    """Wait until something holds; raises AssertionError that says what did not."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"{what}: not within {seconds} s"
        time.sleep(0.05)


def answers(address: str) -> bool:
    """Return whether an address answers 200."""
    try:
        return httpx.get(address, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def outside() -> dict[str, str]:
    """Return the environment without what is the tests' own."""
    return {name: value for name, value in os.environ.items() if name not in TESTS_OWN}


def laid_out() -> Path:
    """Return a folder with the database that a command brings up where there is none, made once for a run and shared by its workers.

    Nothing runs in it; `said` holds what the command answered. Journeys begin with a copy: to make it is a minute's work.
    """
    folder = Path(os.environ["ANLAN_VAR"]) / f"laid-out-{os.environ['ANLAN_TEST_RUN']}"
    with locked("laid-out"):
        if not (folder / "said").exists():
            folder.mkdir(exist_ok=True)
            folder.chmod(0o711)  # PostgreSQL's user passes through
            environment = {**outside(), "ANLAN_VAR": str(folder), "LC_ALL": "en_US.UTF-8"}
            command = [sys.executable, "-m", "anlan.site.cli", "journal", "verify"]
            done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
            assert done.returncode == 0, done.stderr
            (folder / "said").write_text(done.stdout)
    return folder


@dataclass
class Stack:
    """A running program. `start` may be called again after it ended."""

    folder: Path
    port: int
    program: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {**outside(), "ANLAN_VAR": str(self.folder), "PORT": str(self.port)}

    @property
    def words(self) -> str:
        """Return what the program has said so far."""
        log = self.folder / "up.log"
        return log.read_text(errors="replace") if log.exists() else ""

    def anlan(self, *words: str) -> list[str]:
        """Return the command line of an `anlan` command."""
        return [sys.executable, "-m", "anlan.site.cli", *words]

    def start(self, within: tuple[str, ...] = ()) -> None:
        """Start the program, perhaps within another command, and wait until its pages answer."""
        with (self.folder / "up.log").open("ab") as log:
            command = [*within, *self.anlan("up")]
            self.program = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        try:
            until(lambda: answers(f"{self.address}/sign-in/") or self.ended(), "the web answers", 600)
        except AssertionError as late:
            raise AssertionError(f"{late}\n{self.words}") from None
        assert not self.ended(), self.words

    def ended(self) -> bool:
        """Return whether the supervisor has ended."""
        return self.program is None or self.program.poll() is not None

    def stop(self, by: signal.Signals = signal.SIGINT) -> int:
        """Stop the program as a person or the system would; returns its exit code."""
        if self.program is None:
            return 0
        if not self.ended():
            self.program.send_signal(by)
        return self.program.wait(60)

    def pid_of(self, name: str) -> int | None:
        """Return the process id of web, worker, ingest or PostgreSQL, or None while there is none."""
        if name == "PostgreSQL":
            file = Cluster(home(self.folder)).data / "postmaster.pid"
            pid = int(file.read_text().split()[0]) if file.exists() else 0
            return pid if pid and Path(f"/proc/{pid}").exists() else None
        wanted = {"web": b"uvicorn", "worker": b"worker", "ingest": b"ingest"}[name]
        for pid, command in self.processes():
            if wanted in command:
                return pid
        return None

    def processes(self) -> Iterator[tuple[int, list[bytes]]]:
        """Yield (pid, command line) of every process that works in this folder, the supervisor and PostgreSQL left out."""
        mark = f"ANLAN_VAR={self.folder}".encode()
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                command = (entry / "cmdline").read_bytes().split(b"\0")
                if mark in (entry / "environ").read_bytes().split(b"\0") and not {b"up", b"-D"} & set(command):
                    yield int(entry.name), command
            except OSError:
                continue

    def kill(self, name: str) -> None:
        """Kill -9 one process of the group, and wait until another has taken its place."""
        until(lambda: self.pid_of(name), f"{name} runs")
        old = self.pid_of(name)
        assert old is not None
        os.kill(old, signal.SIGKILL)
        until(lambda: self.pid_of(name) not in (None, old), f"{name} is started again")
        if name == "PostgreSQL":
            until(Cluster(home(self.folder)).is_running, "PostgreSQL answers again")

    def database(self, world: str = "live") -> psycopg.Connection[tuple[object, ...]]:
        """Connect to a world's database as its administrator."""
        return Cluster(home(self.folder)).admin(f"anlan_{world}")


#: The stacks of this process, for what a failure shows.
STANDING: list[Stack] = []


@contextmanager
def own_stack(name: str, *, from_nothing: bool = False) -> Iterator[Stack]:
    """Give a stack that is not started yet, its database laid out unless `from_nothing`; stop it and remove its files afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=f"anlan-{name}-", dir=THROW_AWAY))
    if not from_nothing:
        subprocess.run(["cp", "-a", f"{laid_out()}/.", folder], check=True)
    folder.chmod(0o711)  # PostgreSQL's user passes through
    stack = Stack(folder, free_port())
    STANDING.append(stack)
    try:
        yield stack
    finally:
        STANDING.remove(stack)
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)
