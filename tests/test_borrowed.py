"""A command typed with nothing running brings the embedded database up, does its work and leaves nothing behind."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from anlan.site.cluster import Cluster, home
from anlan.site.config import ROOT


def anlan(var: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ANLAN_VAR": str(var), "LC_ALL": "en_US.UTF-8"}
    return subprocess.run(
        [sys.executable, "-m", "anlan.site.cli", *words], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
    )


@pytest.fixture
def var() -> Iterator[Path]:
    """Give a folder that PostgreSQL's own user may pass through; pytest closes those below its own."""
    with tempfile.TemporaryDirectory(prefix="anlan-alone-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def test_a_command_borrows_the_database_and_gives_it_back(var: Path) -> None:
    assert anlan(var, "journal", "verify", "--help").returncode == 0
    assert not (var / "pg").exists()
    done = anlan(var, "journal", "verify")
    assert done.returncode == 0, done.stderr
    assert "the chain holds" in done.stdout
    assert (var / "pg" / "data" / "PG_VERSION").exists()
    assert not Cluster(home(var)).is_running()
