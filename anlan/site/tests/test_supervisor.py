"""The supervisor's decisions: when a fallen process starts again, what is said of a disk or a port, where the database lies."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from anlan.site import cluster, supervisor
from anlan.site.config import Config
from anlan.site.supervisor import Child, check_port, in_words


class Fallen:
    """A process that ended as soon as it was started."""

    def __init__(self, returncode: int = 1) -> None:
        self.returncode = returncode

    def poll(self) -> int:
        return self.returncode


def starts(child: Child, seconds: float, step: float = 0.25) -> list[float]:
    """Return when a child that always falls is started within so many seconds of looking after it."""
    now, found = 0.0, []
    while now < seconds:
        before = child.process
        child.keep(now)
        if child.process is not before:
            found.append(now)
        now += step
    return found


def test_a_child_that_keeps_falling_rests_longer_each_time_and_blocks_nobody() -> None:
    falling, steady = Child("web", Fallen), Child("worker", lambda: subprocess.Popen(["sleep", "60"]))  # type: ignore[arg-type,return-value]
    falling.start()
    steady.start()
    try:
        found = starts(falling, 90)
        steady.keep(90)
        assert steady.falls == []
    finally:
        steady.ask_to_stop()
        steady.stop(0)
    rests = [round(b - a, 2) for a, b in zip(found, found[1:], strict=False)]
    assert found[0] == 0.0, "the first time at once"
    assert rests[:4] == sorted(rests[:4])
    assert max(rests) <= supervisor.LONGEST_REST + 1
    assert len(found) < 12, "no busy loop"


def test_a_child_that_may_not_serve_ends_the_group_instead_of_falling_for_ever() -> None:
    child = Child("web", lambda: Fallen(supervisor.FORBIDDEN))  # type: ignore[arg-type,return-value]
    child.start()
    with pytest.raises(RuntimeError, match="web may not serve"):
        child.keep(0.0)


def test_a_taken_port_is_said_with_the_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(RuntimeError, match=f"Port {port} is taken.*PORT={port + 1}"):
            check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)
    with pytest.raises(RuntimeError, match="ANLAN_HOST"):
        check_port("203.0.113.7", port)


@pytest.mark.parametrize("port", ["eight", "-1", "0", "70000"])
def test_a_port_that_cannot_be_is_refused_in_words(port: str) -> None:
    with pytest.raises(ValueError, match="PORT"):
        Config.from_environment({"PORT": port})


def test_days_that_are_no_number_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="ANLAN_INBOX_DAYS must be a number from 0 to"):
        Config.from_environment({"ANLAN_INBOX_DAYS": "a month"})
    with pytest.raises(ValueError, match="ANLAN_COPIES_DAYS must be 0 .for ever. or at least 31"):
        Config.from_environment({"ANLAN_COPIES_DAYS": "7"})


@pytest.mark.parametrize(
    ("code", "words"), [(errno.ENOSPC, "is full"), (errno.EROFS, "read-only"), (errno.EACCES, "owner"), (errno.EIO, "doctor")]
)
def test_what_the_disk_refuses_is_said_in_words(code: int, words: str) -> None:
    assert words in in_words(OSError(code, os.strerror(code), "/srv/var"), Path("/srv/var"))


def test_a_full_disk_stops_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(supervisor, "LEAST_FREE_BYTES", 2**60)
    with pytest.raises(OSError, match="No space left"):
        supervisor.check_disk(tmp_path)


@pytest.fixture
def closed() -> Iterator[Path]:
    """Give a folder that only its owner may enter, as /root is."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o700)
        yield Path(folder)


def test_a_closed_folder_stays_closed_and_the_database_goes_elsewhere(
    closed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "ELSEWHERE", tmp_path / "lib")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    found = cluster.settled(closed / "var")
    assert found.parent == (tmp_path / "lib").resolve()
    assert closed.stat().st_mode & 0o777 == 0o700
    closed.chmod(0o755)
    assert cluster.home(closed / "var") == found, "opening the folder later loses no database"


def test_an_open_folder_holds_its_database_itself(closed: Path) -> None:
    closed.chmod(0o755)
    assert cluster.home(closed / "var") == closed / "var" / "pg"


def test_a_log_that_grew_is_begun_again_and_its_end_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "MOST_LOG_BYTES", 10)
    (tmp_path / "log").write_text("much too long a log\n")
    cluster.Cluster(tmp_path).bound_log()
    assert (tmp_path / "log").read_text() == ""
    assert (tmp_path / "log.1").read_text() == "much too long a log\n"
