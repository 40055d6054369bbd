"""The ingest process: listens to devices and to their broker, asks control systems, takes files that are dropped into a folder, and judges every batch that waits for detection."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections

from anlan.apps.telemetry.detection.judging import detect
from anlan.apps.telemetry.detection.waiting import together
from anlan.apps.telemetry.intake.asking import Asking
from anlan.apps.telemetry.intake.folder import take_files
from anlan.apps.telemetry.intake.listening import Listeners
from anlan.apps.telemetry.intake.subscribing import Subscribed
from anlan.apps.telemetry.sensorthings.publishing import told
from anlan.kit.scope import Scope, World, entered
from anlan.kit.worker import is_driven
from anlan.kit.worlds import WORLDS

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.25


def run() -> None:
    """Work until told to stop; a lost database is waited for."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    folder = Path(settings.CONFIG.var) / "inbox"
    folder.mkdir(parents=True, exist_ok=True)
    with Listeners(settings.CONFIG.listen), Subscribed(settings.ANLAN_MQTT) as line, Asking():
        while not stop.is_set():
            try:
                with entered(Scope.everything("system:ingest")):
                    take_files(folder)
                for world in WORLDS.values():
                    judge(world, line.tell if world == "live" else None)
            except (OperationalError, InterfaceError):
                log.warning("ingest: lost the database, trying again")
                connections.close_all()
                stop.wait(1)
            stop.wait(PAUSE_SECONDS)


def judge(world: World, tell: Callable[[Iterable[tuple[str, bytes]]], None] | None = None) -> int:
    """Detect on every waiting batch of a world, unless a replay drives it; returns how many. `tell` publishes what they brought."""
    with entered(Scope.everything("system:detection", world)):
        if is_driven(world):
            return 0
        count = 0
        for batches in together():
            detect(*batches)
            count += len(batches)
            if tell is not None:
                tell(told(batches))
        return count
