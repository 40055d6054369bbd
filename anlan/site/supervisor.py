"""`anlan up`: one command starts database, web, worker, jobs and ingest, keeps them running and stops them cleanly.

Every process is tied to this one by the kernel: should the supervisor itself be killed with -9, they end too.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO

from rich.console import Console

from anlan.site.broker import Mosquitto, program
from anlan.site.cluster import ELSEWHERE, Cluster, settled
from anlan.site.config import Config

console = Console(soft_wrap=True)
WORDS_DEMO = "演示账号 demo accounts"
DATABASE, BROKER = "PostgreSQL", "Mosquitto"
#: A child that ends so has found a setting that forbids serving (EX_CONFIG of sysexits.h); starting it again helps nobody.
FORBIDDEN = 78
FALLS_REMEMBERED = 300.0
LONGEST_REST = 30.0
LEAST_FREE_BYTES = 256 * 2**20
HOUSEKEEPING_SECONDS = 30.0


class Forbidden(RuntimeError):
    """A setting forbids serving: starting again helps nobody, and the exit code tells systemd so."""


@dataclass
class Child:
    """A process of the group: how to start it, how often it fell, and when to start it again."""

    name: str
    spawn: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes] | None = None
    falls: list[float] = field(default_factory=list)
    again_at: float | None = None

    def start(self) -> None:
        """Start the process."""
        self.again_at = None
        self.process = self.spawn()

    def keep(self, now: float) -> None:
        """Start the process again when it fell: at once the first time, after a rest that doubles while it keeps falling.

        Raises Forbidden when the process says that a setting forbids serving.
        """
        if self.process is None or self.process.poll() is None:
            return
        if self.again_at is None:
            if self.process.returncode == FORBIDDEN:
                raise Forbidden(f"{self.name} may not serve; its reason stands above. 原因见上。")
            self.falls = [at for at in self.falls if now - at < FALLS_REMEMBERED] + [now]
            rest = 0.0 if len(self.falls) == 1 else min(0.5 * 2.0 ** (len(self.falls) - 2), LONGEST_REST)
            self.again_at = now + rest
            _warn(f"{self.name} stopped (exit {self.process.returncode}). 进程退出", rest, often=len(self.falls) >= 6)
        if now >= self.again_at:
            self.start()

    def ask_to_stop(self) -> None:
        """Ask the process to end."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop(self, until: float) -> None:
        """Wait for the process to end, and end it by force when it has not by then."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _warn(what: str, rest: float, *, often: bool) -> None:
    when = f"again in {rest:.0f} s {rest:.0f} 秒后重启" if rest >= 1 else "starting it again 正在重启"
    console.print(f"[yellow]{what}; {when}", highlight=False)
    if often:
        console.print("[red]It keeps falling: run `anlan doctor`. 反复退出，请运行 anlan doctor")


def tied(command: list[str], environment: dict[str, str], fds: tuple[int, ...] = ()) -> subprocess.Popen[bytes]:
    """Start a command that ends with this process, in a session of its own so that Ctrl-C reaches the supervisor alone."""
    return subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *command], env=environment, start_new_session=True, pass_fds=fds)


def web_children(config: Config, environment: dict[str, str]) -> list[Child]:
    """Make the web processes: one that listens itself, or several that accept from one socket, each looked after by itself."""
    command = [sys.executable, "-m", "uvicorn", "anlan.site.asgi:application"]
    command += ["--log-level", "warning", "--lifespan", "off", "--timeout-graceful-shutdown", "3"]
    if config.web_processes == 1:
        return [Child("web", partial(tied, [*command, "--host", config.host, "--port", str(config.port)], environment))]
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    # Left open for as long as the supervisor lives: a process that falls is replaced, and whoever knocks meanwhile waits.
    shared = socket.create_server((config.host, config.port), family=family, backlog=2048).detach()
    spawn = partial(tied, [*command, "--fd", str(shared)], environment, (shared,))
    return [Child(f"web {number}", spawn) for number in range(1, config.web_processes + 1)]


def only_one(var: Path) -> IO[str] | None:
    """Take the folder's lock; None if another `anlan up` holds it."""
    var.mkdir(parents=True, exist_ok=True)
    file = (var / "up.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    file.seek(0)
    file.truncate()
    return file


def run() -> int:
    """Start everything, watch over it until told to stop; returns the exit code."""
    try:
        config = Config.from_environment()
        problems = config.problems()
    except ValueError as error:
        problems = [str(error)]
    for problem in problems:
        console.print(problem, style="red", markup=False)
    if problems:
        return FORBIDDEN
    for name in (signal.SIGTERM, signal.SIGINT):
        # also where a script's background job began with SIGINT ignored: whoever sends it means it
        signal.signal(name, _interrupt)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # under nohup it goes on without its terminal
        signal.signal(signal.SIGHUP, _interrupt)
    try:
        return _locked(config)
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        console.print(in_words(error, config.var), style="red", markup=False)
        return 1
    except RuntimeError as error:
        console.print(str(error), style="red", markup=False)
        return FORBIDDEN if isinstance(error, Forbidden) else 1


def _locked(config: Config) -> int:
    """Hold the folder's lock while everything runs."""
    address = f"http://{config.host}:{config.port}/"
    try:
        stale = bool((config.var / "up.lock").read_text().strip())
    except FileNotFoundError:
        stale = False
    lock = only_one(config.var)
    if lock is None:
        told = (config.var / "up.lock").read_text().strip()
        console.print(f"[yellow]Anlan is running in this folder already: {told}. 本目录已有一个安澜在运行。")
        return 1
    with lock:
        lock.write(f"pid {os.getpid()}, {address}")
        lock.flush()
        check_disk(config.var)
        check_port(config.host, config.port, patience=8.0 if stale else 0.0)
        cluster = None if config.database_url else Cluster(settled(config.var), tied=True)
        children: list[Child] = []
        try:
            return _serve(config, cluster, children, address)
        finally:
            _stop(cluster, children)
            lock.truncate(0)


def _stop(cluster: Cluster | None, children: list[Child]) -> None:
    """Stop everything, the database last; a second Ctrl-C does not leave it half done."""
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    console.print("Stopping … 正在停止")
    programs = [child for child in children if child.name != DATABASE]
    for child in programs:
        child.ask_to_stop()
    until = time.monotonic() + 10
    for child in programs:
        child.stop(until)
    if cluster is not None:
        cluster.stop()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def in_words(error: OSError, var: Path) -> str:
    """Say what the operating system refused, and the remedy."""
    where = error.filename or var
    words = {
        errno.ENOSPC: f"The disk under {where} is full: free some space. 磁盘已满，请释放空间。",
        errno.EDQUOT: f"The disk quota for {where} is used up: free some space. 磁盘配额已用完，请释放空间。",
        errno.EROFS: f"{where} is on a read-only disk: mount it writable, or set ANLAN_VAR. 目录只读，请改为可写或设置 ANLAN_VAR。",
        errno.EACCES: f"{where} may not be written by this user: change its owner, or set ANLAN_VAR. 无权写入，请更改属主或设置 ANLAN_VAR。",
    }
    return words.get(error.errno or 0, f"{where}: {error.strerror or error}. See `anlan doctor`. 请运行 anlan doctor")


def check_disk(var: Path) -> None:
    """Raise OSError when the disk below the state folder has too little space left to run a database on."""
    if shutil.disk_usage(var).free < LEAST_FREE_BYTES:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(var))


