"""The test run's own place and database cluster: thrown away at the end, shared by the parallel workers.

Loaded with `-p` before Django's settings are read, since they look at the environment.

ANLAN_TEST_CLUSTER=/some/folder keeps the cluster there between runs: the next starts in no time.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
#: A run that is thrown away lives in memory where so much is free: a database is two thousand files, on a disk a second's work each time.
ROOM = 6 << 30


def _throw_away() -> str:
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM else "/tmp"


THROW_AWAY = _throw_away()
OURS = ("ANLAN_VAR", "ANLAN_TEST_RUN", "ANLAN_TEST_CLUSTER")
if not WORKER:
    kept = os.environ.get("ANLAN_TEST_CLUSTER")
    os.environ["ANLAN_VAR"] = kept or tempfile.mkdtemp(prefix="anlan-test-", dir=THROW_AWAY)
    Path(os.environ["ANLAN_VAR"]).mkdir(exist_ok=True)
    Path(os.environ["ANLAN_VAR"]).chmod(0o711)  # PostgreSQL's user passes through
    os.environ["ANLAN_TEST_RUN"] = f"{os.getpid()}"
    # a shell in which a production's settings are loaded must not lend them to the tests
    for _setting in [n for n in os.environ if n.startswith("ANLAN_") and n not in OURS] + [
        "DATABASE_URL",
        "MQTT_URL",
        "NATS_URL",
    ]:
        os.environ.pop(_setting, None)
if sys.dont_write_bytecode:
    # Containers forbid it: then each of the many programs that tests start would compile all of its modules anew.
    sys.dont_write_bytecode, sys.pycache_prefix = False, f"{os.environ['ANLAN_VAR']}/bytecode"
    os.environ |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": sys.pycache_prefix}
os.environ["ANLAN_POOL"] = "0"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser journeys keep an event loop in the tests' thread
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anlan.site.settings")


def pytest_configure(config: pytest.Config) -> None:
    """Start the cluster once, in the process that owns the run."""
    if WORKER or config.option.collectonly:
        return
    from anlan.kit.testing.databases import start_cluster

    start_cluster()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop it and remove its files, unless they were asked to be kept."""
    if WORKER or config.option.collectonly:
        return
    from anlan.kit.testing.databases import stop_cluster

    stop_cluster(keep=bool(os.environ.get("ANLAN_TEST_CLUSTER")))
    shutil.rmtree(Path(os.environ["ANLAN_VAR"]) / f"laid-out-{os.environ['ANLAN_TEST_RUN']}", ignore_errors=True)
    if not os.environ.get("ANLAN_TEST_CLUSTER"):
        shutil.rmtree(os.environ["ANLAN_VAR"], ignore_errors=True)
