"""`anlan backup DIR`: a base of the whole cluster, the log of every change since, the stored files; never the keys.

    DIR/base/<UTC stamp>/base.tar.gz[.age], manifest.json     what pg_basebackup streams, and what is known of it
    DIR/wal/<segment>.gz[.age]                                 every finished log segment, shipped each minute
    DIR/files/<aa>/<sha256>[.age]                              each stored content once

The log comes by pg_receivewal through a replication slot, which works alike for the embedded cluster and for a server of the
operator's that lets the owner's role replicate. Secrets (`var/keys`, the CAP key, the settings) are kept apart, by the operator.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, cast

import psycopg

from anlan.site.cluster import Cluster, home, programs
from anlan.site.config import Config
from anlan.site.sealing import SEALED, seal

SLOT = "anlan_backup"
MANIFEST = "manifest.json"
#: So much log waits in the cluster for a backup folder that is away; then the slot is given up rather than the disk filled.
MOST_LOG_KEPT = "4GB"
STAMP = "%Y%m%dT%H%M%SZ"
WAIT_SECONDS = 300
#: Ends the segment in use; returns the last place of the newest finished one, and its name. An idle server has none to end.
SWITCH = """
WITH ended AS (SELECT pg_switch_wal() - '0/0'::pg_lsn AS at, pg_size_bytes(current_setting('wal_segment_size')) AS size)
SELECT '0/0'::pg_lsn + (ceil(at / size) * size - 1), pg_walfile_name('0/0'::pg_lsn + (at - 1)) FROM ended
"""
#: Gives the log up to a place free.
ADVANCE = """
SELECT pg_replication_slot_advance(%s, LEAST(%s::pg_lsn + 1, pg_current_wal_flush_lsn()))
FROM pg_replication_slots WHERE slot_name = %s AND restart_lsn <= %s::pg_lsn
"""


class Refused(RuntimeError):
    """A backup or restore that cannot be, in words."""


@dataclass(frozen=True)
class Manifest:
    """What is known of one base: when it began and was whole (UTC, ISO 8601), where its log begins, and what it weighs."""

    started: str
    finished: str
    first_segment: str
    system: str
    server: int
    bytes: int
    sha256: str
    seconds: float
    sealed: bool
    live: str
    exercise: str
    role: str
    owner: str

    @property
    def whole_at(self) -> datetime:
        """Return the first instant that can be restored from this base."""
        return datetime.fromisoformat(self.finished)


@dataclass(frozen=True)
class Made:
    """What a backup did."""

    base: Manifest
    segments: int
    files: int
    kept: int


def make(config: Config, folder: Path, recipient: str = "", keep_days: int = 0) -> Made:
    """Take a base, ship log and files, and remove what is older than `keep_days` (0: nothing); raises Refused in words."""
    with _alone(config, "base"):
        return _make(config, folder, recipient, keep_days)


def _make(config: Config, folder: Path, recipient: str, keep_days: int = 0) -> Made:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _server(config) as line:
        _prepare(config, line)
        _one_system(folder, _system(line))
    # One log goes to one place: a base elsewhere must not take it from the schedule's folder, and restores to its own end.
    elsewhere = bool(config.backup_dir) and Path(config.backup_dir).resolve() != folder.resolve()
    segments = 0 if elsewhere else ship(config, folder, recipient)
    base = _base(config, folder, recipient)
    segments += 0 if elsewhere else ship(config, folder, recipient)
    files = copy_files(config, folder, recipient)
    return Made(base, segments, files, retain(folder, keep_days))


def first(config: Config, folder: Path, recipient: str = "") -> None:
    """Wait for the first base, or take it: without one there is nothing to rehearse."""
    with _alone(config, "base"):
        if not bases(folder):
            _make(config, folder, recipient)


def ship(config: Config, folder: Path, recipient: str = "") -> int:
    """End the present log segment and bring every finished one to the backup; returns how many."""
    with _alone(config, "log"):
        return _ship(config, folder, recipient)


@contextmanager
def _alone(config: Config, what: str) -> Iterator[None]:
    """Wait until no other job or command does this: two would take the same segments and files from under each other."""
    config.var.mkdir(parents=True, exist_ok=True)
    with (config.var / f".backup-{what}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _ship(config: Config, folder: Path, recipient: str) -> int:
    spool = config.var / "backup-wal"
    spool.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _server(config) as line:
        _prepare(config, line)
        try:
            end, newest = cast(Any, line.execute(SWITCH).fetchone())
        except psycopg.errors.InsufficientPrivilege as error:
            raise Refused(_operators_part(str(error))) from None
        if not _there(folder, newest):
            _receive(config, spool, str(end))
    shipped = 0
    for segment in sorted(spool.iterdir()):
        if segment.name.endswith((".partial", ".tmp")):
            continue
        with segment.open("rb") as source:
            seal(source, folder / "wal" / f"{segment.name}.gz", recipient)
        segment.unlink()
        shipped += 1
    if shipped:
        with _server(config) as line:
            # pg_receivewal ends without saying what it has: the same segments would come again each minute.
            line.execute(ADVANCE, [SLOT, end, SLOT, end])
    return shipped


def copy_files(config: Config, folder: Path, recipient: str = "") -> int:
    """Copy each stored content that the backup has not; returns how many."""
    with _alone(config, "files"):
        return _copy_files(config, folder, recipient)


def _copy_files(config: Config, folder: Path, recipient: str) -> int:
    copied = 0
    for content in sorted((config.var / "files").glob("??/*")):
        place = folder / "files" / content.parent.name / content.name
        if content.suffix == ".part" or place.exists() or place.with_name(place.name + SEALED).exists():
            continue
        with content.open("rb") as source:
            # What was altered is named by the proof of stored files; kept here, it would bar its own right content for ever.
            if hashlib.file_digest(source, "sha256").hexdigest() != content.name:
                continue
            source.seek(0)
            seal(source, place, recipient, compress=False)
        copied += 1
    return copied


def bases(folder: Path) -> list[tuple[Path, Manifest]]:
    """Return the whole bases of a backup, the oldest first."""
    found = [(file.parent, Manifest(**json.loads(file.read_text()))) for file in sorted(folder.glob(f"base/*/{MANIFEST}"))]
    return sorted(found, key=lambda pair: pair[1].whole_at)


def retain(folder: Path, days: int) -> int:
    """Remove bases older than `days`, but never the newest, and the log that no base needs; returns how many bases are kept."""
    known = bases(folder)
    if days <= 0 or not known:
        return len(known)
    before = datetime.now(UTC) - timedelta(days=days)
    # The newest base from before the limit stays: without it the days up to the next one could not be restored.
    old = [pair for pair in known if pair[1].whole_at < before][:-1]
    for place, _manifest in old:
        shutil.rmtree(place)
    kept = known[len(old) :]
    first = kept[0][1].first_segment
    for segment in (folder / "wal").glob("*"):
        # A name begins with its timeline; what counts is the place in the log.
        if segment.name[8:24] < first[8:24] and ".history" not in segment.name:
            segment.unlink()
    return len(kept)


def _base(config: Config, folder: Path, recipient: str) -> Manifest:
    started, clock = datetime.now(UTC), time.monotonic()
    place = folder / "base" / started.strftime(STAMP)
    with _server(config) as line:
        first = str(cast(Any, line.execute("SELECT pg_walfile_name(pg_current_wal_lsn())").fetchone())[0])
        system, server = _system(line), line.info.server_version
    command = [
        str(programs() / "pg_basebackup"),
        "-d",
        _address(config, replication=True),
        "-D",
        "-",
        "-Ft",
        "-X",
        "fetch",
        "-c",
        "fast",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as streaming:
        _path, size, digest = seal(cast(IO[bytes], streaming.stdout), place / "base.tar.gz", recipient)
        said = cast(IO[bytes], streaming.stderr).read().decode(errors="replace").strip()
    if streaming.returncode != 0:
        shutil.rmtree(place, ignore_errors=True)
        raise Refused(_operators_part(said))
    names = _names(config)
    manifest = Manifest(
        started.isoformat(),
        datetime.now(UTC).isoformat(),
        first,
        system,
        server,
        size,
        digest,
        round(time.monotonic() - clock, 1),
        bool(recipient),
        **names,
    )
    # Last of all: a base without a manifest is none.
    (place / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1) + "\n")
    return manifest


def _names(config: Config) -> dict[str, str]:
    """Return what the worlds' databases and the roles are called."""
    if not config.database_url:
        return {"live": "anlan_live", "exercise": "anlan_exercise", "role": "anlan_app", "owner": "anlan_owner"}
    from anlan.site.config import database_from_url  # noqa: PLC0415

    live, exercise = database_from_url(config.database_url), database_from_url(config.exercise_database_url)
    owner = database_from_url(config.owner_database_url)
    return {"live": str(live["NAME"]), "exercise": str(exercise["NAME"]), "role": str(live["USER"]), "owner": str(owner["USER"])}


