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

import psycopg

#: A unix socket's path may be 107 bytes long; PostgreSQL adds a file name of its own.
LONGEST_SOCKET_FOLDER = 85
CONFIGURATION = """
listen_addresses = ''
max_connections = 120
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
wal_compression = on
random_page_cost = 1.1
timezone = 'UTC'
log_min_messages = warning
"""
FAST_CONFIGURATION = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
GRANTS = """
CREATE EXTENSION IF NOT EXISTS postgis;
GRANT USAGE, CREATE ON SCHEMA public TO anlan_owner;
GRANT USAGE ON SCHEMA public TO anlan_app;
ALTER DEFAULT PRIVILEGES FOR ROLE anlan_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO anlan_app;
ALTER DEFAULT PRIVILEGES FOR ROLE anlan_owner IN SCHEMA public GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO anlan_app;
"""


def socket_folder(folder: Path) -> Path:
    """Return where the cluster in `folder` has its socket: beside its data, or under /tmp when that path is too long."""
    beside = folder / "socket"
    if len(str(beside)) <= LONGEST_SOCKET_FOLDER:
        return beside
    return Path("/tmp") / f"anlan-{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"


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
    """One private cluster. `fast` gives up durability and is for tests only."""

    folder: Path
    fast: bool = False
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
            self._own(self.socket)
            return
        self._own(self.folder)
        self._own(self.socket)
        self._reachable()
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
        return [str(programs() / "postgres"), "-D", str(self.data), "-k", str(self.socket)]

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start the server as a child of this process."""
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(
            self.command(), stdout=log, stderr=log, cwd="/", start_new_session=True, **self._identity()
        )
        return self.process

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
        """Tell whether a server answers on the socket."""
        try:
            self.admin().close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """Stop the server that this object started, quickly and cleanly."""
        if self.process is not None and self.process.poll() is None:
            subprocess.run(
                [str(programs() / "pg_ctl"), "-D", str(self.data), "-m", "fast", "-w", "-t", "30", "stop"],
                check=False,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                **self._identity(),
            )
            self.process.wait(timeout=35)
        self.process = None

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
                    connection.execute(GRANTS)

    def copy_database(self, template: str, name: str) -> None:
        """Make database `name` anew as a copy of `template`."""
        with self.admin() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER anlan_owner STRATEGY FILE_COPY')

    def _identity(self) -> dict[str, object]:
        if os.geteuid() != 0:
            return {}
        entry = pwd.getpwnam("postgres")
        groups = list(os.getgrouplist("postgres", entry.pw_gid))
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": groups}

    def _own(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        folder.chmod(0o700)

    def _reachable(self) -> None:
        """Let the postgres user pass through the folders above, which root may have closed."""
        if os.geteuid() != 0:
            return
        for parent in self.folder.parents:
            if parent.stat().st_mode & 0o001 == 0:
                parent.chmod(parent.stat().st_mode | 0o011)