def check_port(host: str, port: int, patience: float = 0.0) -> None:
    """Raise RuntimeError in words when the web's address cannot be had; wait so long for a killed predecessor's web."""
    until = time.monotonic() + patience
    while True:
        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            socket.create_server((host, port), family=family).close()
            return
        except OSError as error:
            if time.monotonic() < until:
                time.sleep(0.2)
                continue
            words = {
                errno.EADDRINUSE: f"Port {port} is taken by another program. Choose another: PORT={port + 1} make run. 端口已被占用，请换一个。",
                errno.EACCES: f"This user may not listen on port {port}: choose one above 1023. 无权监听此端口，请用 1023 以上的端口。",
            }
            told = f"Cannot listen on {host}:{port} ({error.strerror or error}): see ANLAN_HOST and PORT. 无法监听此地址。"
            raise RuntimeError(words.get(error.errno or 0, told)) from None


def _serve(config: Config, cluster: Cluster | None, children: list[Child], address: str) -> int:
    anlan = [sys.executable, "-m", "anlan.site.cli"]
    environment = {**os.environ, "ANLAN_VAR": str(config.var)}
    if cluster is not None:
        if cluster.folder.is_relative_to(ELSEWHERE):
            console.print(
                f"A folder above {config.var} is closed to PostgreSQL's user: the database is in {cluster.folder}. 数据库位置"
            )
        with console.status("Database … 数据库"):
            children.append(start_cluster(cluster))
    if (broker := broker_child(config)) is not None:
        children.append(broker)
        environment["MQTT_URL"] = Mosquitto(config.var).url()
    with console.status("Tables … 数据表"):
        # As the owner at once: else the command, once it has loaded all of Django, would begin anew as the owner.
        owner = {**environment, "ANLAN_DB_AS": "owner", "ANLAN_POOL": "0"}
        _step([*anlan, "migrate"], owner, "The tables could not be brought up to date")
    _step([*anlan, "load", str(config.pack)], environment, "The city pack could not be loaded")
    _step([*anlan, "may-serve"], environment, "Anlan may not serve")
    (config.var / "static").mkdir(exist_ok=True)
    programs = {"worker": [*anlan, "worker"], "jobs": [*anlan, "jobs"], "ingest": [*anlan, "ingest"]}
    for child in [*web_children(config, environment), *(Child(n, partial(tied, c, environment)) for n, c in programs.items())]:
        children.append(child)
        child.start()
    greeted, next_look = False, 0.0
    while True:
        time.sleep(0.25)
        now = time.monotonic()
        for child in children:
            child.keep(now)
        if not greeted and _answers(config):
            greeted = True
            _greet(address, config)
        if now >= next_look:
            next_look = now + HOUSEKEEPING_SECONDS
            _look_after(config, cluster)


