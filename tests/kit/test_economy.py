"""The kit's economy, measured: an app is a folder, a record five files, a field three, and the record's desk works at once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from anlan.kit.testing.databases import migrated_template

ROOT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns("__pycache__", "dist", "scenarios", "node_modules")
SECONDS = 240
APP = "drills"
FOLDER = f"anlan/apps/{APP}"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the tree that may be changed."""
    for folder in ("anlan", "packs", "tools"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=LEFT_OUT)
    for file in ("pyproject.toml", "conftest.py"):
        shutil.copy(ROOT / file, tmp_path / file)
    return tmp_path


def state_of(tree: Path) -> dict[Path, bytes]:
    """Return every source file's content."""
    made = {"__pycache__", ".ruff_cache", "var"}
    files = ((f, f.relative_to(tree)) for f in tree.rglob("*") if f.is_file())
    return {name: file.read_bytes() for file, name in files if not made & set(name.parts)}


def run(tree: Path, *command: str) -> str:
    """Run Python in the copy, on this run's cluster with databases of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "ANLAN_LIVE", "ANLAN_EXERCISE"))}
    places = {"PYTHONPATH": str(tree), "ANLAN_TEST_CLUSTER": os.environ["ANLAN_VAR"], "ANLAN_TEMPLATE_FROM": migrated_template()}
    done = subprocess.run(
        [sys.executable, *command], cwd=tree, env={**kept, **places}, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-4000:]}\n{done.stderr[-2000:]}"
    return done.stdout


def touched(tree: Path, before: dict[Path, bytes]) -> list[str]:
    """Return the files that are new or changed."""
    after = state_of(tree)
    return sorted(str(file) for file in after if after[file] != before.get(file))


@pytest.mark.xdist_group("committed")
@pytest.mark.slow("writes an app into a copy of the tree and runs its tests there")
def test_an_app_costs_a_folder_and_a_line_a_record_five_files_and_a_field_three(copy: Path) -> None:
    before = state_of(copy)
    layers = copy / "pyproject.toml"
    layers.write_text(layers.read_text().replace('\n    "(relief)",', f'\n    "{APP}",\n    "(relief)",'))
    run(copy, "tools/stubs.py", "app", APP)
    (copy / FOLDER / "roles.toml").write_text('duty_officer = ["view_reliefitem"]\n')
    assert {file for file in touched(copy, before) if not file.startswith(FOLDER)} == {"pyproject.toml"}

    before = state_of(copy)
    run(copy, "tools/stubs.py", "record", APP, "ReliefItem")
    run(copy, "tools/stubs.py", "migration", APP, "relief_items")
    files = touched(copy, before)
    assert len(files) <= 5, files
    assert "SecureTables" in next((copy / FOLDER / "migrations").glob("*relief_items.py")).read_text()
    answer = run(copy, "-m", "pytest", "-n", "0", f"{FOLDER}/tests/test_desk.py", "-k", "TestReliefItemDesk")
    assert "passed" in answer
    assert "failed" not in answer

    before = state_of(copy)
    add_field(copy / FOLDER)
    run(copy, "tools/stubs.py", "migration", APP, "relief_item_note")
    files = touched(copy, before)
    assert len(files) <= 3, files


def add_field(app: Path) -> None:
    """Add a field to the sample record as a developer does: to the model, and to the desk's form and facts."""
    models, desk = app / "models.py", app / "desk.py"
    head, record, tail = models.read_text().partition("class ReliefItem(Record)")
    tail = tail.replace(
        'name = models.CharField(_("Name"), max_length=100)',
        'name = models.CharField(_("Name"), max_length=100)\n    note = models.CharField(_("Note"), max_length=200, blank=True)',
    )
    models.write_text(head + record + tail)
    desk.write_text(desk.read_text().replace('form = ("code", "name")', 'form = ("code", "name", "note")'))


def test_what_cannot_be_a_record_is_said_and_nothing_is_written(copy: Path) -> None:
    before = state_of(copy)
    for app, name in (("exercises", "relief item"), ("exercises", "Replay"), ("nowhere", "ReliefItem")):
        with pytest.raises(AssertionError, match="already|CamelCase|no app"):
            run(copy, "tools/stubs.py", "record", app, name)
    assert touched(copy, before) == []
