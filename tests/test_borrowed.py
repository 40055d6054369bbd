"""A command typed with nothing running brings the embedded database up, does its work and leaves nothing behind."""

import subprocess
import sys
from pathlib import Path

import pytest

from anlan.site.cluster import Cluster, home
from anlan.site.config import ROOT
from tests.journeys.stack import laid_out, outside


def test_who_only_asks_for_help_needs_no_database(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "anlan.site.cli", "journal", "verify", "--help"]
    done = subprocess.run(
        command, cwd=ROOT, env={**outside(), "ANLAN_VAR": str(tmp_path)}, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "pg").exists()


@pytest.mark.parametrize("command", [["push-key"], ["simulate", "smsc", "--port", "x"]])
def test_what_asks_the_database_nothing_lays_none_out(command: list[str], tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "anlan.site.cli", *command],
        cwd=ROOT,
        env={**outside(), "ANLAN_VAR": str(tmp_path)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert not (tmp_path / "pg").exists()


@pytest.mark.slow("lays a database out from nothing, as every first start does; the journeys begin with copies of it")
def test_a_command_borrows_the_database_and_gives_it_back() -> None:
    folder = laid_out()
    assert "the chain holds" in (folder / "said").read_text()
    assert (folder / "pg" / "data" / "PG_VERSION").exists()
    assert not Cluster(home(folder)).is_running()
