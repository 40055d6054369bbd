"""The ingest process: listens to devices and to their broker, asks control systems, takes files that are dropped into a folder, and judges every batch that waits for detection.

Several processes share the work: each lane of detection and the broker's session are held by one of them at a time (`leases`).
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections

from anlan.apps.telemetry.detection.judging import detect
from anlan.apps.telemetry.detection.telling import tell_waiting
from anlan.apps.telemetry.detection.waiting import together
from anlan.apps.telemetry.intake.asking import Asking
from anlan.apps.telemetry.intake.folder import take_files
from anlan.apps.telemetry.intake.following import Following
from anlan.apps.telemetry.intake.listening import Listeners
from anlan.apps.telemetry.intake.subscribing import Subscribed
from anlan.apps.telemetry.kinds.lanes import HEAVY, LIGHT
from anlan.apps.telemetry.leases import Leases
from anlan.apps.telemetry.sensorthings.publishing import Telling
from anlan.kit.scope import Scope, World, entered
from anlan.kit.worker import is_driven
from anlan.kit.worlds import WORLDS, alias

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.25
#: So long nobody looks for batches where none was told.
IDLE_SECONDS = 1.0
LANES = {"light": LIGHT, "heavy": HEAVY}
BROKER, CONTROL = "broker", "control"
Tell = Callable[[list[int]], None]


def run() -> None:
    """Work until told to stop; a lost database is waited for."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    folder = Path(settings.CONFIG.var) / "inbox"
    folder.mkdir(parents=True, exist_ok=True)
    with Listeners(settings.CONFIG.listen), Asking(), Working(settings.ANLAN_MQTT):
        while not stop.is_set():
            try:
                with entered(Scope.everything("system:ingest")):
                    take_files(folder)
            except (OperationalError, InterfaceError):
                log.warning("ingest: lost the database, trying again")
                connections.close_all()
                stop.wait(1)
            stop.wait(PAUSE_SECONDS)


class Working:
    """Detects in both worlds and takes in what the broker brings, as far as it is this process's turn, in threads of its own."""

    def __init__(self, url: str) -> None:
        self._url, self._stop, self._stack = url, threading.Event(), ExitStack()

    def __enter__(self) -> Working:
        telling = self._stack.enter_context(Telling(self._url))
        for world in WORLDS.values():
            live = world == "live"
            # The first ones are given back first: two processes detect each in one lane.
            works = ("heavy", CONTROL, "light", BROKER) if live else tuple(LANES)
            leases = self._stack.enter_context(Leases(world, works))
            for lane in LANES:
                self._start(self._judge, world, lane, leases, telling.put if live else None)
            if live:
                self._stack.enter_context(Following(partial(leases.held, CONTROL)))
            if live and self._url:
                self._start(self._subscribe, leases)
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._stack.close()

    def _start(self, work: Callable[..., None], *given: object) -> None:
        thread = threading.Thread(target=work, args=given, name=work.__name__, daemon=True)
        thread.start()
        self._stack.callback(thread.join)

    def _judge(self, world: World, lane: str, leases: Leases, tell: Tell | None) -> None:
        while not self._stop.is_set():
            leases.stirred[lane].wait(IDLE_SECONDS)
            leases.stirred[lane].clear()
            began = time.monotonic()
            try:
                if leases.held(lane):
                    judge(world, LANES[lane], tell)
            except (OperationalError, InterfaceError):
                log.warning("ingest: lost the database, trying again")
                connections.close_all()
                self._stop.wait(1)
            # Half of the time is left to others, and what comes in meanwhile is judged together.
            self._stop.wait(min(time.monotonic() - began, PAUSE_SECONDS))
        connections.close_all()

    def _subscribe(self, leases: Leases) -> None:
        while not self._stop.is_set():
            if leases.held(BROKER):
                with Subscribed(self._url):
                    while leases.held(BROKER) and not self._stop.wait(PAUSE_SECONDS):
                        pass
            self._stop.wait(PAUSE_SECONDS)


def judge(world: World, lane: int | None = None, tell: Tell | None = None) -> int:
    """Detect on every waiting batch of a world (or of one lane), unless a replay drives it; returns how many. `tell` is told which."""
    with entered(Scope.everything("system:detection", world)):
        if is_driven(world):
            return 0
        count = 0
        tell_waiting(alias(), lane or LIGHT | HEAVY)  # what somebody left who is gone
        for batches in together(lane):
            detect(*batches)
            count += len(batches)
            if tell is not None:
                tell(batches)
        return count
