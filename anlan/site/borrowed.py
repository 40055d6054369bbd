"""The database for one command: `anlan replay` with nothing running gets the embedded cluster for as long as it takes."""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
import time

from rich.console import Console

from anlan.site.cluster import Cluster, settled
from anlan.site.config import Config
from anlan.site.supervisor import only_one, start_cluster

PATIENCE_SECONDS = 120


def borrow_database(command: str) -> None:
    """Start the embedded cluster, with tables and pack, unless a database answers already; stop it when the program ends.

    Raises SystemExit in words when another process holds the folder and its database does not come up.
    """
    config = Config.from_environment()
    cluster = Cluster(settled(config.var), tied=True)
    if config.database_url or cluster.is_running():
        return
    lock = only_one(config.var)
    if lock is None:
        _wait_for(cluster)
        return
    lock.write(f"pid {os.getpid()}, anlan {command}")
    lock.flush()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    atexit.register(lock.close)
    atexit.register(cluster.stop)
    with Console(stderr=True).status("Database … 数据库"):
        start_cluster(cluster)
        anlan = [sys.executable, "-m", "anlan.site.cli"]
        environment = {**os.environ, "ANLAN_VAR": str(config.var)}
        owner = {**environment, "ANLAN_DB_AS": "owner", "ANLAN_POOL": "0"}
        for step, who in ((["migrate"], owner), (["load", str(config.pack)], environment)):
            subprocess.run([*anlan, *step], check=True, env=who, stdout=sys.stderr)


def _wait_for(cluster: Cluster) -> None:
    """Wait for the database that another process in this folder is starting."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if cluster.is_running():
            return
        time.sleep(0.2)
    sys.exit("Another Anlan holds this folder, and its database does not answer. 本目录的数据库没有响应，请运行 anlan doctor")
