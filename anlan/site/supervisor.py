"""`anlan up`: one command starts database, web, worker and ingest, keeps them running and stops them cleanly."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from rich.console import Console

from anlan.site.cluster import Cluster
from anlan.site.config import Config

console = Console()
WORDS_DEMO = "演示账号 demo accounts"


@dataclass
class Child:
    """A process of the group: how to start it, and how often it fell."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    falls: list[float] = field(default_factory=list)

    def start(self, environment: dict[str, str]) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches the supervisor alone."""
        self.process = subprocess.Popen(self.command, env=environment, start_new_session=True)

    def stop(self, seconds: float) -> None:
        """Ask the process to end, then make it."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def only_one(var: Path) -> IO[str] | None:
    """Take the folder's lock; None if another `anlan up` holds it."""
    var.mkdir(parents=True, exist_ok=True)
    file = (var / "up.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return None
    file.seek(0)
    file.truncate()
    return file


def run() -> int:
    """Start everything, watch over it until told to stop; returns the exit code."""
    config = Config.from_environment()
    for problem in config.problems():
        console.print(f"[red]{problem}")
    if config.problems():
        return 1
    lock = only_one(config.var)
    if lock is None:
        told = (config.var / "up.lock").read_text().strip()
        console.print(f"[yellow]Anlan is running in this folder already: {told}. 本目录已有一个安澜在运行。")
        return 1
    address = f"http://{config.host}:{config.port}/"
    lock.write(f"pid {os.getpid()}, {address}")
    lock.flush()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, _interrupt)
    cluster = None if config.database_url else Cluster(config.var / "pg")
    children: list[Child] = []
    try:
        return _serve(config, cluster, children, address)
    except KeyboardInterrupt:
        return 0
    except (RuntimeError, FileNotFoundError, subprocess.CalledProcessError) as error:
        console.print(f"[red]{error}")
        return 1
    finally:
        console.print("Stopping … 正在停止")
        for child in reversed(children):
            child.stop(10)
        if cluster is not None:
            cluster.stop()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _serve(config: Config, cluster: Cluster | None, children: list[Child], address: str) -> int:
    anlan = [sys.executable, "-m", "anlan.site.cli"]
    environment = {**os.environ, "ANLAN_VAR": str(config.var)}
    if cluster is not None:
        with console.status("Database … 数据库"):
            start_cluster(cluster)
    with console.status("Tables … 数据表"):
        subprocess.run([*anlan, "migrate"], check=True, env=environment)
    subprocess.run([*anlan, "load", str(config.pack)], check=True, env=environment)
    web = [
        sys.executable,
        "-m",
        "uvicorn",
        "anlan.site.asgi:application",
        "--host",
        config.host,
        "--port",
        str(config.port),
        "--log-level",
        "warning",
        "--lifespan",
        "off",
        "--timeout-graceful-shutdown",
        "3",
    ]
    children += [Child("web", web), Child("worker", [*anlan, "worker"]), Child("ingest", [*anlan, "ingest"])]
    for child in children:
        child.start(environment)
    _greet(address, config)
    while True:
        time.sleep(0.5)
        if cluster is not None and cluster.process is not None and cluster.process.poll() is not None:
            console.print("[yellow]PostgreSQL stopped by itself; starting it again. 数据库意外停止，正在重启")
            start_cluster(cluster)
        for child in children:
            _keep(child, environment)


def start_cluster(cluster: Cluster) -> None:
    """Create the cluster's files if there are none, serve it, and create the databases that are missing."""
    cluster.prepare()
    for attempt in range(20):
        cluster.spawn()
        try:
            cluster.wait()
            break
        except RuntimeError:
            # After a kill -9 the old server's children may hold the shared memory for a moment.
            if attempt == 19:
                raise
            time.sleep(0.5)
    cluster.ensure_databases("anlan_live", "anlan_exercise")


def _keep(child: Child, environment: dict[str, str]) -> None:
    """Start a fallen child again; one that falls six times in a minute is reported and waited for longer."""
    if child.process is None or child.process.poll() is None:
        return
    now = time.monotonic()
    child.falls = [at for at in child.falls if now - at < 60] + [now]
    console.print(f"[yellow]{child.name} stopped (exit {child.process.returncode}); starting it again. 进程退出，正在重启")
    if len(child.falls) >= 6:
        console.print(f"[red]{child.name} keeps falling; waiting 15 s. See `anlan doctor`. 反复退出，请运行 anlan doctor")
        time.sleep(15)
    child.start(environment)


def _greet(address: str, config: Config) -> None:
    console.print(f"\n[bold]安澜 Anlan[/bold]  {address}   (exercise world: {address}exercise/)")
    if not config.production:
        console.print(
            f"{WORDS_DEMO}: duty · commander · drafter · signer · qingcheng · yingde · water · feilaixia · reporter · admin · auditor"
        )
        console.print("密码 password: anlan-demo-2022      Ctrl-C 停止 stops")
