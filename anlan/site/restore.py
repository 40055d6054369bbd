"""`anlan restore DIR --at TIME --into FOLDER`: a new state folder as everything was at an instant; and the rehearsal of it.

The cluster is made anew from the newest base before the instant and rolled forward along the shipped log to it. Nothing of the
running installation is touched. What was restored proves itself: the journal's chain against the heads signed until then, each file's hash.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from anlan.site.backup import MANIFEST, Manifest, Refused, bases
from anlan.site.cluster import CONFIGURATION, ELSEWHERE, FAST_CONFIGURATION, Cluster, settled
from anlan.site.config import Config
from anlan.site.sealing import SEALED, Unsealable, piped, unseal

PATIENCE_SECONDS = 6 * 3600.0
HBA = "local all all trust\nlocal replication all trust\n"
LAST_TRANSACTION = re.compile(r"last completed transaction was at log time (.+)")


@dataclass(frozen=True)
class Restored:
    """What a restore brought back and how it was proved."""

    base: str
    restored_to: str
    seconds: float
    entries: int
    files: int
    bytes: int
    problem: str


def restore(
    config: Config,
    folder: Path,
    into: Path,
    *,
    at: datetime | None = None,
    identity: str = "",
    heads: Path | None = None,
    fast: bool = False,
) -> tuple[Restored, Cluster]:
    """Restore a backup into a new state folder and prove it; returns the figures and the running cluster. Raises Refused in words."""
    began = time.monotonic()
    if into.exists() and any(into.iterdir()):
        raise Refused(f"{into} is not empty: choose a new folder. 目标目录非空，请换一个目录。")
    place, manifest = _chosen(folder, at)
    into.mkdir(parents=True, exist_ok=True)
    into.chmod(0o711)
    cluster = Cluster(settled(into), fast=fast, tied=True)
    try:
        _lay_out(cluster, place, folder, manifest, at, identity)
        cluster.spawn()
        last = _recovered(cluster)
        (cluster.data / "postgresql.auto.conf").write_text("")
        shutil.rmtree(cluster.folder / "wal")
        size = _bring_files(folder, into / "files", identity)
        found = _prove(config, cluster, into, manifest, at, heads)
    except (Unsealable, tarfile.TarError, OSError) as error:
        _leave(cluster, into)
        raise Refused(f"The backup could not be read 备份无法读取: {error}") from None
    except BaseException:
        _leave(cluster, into)
        raise
    seconds = round(time.monotonic() - began, 1)
    return Restored(place.name, last, seconds, found["entries"], found["files"], size, found["problem"]), cluster


def _leave(cluster: Cluster, into: Path) -> None:
    """Take away what a restore that failed has begun, so that the next one may use the same folder."""
    cluster.stop()
    discard(into)


def rehearse(config: Config, folder: Path, identity: str = "") -> Restored:
    """Restore the newest state into a throw-away cluster, prove it, and remove it again."""
    scratch = config.var / "rehearsal"
    discard(scratch)
    try:
        restored, cluster = restore(config, folder, scratch, identity=identity, heads=_own_heads(config), fast=True)
        cluster.stop()
        return restored
    finally:
        discard(scratch)


def discard(into: Path) -> None:
    """Remove a restored state folder, the database with it where that lies elsewhere."""
    linked = into / "pg"
    if linked.is_symlink() and linked.resolve().parent == ELSEWHERE:
        Cluster(linked.resolve()).stop_orphan()
        shutil.rmtree(linked.resolve(), ignore_errors=True)
    elif linked.exists():
        Cluster(linked).stop_orphan()
    shutil.rmtree(into, ignore_errors=True)


def _own_heads(config: Config) -> Path | None:
    own = config.var / "journal-heads.jsonl"
    return own if own.is_file() else None


def _chosen(folder: Path, at: datetime | None) -> tuple[Path, Manifest]:
    """Return the newest base that was whole by the instant."""
    known = bases(folder)
    if not known:
        raise Refused(f"{folder} holds no backup: no base with a {MANIFEST}. 该目录没有备份。")
    if at is None:
        return known[-1]
    usable = [pair for pair in known if pair[1].whole_at <= at]
    if not usable:
        first = known[0][1].whole_at.astimezone().isoformat(timespec="seconds")
        raise Refused(f"The oldest base was whole at {first}; nothing before that can be restored. 只能恢复到该时刻之后。")
    return usable[-1]


def _lay_out(cluster: Cluster, place: Path, folder: Path, manifest: Manifest, at: datetime | None, identity: str) -> None:
    """Unpack base and log, and say how far to recover."""
    cluster.data.mkdir(parents=True)
    tar = next(place.glob("base.tar.gz*"))
    with piped(lambda target: unseal(tar, target, identity)) as source, tarfile.open(fileobj=source, mode="r|") as archive:
        archive.extractall(cluster.data, filter="tar")  # noqa: S202  our own archive; the filter keeps it inside
    log = cluster.folder / "wal"
    log.mkdir()
    needed = [
        s for s in sorted((folder / "wal").glob("*.gz*")) if ".history" in s.name or s.name[8:24] >= manifest.first_segment[8:24]
    ]
    _unbroken(needed)
    for segment in needed:
        with (log / segment.name.split(".gz")[0]).open("wb") as target:
            unseal(segment, target, identity)
    until = ""
    if at is not None:
        until = f"recovery_target_time = '{at.astimezone(UTC).isoformat()}'\nrecovery_target_action = 'promote'\n"
    (cluster.data / "postgresql.auto.conf").write_text(
        f'restore_command = \'cp "{log}/%f" "%p"\'\n{until}hot_standby = off\nlog_min_messages = log\n'
    )
    (cluster.data / "postgresql.conf").write_text(CONFIGURATION + (FAST_CONFIGURATION if cluster.fast else ""))
    (cluster.data / "pg_hba.conf").write_text(HBA)
    (cluster.data / "pg_ident.conf").write_text("")
    (cluster.data / "recovery.signal").touch()
    cluster.data.chmod(0o700)
    cluster.adopt()


def _unbroken(segments: list[Path]) -> None:
    """Refuse a log with a hole: what comes after it could not be brought back, and nobody should believe that it was."""
    numbers = sorted({(int(s.name[8:16], 16) << 8) + int(s.name[16:24], 16) for s in segments if ".history" not in s.name})
    for before, after in zip(numbers, numbers[1:], strict=False):
        if after != before + 1:
            missing = f"{(before + 1) >> 8:08X}{(before + 1) & 0xFF:08X}"
            raise Refused(
                f"The log of the backup has a hole at segment …{missing}; take a new base with `anlan backup`. 备份日志不连续，请重新备份。"
            )


def _recovered(cluster: Cluster) -> str:
    """Wait until the cluster has recovered and serves; returns the instant of the last transaction that came back."""
    log = cluster.folder / "log"
    try:
        cluster.wait(PATIENCE_SECONDS)
    except RuntimeError:
        said = log.read_text(errors="replace")[-3000:]
        if "before configured recovery target was reached" in said:
            found = LAST_TRANSACTION.findall(said)
            known = f"; its last transaction is of {found[-1]}" if found else ""
            raise Refused(f"The backup does not reach that instant{known}. 备份尚未覆盖该时刻。") from None
        raise Refused(f"The restored database does not start; see {log}. 恢复的数据库无法启动。") from None
    found = LAST_TRANSACTION.findall(log.read_text(errors="replace"))
    return found[-1] if found else ""


def _bring_files(folder: Path, into: Path, identity: str) -> int:
    """Unpack the stored files; returns their bytes and the base's."""
    size = 0
    for content in (folder / "files").glob("??/*"):
        place = into / content.parent.name / content.name.removesuffix(SEALED)
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("wb") as target:
            unseal(content, target, identity, compressed=False)
        size += place.stat().st_size
    return size


