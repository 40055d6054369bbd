"""The worker process: delivers the outbox of both worlds and runs the timed jobs through procrastinate."""

from __future__ import annotations

import threading
from typing import Any

from django.db import connections
from procrastinate.contrib.django import app as procrastinate_app

from anlan.kit import outbox
from anlan.kit.jobs import JOBS, expect_heartbeats, run_job
from anlan.kit.live import heed
from anlan.kit.proofs import expect_proofs
from anlan.kit.scope import World
from anlan.kit.worlds import ALIASES, WORLDS

#: Held in the exercise database by whoever drives an exercise by hand (a replay delivers its own outbox in order).
DRIVER_LOCK = 0x64726976


def is_driven(world: World) -> bool:
    """Return whether a replay drives this world just now."""
    with connections[ALIASES[world]].cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND objid = %s"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [DRIVER_LOCK],
        )
        return bool(cursor.fetchone()[0])


def deliver_forever(world: World, stop: threading.Event) -> None:
    """Drain a world's outbox whenever it stirs."""
    heed(world, "anlan_outbox", stop, lambda: not is_driven(world) and outbox.drain(world) > 0)


def register_jobs() -> None:
    """Give every declared job its schedule, once for each world."""
    for each in JOBS.values():
        for world in WORLDS.values():
            _schedule(each.name, each.cron, world)


def _schedule(name: str, cron: str, world: World) -> None:
    def run(timestamp: int, **_: Any) -> None:
        if not is_driven(world):
            run_job(name, world)

    task_name = f"{world}:{name}"
    task = procrastinate_app.task(name=task_name, queueing_lock=task_name, pass_context=False)(run)
    procrastinate_app.periodic(cron=cron, periodic_id=task_name)(task)


def run() -> None:
    """Work until told to stop (SIGTERM, Ctrl-C)."""
    stop = threading.Event()
    threads = [threading.Thread(target=deliver_forever, args=(world, stop), daemon=True) for world in WORLDS.values()]
    for thread in threads:
        thread.start()
    register_jobs()
    for world in WORLDS.values():
        expect_heartbeats(world)
    expect_proofs()
    try:
        worker_app = procrastinate_app.with_connector(procrastinate_app.connector.get_worker_connector())  # type: ignore[attr-defined]
        with procrastinate_app.replace_connector(worker_app.connector):
            procrastinate_app.run_worker(concurrency=2, delete_jobs="successful", listen_notify=True)
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=5)
