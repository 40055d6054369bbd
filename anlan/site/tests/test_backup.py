"""Backup and restore, with real clusters: to an instant, sealed, with a hole, too early, too late; and the rehearsal."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from anlan.kit.testing.databases import migrated_template, the_cluster
from anlan.kit.testing.environment import THROW_AWAY
from anlan.site import backup, restore
from anlan.site.cluster import Cluster, programs, settled
from anlan.site.config import Config
from anlan.site.sealing import new_identity

#: In the order in which they stand: each goes on with what the one before has left in the city.
pytestmark = pytest.mark.slow("restores into clusters of its own")

NOTE = json.dumps([{"area": "4418", "action": "x", "record": "", "record_id": "", "diff": {"n": 1}, "refused": False}])


@dataclass
class City:
    """A small installation: its own cluster with both worlds, a stored file, and a journal that grows."""

    config: Config
    cluster: Cluster

    def append(self, actor: str) -> None:
        """Commit one journal entry."""
        with self.cluster.admin("anlan_live") as line:
            line.execute("SELECT kit_journal_append(now(), 'live', %s, '', '', '', %s::jsonb, 'sha256')", [actor, NOTE])

    def now(self) -> datetime:
        """Return the server's own instant."""
        with self.cluster.admin() as line:
            return line.execute("SELECT clock_timestamp()").fetchone()[0]  # type: ignore[index,return-value]

    def store(self, content: bytes) -> None:
        """Keep a file as the kit does."""
        digest = hashlib.sha256(content).hexdigest()
        place = self.config.var / "files" / digest[:2] / digest
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        with self.cluster.admin("anlan_live") as line:
            line.execute(
                "INSERT INTO kit_storedfile (created_at, changed_at, area, sha256, name, content_type, size, uploaded_by, record, record_id, sector)"
                " VALUES (now(), now(), '4418', %s, 'a.txt', 'text/plain', 1, 'duty', '', '', '')",
                [digest],
            )


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder through which PostgreSQL's user passes, as through pytest's own it does not."""
    made = Path(tempfile.mkdtemp(prefix="anlan-backup-", dir=THROW_AWAY))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def tmp_path(folder: Path) -> Path:
    """A room of the test's own in it."""
    made = Path(tempfile.mkdtemp(dir=folder))
    made.chmod(0o711)
    return made