def _address(config: Config, *, replication: bool = False) -> str:
    """Return how the server is reached by whoever may replicate."""
    if config.database_url:
        return config.owner_database_url.replace("postgis://", "postgres://", 1)
    cluster = Cluster(home(config.var))
    return psycopg.conninfo.make_conninfo(
        host=str(cluster.socket), user="postgres", **({} if replication else {"dbname": "anlan_live"})
    )


@contextmanager
def _server(config: Config) -> Iterator[psycopg.Connection[Any]]:
    try:
        line = psycopg.connect(_address(config), autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise Refused(f"The database does not answer: {str(error).strip()}. 数据库无响应，请运行 anlan doctor") from None
    with line:
        yield line


def _prepare(config: Config, line: psycopg.Connection[Any]) -> None:
    """See that the log is kept for us: a slot, bounded in the embedded cluster, so that a missing folder never fills the disk."""
    found = line.execute("SELECT wal_status FROM pg_replication_slots WHERE slot_name = %s", [SLOT]).fetchone()
    if found and found[0] in {"lost", "unreserved"}:
        line.execute("SELECT pg_drop_replication_slot(%s)", [SLOT])
        found = None
    if found:
        return
    try:
        if not config.database_url:
            line.execute(f"ALTER SYSTEM SET max_slot_wal_keep_size = '{MOST_LOG_KEPT}'")
            line.execute("SELECT pg_reload_conf()")
        line.execute("SELECT pg_create_physical_replication_slot(%s, true)", [SLOT])
    except psycopg.Error as error:
        raise Refused(_operators_part(str(error))) from None


def _receive(config: Config, spool: Path, end: str) -> None:
    for left in spool.glob("*.partial"):
        left.unlink()
    command = [
        str(programs() / "pg_receivewal"),
        "-d",
        _address(config, replication=True),
        "-D",
        str(spool),
        "-S",
        SLOT,
        "-n",
        "-E",
        end,
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=WAIT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise Refused(f"The log did not come within {WAIT_SECONDS} s. 日志未能及时取得。") from None
    if done.returncode != 0:
        raise Refused(_operators_part(done.stderr.strip()))


def _there(folder: Path, segment: str) -> bool:
    return any((folder / "wal" / f"{segment}.gz{more}").exists() for more in ("", SEALED))


def _system(line: psycopg.Connection[Any]) -> str:
    return str(cast(Any, line.execute("SELECT system_identifier FROM pg_control_system()").fetchone())[0])


def _one_system(folder: Path, system: str) -> None:
    """Refuse a folder that holds the backups of another cluster: their logs would overwrite each other."""
    for _place, manifest in bases(folder):
        if manifest.system != system:
            raise Refused(
                f"{folder} holds backups of another database cluster; choose another folder. 该目录已有另一数据库集群的备份，请换一个目录。"
            )


def _operators_part(said: str) -> str:
    """Say what the server refused, and what its operator does for it."""
    return (
        f"The server refused: {said or 'no reason given'}. A server of your own lets the owner's role replicate by ALTER ROLE … REPLICATION,"
        " GRANT EXECUTE ON FUNCTION pg_switch_wal TO …, pg_control_system too, a `replication` line in pg_hba.conf and wal_level = replica;"
        " or back it up with its own tools (pgBackRest, Barman) and the folder `files` beside it."
        " 数据库服务器拒绝了备份，请按上述要求授权，或用服务器自己的备份工具。"
    )
