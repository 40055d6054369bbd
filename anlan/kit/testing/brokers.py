"""An MQTT broker for a test: Mosquitto as the program starts it, in a folder and on a port of its own, that can be killed and started again."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from anlan.site.broker import SIMULATOR, Mosquitto

PATIENCE = 10.0


class OwnBroker:
    """The broker of one test."""

    def __init__(self, folder: Path) -> None:
        self.made = Mosquitto(folder)
        self.made.prepare_folder()
        with socket.create_server(("127.0.0.1", 0)) as free:  # never the usual port: somebody's program may be there
            (self.made.folder / "port").write_text(str(free.getsockname()[1]))
        self.made.prepare()
        self.url, self.simulator = self.made.url(), self.made.url(SIMULATOR)
        self.port = int((self.made.folder / "port").read_text())
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it listens."""
        self.process = subprocess.Popen(self.made.command(), stderr=subprocess.DEVNULL)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            time.sleep(0.02)
        raise RuntimeError("the broker does not listen")

    def kill(self) -> None:
        """End it as a lost machine would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def device(self, name: str) -> str:
        """Return the address by which a device of this name reaches it."""
        return f"mqtt://{name}:{self.made.add(name)}@127.0.0.1:{self.port}"


@contextmanager
def broker(folder: Path) -> Iterator[OwnBroker]:
    """Run a broker."""
    made = OwnBroker(folder)
    made.start()
    try:
        yield made
    finally:
        made.kill()