@pytest.fixture(scope="module")
def city(folder: Path) -> Iterator[City]:
    config = Config.from_environment({"ANLAN_VAR": str(folder / "var")})
    cluster = Cluster(settled(config.var), fast=True, tied=True)
    cluster.prepare()
    cluster.spawn()
    try:
        cluster.wait()
        cluster.ensure_databases("anlan_live", "anlan_exercise")
        template, source = migrated_template(), str(the_cluster().socket)
        for world in ("anlan_live", "anlan_exercise"):
            dump = [programs() / "pg_dump", "-h", source, "-U", "postgres", "--schema-only", template]
            with subprocess.Popen(dump, stdout=subprocess.PIPE) as out:
                load = [programs() / "psql", "-qXh", str(cluster.socket), "-U", "postgres", world]
                subprocess.run(load, stdin=out.stdout, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        made = City(config, cluster)
        made.store("一份处置报告".encode())
        for number in range(3):
            made.append(f"first{number}")
        yield made
    finally:
        cluster.stop()
        restore.discard(config.var)


def _actors(cluster: Cluster) -> list[str]:
    with cluster.admin("anlan_live") as line:
        return [str(row[0]) for row in line.execute("SELECT actor FROM kit_journalentry ORDER BY seq").fetchall()]


def _restored(city: City, folder: Path, into: Path, **more: Any) -> tuple[restore.Restored, list[str]]:
    found, cluster = restore.restore(city.config, folder, into, fast=True, **more)
    try:
        return found, _actors(cluster)
    finally:
        cluster.stop()
        restore.discard(into)


@pytest.mark.xdist_group("backup")
def test_a_restore_holds_all_until_the_instant_and_nothing_after_it(city: City, tmp_path: Path) -> None:
    identity, recipient = new_identity()
    folder = tmp_path / "backup"
    before_all = city.now()
    made = backup.make(city.config, folder, recipient)
    assert (made.files, made.kept) == (1, 1)
    for number in range(5):
        city.append(f"before{number}")
    at = city.now()
    for number in range(5):
        city.append(f"after{number}")
    assert backup.ship(city.config, folder, recipient) >= 1
    assert backup.ship(city.config, folder, recipient) <= 1, (
        "what was shipped does not come again; a server that notes itself has one"
    )
    found, actors = _restored(city, folder, tmp_path / "then", at=at, identity=identity)
    assert actors == [*(f"first{n}" for n in range(3)), *(f"before{n}" for n in range(5))]
    assert (found.entries, found.files, found.problem) == (8, 1, "")
    found, actors = _restored(city, folder, tmp_path / "newest", identity=identity)
    assert actors[-1] == "after4"
    assert found.entries == 13
    plain = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert b"first0" not in plain, "what is sealed tells nothing"
    with pytest.raises(backup.Refused, match="--identity"):
        restore.restore(city.config, folder, tmp_path / "refused", fast=True)
    with pytest.raises(backup.Refused, match="right identity"):
        restore.restore(city.config, folder, tmp_path / "refused", identity=new_identity()[0], fast=True)
    with pytest.raises(backup.Refused, match="oldest base"):
        restore.restore(city.config, folder, tmp_path / "refused", at=before_all, identity=identity, fast=True)
    with pytest.raises(backup.Refused, match="does not reach"):
        restore.restore(
            city.config, folder, tmp_path / "refused", at=city.now() + timedelta(days=1), identity=identity, fast=True
        )
    assert not (tmp_path / "refused").exists(), "a restore that fails leaves nothing, so that the next one may use its folder"
    shutil.copytree(city.config.var / "files", tmp_path / "kept")
    rehearsed = restore.rehearse(city.config, folder, identity)
    assert (rehearsed.entries, rehearsed.problem) == (13, "")
    assert not (city.config.var / "rehearsal").exists()
    assert (tmp_path / "kept").is_dir() and _actors(city.cluster)[-1] == "after4", "the running installation is not touched"


@pytest.mark.xdist_group("backup")
def test_a_restored_journal_or_file_that_was_altered_is_named(city: City, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    backup.make(city.config, folder)
    content = next((folder / "files").glob("??/*"))
    content.write_bytes(b"another report")
    with city.cluster.admin("anlan_live") as line:
        line.execute("ALTER TABLE kit_journalentry DISABLE TRIGGER USER")
        line.execute("UPDATE kit_journalentry SET actor = 'nobody' WHERE seq = 2")
        backup.ship(city.config, folder)
        found, _cluster_actors = _restored(city, folder, tmp_path / "now")
        line.execute("UPDATE kit_journalentry SET actor = 'first1' WHERE seq = 2")
    assert "2" in found.problem
    assert "stored files" in found.problem


@pytest.mark.xdist_group("backup")
def test_a_log_with_a_hole_is_refused_and_old_bases_go(city: City, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    backup.make(city.config, folder)
    for number in range(3):
        city.append(f"hole{number}")
        backup.ship(city.config, folder)
    segments = sorted((folder / "wal").glob("*.gz"))
    segments[-2].unlink()
    with pytest.raises(backup.Refused, match="hole"):
        restore.restore(city.config, folder, tmp_path / "now", fast=True)
    ((place, manifest),) = backup.bases(folder)
    for days in (40, 35):
        old = folder / "base" / f"old{days}"
        shutil.copytree(place, old)
        whole = (manifest.whole_at - timedelta(days=days)).isoformat()
        (old / backup.MANIFEST).write_text(json.dumps({**manifest.__dict__, "finished": whole}))
    assert backup.retain(folder, 30) == 2, "the newest from before the limit stays"
    assert sorted(p.name for p in (folder / "base").iterdir()) == sorted([place.name, "old35"])
    other = replace(manifest, system="1")
    (place / backup.MANIFEST).write_text(json.dumps(other.__dict__))
    with pytest.raises(backup.Refused, match="another database cluster"):
        backup.make(city.config, folder)


@pytest.mark.xdist_group("backup")
def test_a_server_that_refuses_is_told_with_what_its_operator_does(city: City, tmp_path: Path) -> None:
    host = str(city.cluster.socket).replace("/", "%2F")
    urls = {
        f"{name}": f"postgres://{role}@{host}/{database}"
        for name, role, database in (
            ("DATABASE_URL", "anlan_app", "anlan_live"),
            ("ANLAN_EXERCISE_DATABASE_URL", "anlan_app", "anlan_exercise"),
            ("ANLAN_OWNER_DATABASE_URL", "anlan_owner", "anlan_live"),
            ("ANLAN_OWNER_EXERCISE_DATABASE_URL", "anlan_owner", "anlan_exercise"),
        )
    }
    config = Config.from_environment({"ANLAN_VAR": str(tmp_path / "own"), **urls})
    with pytest.raises(backup.Refused, match="REPLICATION"):
        backup.make(config, tmp_path / "backup")
    assert not list((tmp_path / "backup").rglob("*.gz"))


@pytest.mark.xdist_group("backup")
def test_two_who_ship_at_once_do_not_take_the_log_from_under_each_other(city: City, tmp_path: Path) -> None:
    folder, spool = tmp_path / "backup", city.config.var / "backup-wal"
    spool.mkdir(exist_ok=True)
    waiting = [spool / f"{n:024X}" for n in range(20)]
    for segment in waiting:
        segment.write_bytes(b"log" * 100_000)
    city.store(b"x" * 1_000_000)
    both = Barrier(2)

    def ship() -> None:
        both.wait()
        backup.copy_files(city.config, folder)
        backup.ship(city.config, folder)

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(ship), pool.submit(ship)]:
            one.result()
    assert {f"{segment.name}.gz" for segment in waiting} <= {kept.name for kept in (folder / "wal").iterdir()}
    assert len(list((folder / "files").glob("??/*"))) == len(list((city.config.var / "files").glob("??/*")))
    backup.first(city.config, folder)
    backup.first(city.config, folder)
    assert len(backup.bases(folder)) == 1, "a rehearsal before the first backup makes one, once"


@pytest.mark.xdist_group("backup")
def test_a_file_that_is_altered_when_it_is_copied_does_not_bar_the_right_one(city: City, tmp_path: Path) -> None:
    backup.copy_files(city.config, tmp_path)
    city.store(b"right")
    place = next(file for file in (city.config.var / "files").glob("??/*") if file.read_bytes() == b"right")
    place.write_bytes(b"wrong")
    assert backup.copy_files(city.config, tmp_path) == 0
    place.write_bytes(b"right")
    assert backup.copy_files(city.config, tmp_path) == 1


@pytest.mark.xdist_group("backup")
def test_a_base_elsewhere_takes_no_log_from_the_schedule(city: City, tmp_path: Path) -> None:
    folder, other = tmp_path / "backup", tmp_path / "other"
    scheduled = replace(city.config, backup_dir=str(folder))
    backup.make(scheduled, folder)
    city.append("between")
    assert backup.make(scheduled, other).segments == 0
    city.append("after")
    backup.ship(scheduled, folder)
    for place, last in ((other, "between"), (folder, "after")):
        _found, actors = _restored(city, place, tmp_path / f"of-{place.name}")
        assert actors[-1] == last