def _answers(config: Config) -> bool:
    """Return whether the web listens by now."""
    try:
        socket.create_connection((config.host, config.port), timeout=1).close()
    except OSError:
        return False
    return True


def _step(command: list[str], environment: dict[str, str], failed: str) -> None:
    code = subprocess.run(command, check=False, env=environment).returncode
    if code != 0:
        told = f"{failed}: the reason stands above; see also `anlan doctor`. 原因见上，请运行 anlan doctor"
        raise Forbidden(told) if code == FORBIDDEN else RuntimeError(told)


def _look_after(config: Config, cluster: Cluster | None) -> None:
    """Bound the database's log, and say so while the disk fills up."""
    try:
        if cluster is not None:
            cluster.bound_log()
        check_disk(config.var)
    except OSError as error:
        console.print(in_words(error, config.var), style="red", markup=False)


def start_cluster(cluster: Cluster) -> Child:
    """Create the cluster's files if there are none, serve it, and create the databases that are missing.

    Only the holder of the folder's lock calls this, so a server that runs there already was left behind and is stopped.
    """
    cluster.prepare()
    if cluster.stop_orphan():
        console.print("[yellow]A database left behind by a killed Anlan was stopped. 已停止遗留的数据库进程")
    child = Child(DATABASE, cluster.spawn)
    for attempt in range(20):
        child.start()
        try:
            cluster.wait()
            break
        except RuntimeError:
            # After a kill -9 the old server's children may hold the shared memory for a moment.
            if attempt == 19:
                raise
            time.sleep(0.5)
    cluster.ensure_databases("anlan_live", "anlan_exercise")
    return child


def broker_child(config: Config) -> Child | None:
    """Start the private MQTT broker, unless the deployment names its own; without the program all else goes on, and it is said."""
    if config.mqtt or config.production:
        return None
    if program() is None:
        console.print(
            "[yellow]Mosquitto is not installed: no MQTT (apt-get install mosquitto). 未安装 Mosquitto，MQTT 设备不能接入。"
        )
        return None
    broker = Mosquitto(config.var)
    child = Child(BROKER, partial(tied, broker.command(), dict(os.environ)))
    for _attempt in range(3):
        broker.prepare()
        child.start()
        if child.process is not None and broker.listens(child.process):
            return child
        child.ask_to_stop()
        child.stop(time.monotonic() + 2)
    console.print("[yellow]Mosquitto does not start: no MQTT; see var/mqtt. Mosquitto 无法启动，MQTT 设备不能接入。")
    return None


def _greet(address: str, config: Config) -> None:
    shown = f"{config.public_url}/" if config.production else address
    console.print(f"\n[bold]安澜 Anlan[/bold]  {shown}   (exercise world: {shown}exercise/)")
    if config.production:
        console.print(f"web at 网页 {address}: your proxy passes requests on to it 由反向代理转发至此", highlight=False)
    else:
        console.print(
            f"{WORDS_DEMO}: duty · commander · drafter · signer · qingcheng · yingde · water · feilaixia · reporter · gauge · admin · admin2 · auditor · plant · keeper · shelter · teamleader · statistician · town · helper · fltown · jiangkou"
        )
        console.print("密码 password: anlan-demo-2022      Ctrl-C 停止 stops")
