"""The ingest process: listens to devices and to their broker, asks control systems, takes files that are dropped into a folder, and judges every batch that waits for detection.

Several processes share the stations: each lane of detection and the broker's session are held by one of them at a time (`leases`). What is
light has a thread of its own, so that a stage never waits for the rain of a city.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
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
from anlan.apps.telemetry.intake.handing import everything_to_all
from anlan.apps.telemetry.intake.listening import Listeners
from anlan.apps.telemetry.intake.subscribing import Subscribed
from anlan.apps.telemetry.intake.wire import run_together
from anlan.apps.telemetry.kinds.lanes import AREAS, EVERY, HEAVY, LIGHT, lanes_in
from anlan.apps.telemetry.leases import Leases
from anlan.apps.telemetry.sensorthings.publishing import Telling
from anlan.kit.scope import Scope, World, entered
from anlan.kit.worker import is_driven
from anlan.kit.worlds import WORLDS, alias

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.25
#: So long nobody looks for batches where none was told.
IDLE_SECONDS = 1.0
#: The lanes by the names of their leases.
LIGHTS = {f"light{n}": lane for n, lane in enumerate(LIGHT)}
HEAVIES = {f"heavy{n}": lane for n, lane in enumerate(HEAVY)}
AREAL = {"areas": AREAS}
BROKER, CONTROL = "broker", "control"
#: A thread that has its answer from the database waits so long at most for one that computes (Python's own 5 ms come with every statement).
SWITCH_SECONDS = 0.0005
Tell = Callable[[list[int], int], None]


def run() -> None:
    """Work until told to stop; a lost database is waited for."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    folder = Path(settings.CONFIG.var) / "inbox"
    folder.mkdir(parents=True, exist_ok=True)
    persistently(stop, hand_on)
    with Listeners(settings.CONFIG.listen), Asking(), Working(settings.ANLAN_MQTT):
        while not stop.is_set():
            with entered(Scope.everything("system:ingest")):
                persistently(stop, partial(take_files, folder))
            stop.wait(PAUSE_SECONDS)


def hand_on() -> None:
    """Let every lane see what waits: by the plug-ins of this version a quantity may be of another one than when it came in."""
    for world in WORLDS.values():
        with entered(Scope.everything("system:ingest", world)):
            run_together(alias(), [everything_to_all()])


def persistently(stop: threading.Event, work: Callable[[], object]) -> None:
    """Do something; where the database is lost, again once it is back."""
    done = False
    while not (done or stop.is_set()):
        try:
            work()
            done = True
        except (OperationalError, InterfaceError):
            log.warning("ingest: lost the database, trying again")
            connections.close_all()
            stop.wait(1)


class Working:
    """Detects in both worlds and takes in what the broker brings, as far as it is this process's turn, in threads of its own."""

    def __init__(self, url: str) -> None:
        self._url, self._stop, self._stack = url, threading.Event(), ExitStack()

    def __enter__(self) -> Working:
        sys.setswitchinterval(SWITCH_SECONDS)
        telling = self._stack.enter_context(Telling(self._url))
        for world in WORLDS.values():
            live = world == "live"
            rest = (*AREAL, CONTROL, BROKER) if live else tuple(AREAL)
            leases = self._stack.enter_context(Leases(world, [tuple(LIGHTS), tuple(HEAVIES), rest]))
            for lanes in (LIGHTS, HEAVIES | AREAL):
                self._start(self._judge, world, lanes, leases, telling.put if live else None)
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

    def _judge(self, world: World, lanes: Mapping[str, int], leases: Leases, tell: Tell | None) -> None:
        """Go round the lanes of one kind that are this process's."""
        stirred = leases.stir()
        while not self._stop.is_set():
            stirred.wait(IDLE_SECONDS)
            stirred.clear()
            began = time.monotonic()
            persistently(self._stop, partial(self._go_round, world, lanes, leases, tell))
            # Half of the time is left to others, and what comes in meanwhile is judged together.
            self._stop.wait(min(time.monotonic() - began, PAUSE_SECONDS))
        connections.close_all()

    def _go_round(self, world: World, lanes: Mapping[str, int], leases: Leases, tell: Tell | None) -> None:
        if held := sum(lane for name, lane in lanes.items() if leases.held(name)):
            judge(world, held, tell)

    def _subscribe(self, leases: Leases) -> None:
        while not self._stop.is_set():
            if leases.held(BROKER):
                with Subscribed(self._url):
                    while leases.held(BROKER) and not self._stop.wait(PAUSE_SECONDS):
                        pass
            self._stop.wait(PAUSE_SECONDS)


def judge(world: World, lanes: int = EVERY, tell: Tell | None = None) -> int:
    """Detect on every batch of a world that waits in some lanes, unless a replay drives it; returns how many. `tell` is told which, by lane."""
    with entered(Scope.everything("system:detection", world)):
        if is_driven(world):
            return 0
        groups, owed = together(lanes)
        for lane in lanes_in(owed):  # what somebody left who is gone
            tell_waiting(alias(), lane)
        for lane, batches in groups:
            detect(*batches, lane=lane)
            if tell is not None:
                tell(batches, lane)
        return len({batch for _lane, batches in groups for batch in batches})
