"""The embedded PostGIS cluster: private files, a unix socket, no port, no configuration; the production code path.

PostgreSQL refuses to run as root, so a root program runs it as the system user `postgres`.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

#: Where the database of a root program goes when the user `postgres` cannot pass through the folders above its own place.
ELSEWHERE = Path("/var/lib/anlan")
MOST_LOG_BYTES = 10 * 2**20
#: A unix socket's path may be 107 bytes long; PostgreSQL adds a file name of its own.
LONGEST_SOCKET_FOLDER = 85
CONFIGURATION = """
listen_addresses = ''
max_connections = 120
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
wal_compression = on
random_page_cost = 1.1
timezone = 'UTC'
log_min_messages = warning
"""
#: Of the machine's memory, what the server keeps pages in, and the least and the most of it in MiB: the readings of one station lie scattered over
#: the pages of a day, so that a course of many is quick only where they are at hand.
BUFFERS, LEAST_BUFFERS, MOST_BUFFERS = 1 / 8, 256, 4096
FAST_CONFIGURATION = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
#: What the two roles may do in a world's database.
GRANTS = """
CREATE EXTENSION IF NOT EXISTS postgis;
GRANT USAGE, CREATE ON SCHEMA public TO {owner};
GRANT USAGE ON SCHEMA public TO {app};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO {app};
"""


def socket_folder(folder: Path) -> Path:
    """Return where the cluster in `folder` has its socket: beside its data, or under /tmp when that path is too long."""
    beside = folder / "socket"
    if len(str(beside)) <= LONGEST_SOCKET_FOLDER:
        return beside
    return Path("/tmp") / f"anlan-{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"


def home(var: Path) -> Path:
    """Return the embedded cluster's folder for a state folder: its `pg`, or one under /var/lib/anlan that `pg` points to.

    The second is for root alone, whose PostgreSQL runs as another user, when a folder above is closed to others.
    """
    place = var.absolute() / "pg"
    if place.exists() or os.geteuid() != 0 or _open_to_others(place):
        return place.resolve()
    return ELSEWHERE / hashlib.sha256(str(place).encode()).hexdigest()[:12]


def settled(var: Path) -> Path:
    """Return `home`, with `pg` pointing to it from now on: a folder opened later must not look like an empty database."""
    place, found = var.absolute() / "pg", home(var)
    if found != place.resolve():
        var.mkdir(parents=True, exist_ok=True)
        found.mkdir(parents=True, exist_ok=True)
        place.symlink_to(found)
    return found


def _open_to_others(place: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in place.parents if parent.exists())


def programs() -> Path:
    """Return the folder of the newest PostgreSQL server's programs; raises FileNotFoundError with the remedy."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if found:
        return found[-1].parent
    if on_path := shutil.which("initdb"):
        return Path(on_path).parent
    raise FileNotFoundError("PostgreSQL's server is not installed: apt-get install postgresql postgresql-15-postgis-3")


