"""`anlan doctor`: say in plain words, in both languages, what is missing, and the remedy."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
from rich.console import Console

from anlan.site.cluster import Cluster, home, programs
from anlan.site.config import ROOT, Config
from anlan.site.own_database import DATABASE_SCRIPT

Finding = tuple[bool, str, str]
WORLDS = ("anlan_live", "anlan_exercise")
#: A worker's jobs beat every few seconds to every minute; silence of this length means that it hangs.
SILENCE_MINUTES = 5


def findings(config: Config) -> Iterator[Finding]:
    """Yield (well, what, remedy) for everything the program needs."""
    for problem in config.problems():
        yield False, "settings 设置", problem
    yield (
        sys.version_info >= (3, 11),
        f"Python {sys.version.split()[0]}",
        "install Python 3.11 or newer 请安装 Python 3.11 或更新版本",
    )
    yield from _installed(config)
    yield from _state_folder(config.var)
    running = is_up(config.var)
    if config.database_url:
        yield from _own_databases(config)
    elif not config.production:
        yield from _embedded(config, running)
    yield from _web(config, running)


def _installed(config: Config) -> Iterator[Finding]:
    try:
        yield True, f"PostgreSQL server in {programs()} 数据库程序", ""
    except FileNotFoundError as error:
        yield bool(config.database_url), "PostgreSQL server 数据库程序", str(error)
    built = (ROOT / "anlan/kit/ui/static/dist/app.js").exists()
    yield built, "built islands 前端", "make setup builds them 请运行 make setup"
    yield bool(list(ROOT.glob("anlan/**/*.mo"))), "compiled translations 译文", "make setup compiles them 请运行 make setup"
    known = (config.pack / "pack.toml").exists()
    yield known, f"city pack 城市包 {config.pack}", "set ANLAN_PACK to a pack's folder 请将 ANLAN_PACK 指向城市包目录"


def _state_folder(var: Path) -> Iterator[Finding]:
    nearest = next(folder for folder in (var, *var.absolute().parents) if folder.exists())
    read_only = bool(os.statvfs(nearest).f_flag & os.ST_RDONLY)
    writable = os.access(nearest, os.W_OK) and not read_only
    yield writable, f"state folder 状态目录 {var}", "make it writable, or set ANLAN_VAR 请改为可写，或设置 ANLAN_VAR"
    free = shutil.disk_usage(nearest).free / 2**30
    yield free > 2, f"{free:.1f} GiB of free disk 可用磁盘", "free at least 2 GiB 请至少释放 2 GiB"


def is_up(var: Path) -> bool:
    """Return whether an `anlan up` holds the state folder."""
    try:
        told = (var / "up.lock").read_text()
        pid = int(told.split(",")[0].removeprefix("pid "))
    except (OSError, ValueError):
        return False
    return Path(f"/proc/{pid}").exists()


def _embedded(config: Config, running: bool) -> Iterator[Finding]:
    cluster = Cluster(home(config.var))
    answers = cluster.is_running()
    where = f"embedded database 内置数据库 {cluster.folder}"
    if not answers:
        remedy = (
            f"see {cluster.folder}/log; make run starts it anew 请查看日志" if running else "make run starts it 请运行 make run"
        )
        yield False, f"{where}: does not answer 无响应", remedy
        return
    yield True, where, ""
    for name in WORLDS:
        try:
            with cluster.admin(name) as line:
                yield from _world(name, line)
        except psycopg.OperationalError as error:
            yield False, name, f"{str(error).strip()}; anlan migrate"


def _own_databases(config: Config) -> Iterator[Finding]:
    """Reach the four addresses, and look into each world as its owner, whom row-level security does not bind."""
    urls = {
        "DATABASE_URL": config.database_url,
        "ANLAN_EXERCISE_DATABASE_URL": config.exercise_database_url,
        "ANLAN_OWNER_DATABASE_URL": config.owner_database_url,
        "ANLAN_OWNER_EXERCISE_DATABASE_URL": config.owner_exercise_database_url,
    }
    for name, url in urls.items():
        if not url:
            continue
        try:
            with psycopg.connect(url.replace("postgis://", "postgres://", 1), connect_timeout=5) as line:
                yield True, f"{name} answers 数据库可连接", ""
                if name.startswith("ANLAN_OWNER"):
                    yield from _prepared(name, line)
                    yield from _world(str(line.info.dbname), line)
                if config.production and name == "ANLAN_OWNER_DATABASE_URL":
                    yield from _accounts(line)
        except psycopg.Error as error:
            reason = str(error).strip().splitlines()[0]
            yield (
                False,
                f"{name} does not answer 数据库无法连接",
                f"{reason}; start the server, or make role and database: anlan database-script 请启动数据库，或建立角色与数据库",
            )


def _prepared(name: str, line: psycopg.Connection[tuple[object, ...]]) -> Iterator[Finding]:
    found = line.execute("SELECT 1 FROM pg_extension WHERE extname = 'postgis'").fetchone()
    yield found is not None, f"{name}: PostGIS", f"is missing 缺少 PostGIS; {DATABASE_SCRIPT}"


def _accounts(line: psycopg.Connection[tuple[object, ...]]) -> Iterator[Finding]:
    """Look for open demo accounts, and for somebody who may sign in at all."""
    if (found := line.execute("SELECT to_regclass('people_account')").fetchone()) is None or found[0] is None:
        return
    demo = line.execute("SELECT FROM people_account WHERE is_active AND demo").rowcount
    own = line.execute("SELECT FROM people_account WHERE is_active AND NOT demo").rowcount
    yield demo == 0, f"{demo} open demo accounts 演示账号", "run anlan suspend-demo-accounts 请停用演示账号"
    yield own > 0, f"{own} accounts that may sign in 可登录账号", "run anlan first-administrator NAME 请建立首个管理员"


def _world(name: str, line: psycopg.Connection[tuple[object, ...]]) -> Iterator[Finding]:
    """Look into one world as one whom row-level security does not bind."""
    try:
        dead = line.execute("SELECT count(*) FROM kit_delivery WHERE state = 'dead'").fetchone()
        beat = line.execute("SELECT extract(epoch FROM now() - max(finished_at)) / 60 FROM kit_heartbeat").fetchone()
        failing = line.execute("SELECT name, error FROM kit_heartbeat WHERE error <> ''").fetchall()
    except psycopg.errors.UndefinedTable:
        yield False, f"{name}: no tables 没有数据表", "anlan migrate, or make run 请运行 make run"
        return
    count = dead[0] if dead else 0
    remedy = "open System → Event deliveries and retry 请在“系统 → 事件投递”中重试"
    yield count == 0, f"{name}: {count} dead letters 投递失败的事件", remedy
    if beat and beat[0] is not None:
        minutes = float(str(beat[0]))
        remedy = "the worker hangs or rests; is `anlan up` running? 后台进程没有动静"
        yield minutes < SILENCE_MINUTES, f"{name}: last job {minutes:.0f} min ago 最近一次定时任务", remedy
    for job, error in failing:
        yield False, f"{name}: job {job} failed 定时任务失败", str(error)[:200]


def _web(config: Config, running: bool) -> Iterator[Finding]:
    try:
        socket.create_connection((config.host, config.port), timeout=2).close()
        answers = True
    except OSError:
        answers = False
    where = f"http://{config.host}:{config.port}/"
    if running:
        yield answers, f"web at 网页 {where}", "it is starting or falls: read the words of `anlan up` 请查看 anlan up 的输出"
    elif answers:
        yield (
            False,
            f"port 端口 {config.port}: taken by another program 被其他程序占用",
            "PORT=… make run with another 请换一个端口",
        )
    else:
        yield False, "Anlan does not run here 安澜未运行", "make run or anlan up starts it 请运行 make run 或 anlan up"


def examine() -> int:
    """Print the findings; returns the number of problems as exit code 0 or 1."""
    console = Console(soft_wrap=True)
    try:
        config = Config.from_environment()
    except ValueError as error:
        console.print(f"✗ {error}", style="red", markup=False)
        return 1
    bad = 0
    for well, what, remedy in findings(config):
        bad += not well
        console.print("[green]✓" if well else "[red]✗", end=" ")
        console.print(what if well else f"{what} — {remedy}", markup=False, highlight=False)
    return 1 if bad else 0
