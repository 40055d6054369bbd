"""Child processes that read files from outside (`anlan.lib.untrusted`): asked in turn, bounded in time, replaced when worn or dead."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from typing import Any

#: How many files are read at once by a process of the program; the others wait their turn for so many seconds.
CHILDREN, TURN_SECONDS = 2, 20.0
#: A child is replaced after so many files, so that what one left behind bothers none that come later.
FILES_PER_CHILD = 200


@dataclass(frozen=True)
class Limits:
    """What one file may cost. Rows are those that say something, raw rows all; memory in MB beside what the child has already."""

    seconds: int = 2
    megabytes: int = 256
    rows: int = 5000
    raw_rows: int = 200_000
    columns: int = 300
    cells: int = 1_000_000
    depth: int = 12
    keys: int = 100_000


class Child:
    """One reading process."""

    def __init__(self) -> None:
        self.pid, self.files = os.getpid(), 0
        environment = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-m", "anlan.lib.untrusted"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment)

    @property
    def alive(self) -> bool:
        """Return whether it may be asked: it runs, belongs to this process and is not worn."""
        return self.process.poll() is None and self.pid == os.getpid() and self.files < FILES_PER_CHILD

    def ask(self, kind: str, content: bytes, limits: Limits) -> dict[str, Any] | None:
        """Return its answer, None when it died or was ended because it took too long."""
        self.files += 1
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        # Its processor time is bounded by the kernel; this is for a machine so busy that it gets none.
        timer = threading.Timer(limits.seconds * 5 + 10, self.process.kill)
        timer.start()
        try:
            head = json.dumps({"kind": kind, "length": len(content), **asdict(limits)}).encode()
            self.process.stdin.write(head + b"\n" + content)
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except OSError:
            line = b""
        finally:
            timer.cancel()
        found: dict[str, Any] | None = json.loads(line) if line.endswith(b"\n") else None
        return found

    def end(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


#: The children that wait, or None for one that has not been started yet.
_waiting: queue.LifoQueue[Child | None] = queue.LifoQueue()
for _each in range(CHILDREN):
    _waiting.put(None)


@atexit.register
def _end_all() -> None:
    with contextlib.suppress(queue.Empty):
        while True:
            child = _waiting.get_nowait()
            if child is not None and child.pid == os.getpid():
                child.end()


def ask(kind: str, content: bytes, limits: Limits) -> dict[str, Any]:
    """Return a child's answer: {"result"}, or {"wrong", "figures"} with the code of what is wrong ("busy" if none is free in time)."""
    try:
        child = _waiting.get(timeout=TURN_SECONDS)
    except queue.Empty:
        return {"wrong": "busy", "figures": {}}
    try:
        if child is not None and not child.alive:
            if child.pid == os.getpid():
                child.end()
            child = None
        child = child or Child()
        answer = child.ask(kind, content, limits)
        if answer is None:
            child.end()
            child = None
    finally:
        _waiting.put(child)
    return {"wrong": "memory", "figures": {}} if answer is None else answer