@dataclass
class Cluster:
    """One private cluster. `fast` gives up durability and is for tests only; `tied` shuts down when this process dies, even by -9."""

    folder: Path
    fast: bool = False
    tied: bool = False
    process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def socket(self) -> Path:
        return socket_folder(self.folder)

    def prepare(self) -> None:
        """Create the cluster's files if there are none yet."""
        if (self.data / "PG_VERSION").exists():
            self._make_private(self.socket)
            return
        if os.geteuid() == 0 and not _open_to_others(self.folder):
            raise RuntimeError(
                f"PostgreSQL's user cannot pass through the folders above {self.folder}: set ANLAN_VAR to a folder that others"
                " may pass through. 数据库用户无法进入上述目录，请将 ANLAN_VAR 指向其他目录。"
            )
        self._make_private(self.folder)
        self._make_private(self.socket)
        initdb = [
            str(programs() / "initdb"),
            "-D",
            str(self.data),
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ]
        subprocess.run(
            [*initdb, *(["--no-sync"] if self.fast else [])], check=True, stdout=subprocess.DEVNULL, cwd="/", **self._identity()
        )
        extra = CONFIGURATION + (FAST_CONFIGURATION if self.fast else "")
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(extra)

    def command(self) -> list[str]:
        """Return the command that serves this cluster in the foreground."""
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**20
        buffers = f"shared_buffers={max(LEAST_BUFFERS, min(MOST_BUFFERS, int(memory * BUFFERS)))}MB"
        return [str(programs() / "postgres"), "-D", str(self.data), "-k", str(self.socket), "-c", buffers]

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start the server as a child of this process."""
        tie = ["setpriv", "--pdeathsig", "INT"] if self.tied else []
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*tie, *self.command()], stdout=log, stderr=log, cwd="/", start_new_session=True, **self._identity()
            )
        return self.process

    def bound_log(self) -> None:
        """Keep the newest part of a log that has grown large as `log.1`, and begin it again."""
        log = self.folder / "log"
        if log.exists() and log.stat().st_size > MOST_LOG_BYTES:
            shutil.copyfile(log, log.with_suffix(".1"))
            os.truncate(log, 0)

    def wait(self, seconds: float = 60) -> None:
        """Wait until the server answers; raises RuntimeError with the end of its log."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                self.admin().close()
                return
            except psycopg.OperationalError:
                if self.process is not None and self.process.poll() is not None:
                    break
                time.sleep(0.05)
        tail = (self.folder / "log").read_text(errors="replace")[-1500:] if (self.folder / "log").exists() else ""
        raise RuntimeError(f"PostgreSQL did not start in {self.folder}:\n{tail}")

    def is_running(self) -> bool:
        """Return whether a server answers on the socket."""
        try:
            self.admin().close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """Stop the server that this object started, quickly and cleanly."""
        if self.process is not None and self.process.poll() is None:
            self._control("-m", "fast", "-w", "-t", "30", "stop")
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self._control("-m", "immediate", "-w", "-t", "30", "stop")
                self.process.wait(timeout=35)
        self.process = None

    def stop_orphan(self) -> bool:
        """Stop a server that a program which is no more left behind in these files; return whether there was one."""
        if not (self.data / "postmaster.pid").exists() or self._control("status") != 0:
            return False
        return self._control("-m", "fast", "-w", "-t", "60", "stop") == 0

    def _control(self, *arguments: str) -> int:
        command = [str(programs() / "pg_ctl"), "-D", str(self.data), *arguments]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.run(command, check=False, cwd="/", **quiet, **self._identity()).returncode  # type: ignore[call-overload,no-any-return]

    def admin(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """Connect as the cluster's administrator."""
        return psycopg.connect(host=str(self.socket), user="postgres", dbname=database, autocommit=True, connect_timeout=5)

    def ensure_databases(self, *names: str) -> None:
        """Create the roles and databases that are missing: the owner migrates, the application owns nothing."""
        with self.admin() as connection:
            for role in ("anlan_owner", "anlan_app"):
                if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
                    connection.execute(f"CREATE ROLE {role} LOGIN")
            known = {row[0] for row in connection.execute("SELECT datname FROM pg_database").fetchall()}
            for name in names:
                if name not in known:
                    connection.execute(f'CREATE DATABASE "{name}" OWNER anlan_owner')
        for name in names:
            if name not in known:
                with self.admin(name) as connection:
                    connection.execute(GRANTS.format(owner="anlan_owner", app="anlan_app"))

    def copy_database(self, template: str, name: str) -> None:
        """Make database `name` anew as a copy of `template`."""
        with self.admin() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER anlan_owner STRATEGY FILE_COPY')

    def _identity(self) -> dict[str, Any]:
        if os.geteuid() != 0:
            return {}
        entry = pwd.getpwnam("postgres")
        groups = list(os.getgrouplist("postgres", entry.pw_gid))
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": groups}

    def adopt(self) -> None:
        """Give files that this process laid out to the user that the server runs as."""
        self._make_private(self.folder)
        self._make_private(self.socket)
        if os.geteuid() == 0:
            for path in self.folder.rglob("*"):
                if not path.is_symlink():
                    shutil.chown(path, "postgres", "postgres")

    def _make_private(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        folder.chmod(0o700)
