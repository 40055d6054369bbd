"""Throw-away worlds for tests: one fast cluster, one migrated template, a pair of copies for each worker."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.db import connections
from psycopg import sql

from anlan.site.cluster import Cluster, home
from anlan.site.config import ROOT

_running: Cluster | None = None
#: The least that Argon2 takes, and what every account of the pack's cast signs in with.
CHEAP = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}
DEMO_PASSWORD = "anlan-demo-2022"


def the_cluster() -> Cluster:
    """Return the test run's cluster."""
    return Cluster(home(Path(os.environ["ANLAN_VAR"])), fast=True)


def start_cluster() -> None:
    """Start the cluster of this run, unless a kept one answers already."""
    global _running
    cluster = the_cluster()
    if cluster.is_running():
        return
    cluster.prepare()
    cluster.spawn()
    cluster.wait()
    _running = cluster


def stop_cluster(*, keep: bool) -> None:
    """Stop what start_cluster started; a kept cluster goes on."""
    if _running is not None and not keep:
        _running.stop()


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold a lock that the workers of one run share."""
    with (Path(os.environ["ANLAN_VAR"]) / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _migrating() -> list[Path]:
    """Return what `anlan migrate` does: the migrations, and the guards that it puts on after them."""
    return [*ROOT.glob("anlan/**/migrations/0*.py"), ROOT / "anlan" / "kit" / "rowsecurity.py"]


def migrated_template() -> str:
    """Return the name of a database with all tables and the Qingyuan pack.

    It is loaded anew when the pack or what reads it changes. Where only migrations were added, an earlier template is copied and
    migrated: its comment says which migrations it has.
    """
    pack = _digest([*ROOT.glob("anlan/apps/*/pack.py"), *ROOT.glob("anlan/**/roles.toml"), *_packed()])
    migrations = {f"{file.relative_to(ROOT)} {_digest([file])}" for file in _migrating()}
    name = f"template_{pack}_{hashlib.sha256(' '.join(sorted(migrations)).encode()).hexdigest()[:12]}"
    cluster = the_cluster()
    with locked("template"):
        with cluster.admin() as connection:
            rows = connection.execute(
                "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database WHERE datname LIKE %s",
                [f"template_{pack}_%"],
            ).fetchall()
        known = {str(row[0]): set(str(row[1] or "").splitlines()) for row in rows if not str(row[0]).endswith("_building")}
        if name not in known:
            # A copied tree with a migration more starts from the template of the tree it was copied from.
            earlier = os.environ.get("ANLAN_TEMPLATE_FROM") or _nearest(known, migrations)
            _build(name, earlier)
            with cluster.admin() as connection:
                text = sql.Literal("\n".join(sorted(migrations)))
                connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), text))
    return name


def _packed() -> list[Path]:
    return [file for file in (ROOT / "packs").rglob("*") if file.is_file() and "scenarios" not in file.parts]


def _digest(files: list[Path]) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in sorted(files))).hexdigest()[:12]


def _nearest(known: dict[str, set[str]], migrations: set[str]) -> str:
    """Return the template that has most of these migrations and no other, "" for none."""
    fitting = [name for name, has in known.items() if has and has <= migrations]
    return max(fitting, key=lambda name: len(known[name]), default="")


def _build(name: str, earlier: str) -> None:
    """Build a template, from an earlier one if there is one; it gets its name only when it is whole."""
    cluster, building = the_cluster(), f"{name}_building"
    with cluster.admin() as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{building}" WITH (FORCE)')
    if earlier:
        cluster.copy_database(earlier, building)
    else:
        cluster.ensure_databases(building)
    names = {**os.environ, "ANLAN_LIVE_NAME": building, "ANLAN_EXERCISE_NAME": building}
    anlan = [sys.executable, "-m", "anlan.site.cli"]
    subprocess.run([*anlan, "migrate"], check=True, cwd=ROOT, env={**names, "ANLAN_DB_AS": "owner"})
    if not earlier:
        subprocess.run([*anlan, "load", "--again", str(ROOT / "packs" / "qingyuan")], check=True, cwd=ROOT, env=names)
    with cluster.admin() as connection:
        connection.execute(f'ALTER DATABASE "{building}" RENAME TO "{name}"')


def fresh_worlds(suffix: str) -> None:
    """Give this process two fresh worlds of its own and point Django at them."""
    template = migrated_template()
    for alias in ("default", "exercise"):
        connections[alias].close()
        name = f"test_{os.environ.get('ANLAN_TEST_RUN', '0')}_{alias}_{suffix}"
        with locked("copy"):
            the_cluster().copy_database(template, name)
        with the_cluster().admin(name) as connection:
            if alias == "exercise":
                connection.execute("INSERT INTO kit_worldmark VALUES ('exercise')")
            else:
                _cheap_passwords(connection)
        settings.DATABASES[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name


def _cheap_passwords(connection: psycopg.Connection[Any]) -> None:
    """Hash the demo cast's password as cheaply as the tests hash: to try one as production does takes a fifth of a second."""
    for name, value in CHEAP.items():
        setattr(Argon2PasswordHasher, name, value)
    table = sql.Identifier(get_user_model()._meta.db_table)
    connection.execute("SET session_replication_role = replica")  # past the guard that wants a journal entry
    connection.execute(
        sql.SQL("UPDATE {} SET password = %s WHERE password LIKE 'argon2%%'").format(table), [make_password(DEMO_PASSWORD)]
    )


def drop_worlds() -> None:
    """Remove this process's worlds."""
    for alias in ("default", "exercise"):
        connections[alias].close()
        with the_cluster().admin() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{settings.DATABASES[alias]["NAME"]}" WITH (FORCE)')


def anew() -> None:
    """Replace this process's worlds by fresh ones."""
    drop_worlds()
    fresh_worlds(os.environ.get("PYTEST_XDIST_WORKER", "main"))
