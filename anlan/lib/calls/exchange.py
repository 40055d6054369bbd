"""What orders calls of the process that makes them: many threads call at once, each waits for its own outcome."""

from __future__ import annotations

import hashlib
import itertools
import json
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from pathlib import Path
from typing import IO
from urllib.parse import parse_qs, unquote, urlsplit

from anlan.lib.calls.told import Dialled, End, Told, Trunk

#: Seconds for the process to come up, and for one call beyond its longest.
READY, PATIENCE = 20.0, 330.0


def trunk(setting: str) -> Trunk | None:
    """Return the trunk that a setting names; None for none, ValueError in words for what is none."""
    if not setting.strip():
        return None
    parts = urlsplit(setting.strip().replace("sip:", "sip://", 1) if not setting.startswith("sip://") else setting.strip())
    if parts.scheme != "sip" or not parts.hostname:
        raise ValueError("a trunk is written sip:user:password@host:5060?from=12345&lines=100")
    more = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if unknown := set(more) - {"from", "lines", "ring", "wait", "times"}:
        raise ValueError(f"a trunk has no {', '.join(sorted(unknown))}")
    return Trunk(
        parts.hostname,
        parts.port or 5060,
        unquote(parts.username or "anlan"),
        unquote(parts.password or ""),
        more.get("from", ""),
        int(more.get("lines", 100)),
        float(more.get("ring", 30)),
        float(more.get("wait", 8)),
        int(more.get("times", 2)),
    )


class Exchange:
    """Holds the process of one trunk; starts it at the first call and anew where it died."""

    def __init__(self, trunk: Trunk) -> None:
        self.trunk = trunk
        self.lines = threading.BoundedSemaphore(trunk.lines)
        self.lock = threading.Lock()
        self.waiting: dict[int, Future[Told]] = {}
        self.numbers = itertools.count(1)
        self.process: subprocess.Popen[str] | None = None
        self.ready = threading.Event()
        self.started = 0
        self.sounds = tempfile.TemporaryDirectory(prefix="anlan-calls-")

    def call(self, dialled: Dialled) -> Told:
        """Call one number and return what became of it; waits for a free line."""
        with self.lines:
            with self.lock:
                number, future = next(self.numbers), Future[Told]()
                order = {"id": number, "number": dialled.number, "sound": str(self._kept(dialled.sound)), "keys": dialled.keys}
                if not self._give(order, number, future):
                    return Told(End.TRUNK, said="the process that calls does not start")
            try:
                return future.result(PATIENCE)
            except Late:
                return Told(End.TRUNK, said="the process that calls says nothing")
            finally:
                self.waiting.pop(number, None)

    def _give(self, order: dict[str, object], number: int, future: Future[Told]) -> bool:
        for _attempt in range(2):
            process = self._running()
            if process is None or process.stdin is None:
                return False
            self.waiting[number] = future
            try:
                process.stdin.write(json.dumps(order) + "\n")
                process.stdin.flush()
            except OSError:  # died between the look and the order: once more with a new one
                self.waiting.pop(number, None)
                process.kill()
                process.wait()
            else:
                return True
        return False

    def _running(self) -> subprocess.Popen[str] | None:
        if self.process is not None and self.process.poll() is None:
            return self.process
        self.ready = threading.Event()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "anlan.lib.calls.dialer"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.started += 1
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(self.trunk.__dict__) + "\n")
        self.process.stdin.flush()
        threading.Thread(target=self._hear, args=(self.process.stdout, self.process, self.ready), daemon=True).start()
        if not self.ready.wait(READY) or self.process.poll() is not None:
            self.process.kill()
            self.process.wait()
            return None
        return self.process

    def _hear(self, source: IO[str], process: subprocess.Popen[str], ready: threading.Event) -> None:
        for line in source:
            word = json.loads(line)
            if "ready" in word:
                ready.set()
            elif (future := self.waiting.pop(word.pop("id"), None)) is not None:
                future.set_result(Told(**{**word, "end": End(word["end"])}))
        process.wait()
        ready.set()
        for number in list(self.waiting):
            if (future := self.waiting.pop(number, None)) is not None:
                future.set_result(Told(End.TRUNK, said="the process that calls died"))

    def _kept(self, sound: bytes) -> Path:
        """Keep a sound once for all that say it."""
        path = Path(self.sounds.name) / f"{hashlib.sha256(sound).hexdigest()}.wav"
        if not path.exists():
            path.write_bytes(sound)
        return path

    def close(self) -> None:
        """Hang up and end the process."""
        process, self.process = self.process, None
        if process is not None and process.poll() is None:
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.sounds.cleanup()