def _prove(
    config: Config, cluster: Cluster, into: Path, manifest: Manifest, at: datetime | None, heads: Path | None
) -> dict[str, Any]:
    """Prove the restored worlds in a process of their own, whose settings are the restored cluster's."""

    def address(role: str, database: str) -> str:
        return f"postgres://{role}@{str(cluster.socket).replace('/', '%2F')}/{database}"

    key = os.environ.get("ANLAN_JOURNAL_KEY") or str(config.var / "keys" / "journal.pem")
    environment = {
        **os.environ,
        "ANLAN_VAR": str(into),
        "ANLAN_ENV": "development",
        "ANLAN_POOL": "0",
        "DATABASE_URL": address(manifest.role, manifest.live),
        "ANLAN_EXERCISE_DATABASE_URL": address(manifest.role, manifest.exercise),
        "ANLAN_OWNER_DATABASE_URL": address(manifest.owner, manifest.live),
        "ANLAN_OWNER_EXERCISE_DATABASE_URL": address(manifest.owner, manifest.exercise),
    }
    environment.pop("ANLAN_JOURNAL_KEY", None)
    if Path(key).is_file() or key.startswith("-----BEGIN"):
        environment["ANLAN_JOURNAL_KEY"] = key
    else:
        heads = None
    command = [sys.executable, "-m", "anlan.site.cli", "prove-restored"]
    command += ["--until", at.isoformat()] if at else []
    command += ["--against", str(heads)] if heads else []
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refused(f"The restored worlds could not be looked into: {done.stderr.strip()[-500:]}. 无法检查恢复结果。")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    with cluster.admin(manifest.live) as line:
        row = line.execute("SELECT pg_is_in_recovery()").fetchone()
    if row is None or row[0]:
        raise psycopg.OperationalError("the restored cluster is still recovering")
    return found
