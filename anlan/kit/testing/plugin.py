"""pytest fixtures that every test may ask for: worlds, scopes, the cast, proof that nothing happened."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connections, models
from django.test import Client
from django.utils.module_loading import import_string
from psycopg.pq import TransactionStatus

from anlan.kit import clock, journal, throttle
from anlan.kit.scope import Authority, Scope, entered
from anlan.kit.testing import clients, databases
from anlan.kit.testing.officers import Member
from anlan.site.startup import ready

__all__ = ["CAST", "Member", "assert_nothing_happened"]

DATABASE_FIXTURES = {"db", "cast", "live"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let every test that touches a database touch both worlds; slow ones come last."""
    for item in items:
        # What a class of desk tests has made once stays with one worker.
        stage = getattr(item, "cls", None)
        if stage is not None and hasattr(stage, "_stage"):
            item.add_marker(pytest.mark.xdist_group(stage.__name__))
        if DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())) and "committed" not in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db(databases=["default", "exercise"]), append=False)

    items.sort(key=turn)


def pytest_collection_finish() -> None:
    """Spare the search for garbage what stays to the end: modules, declarations, the tests themselves."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


def is_slow(item: pytest.Item) -> bool:
    """Return whether a test may take longer than LONGEST: a journey through a running stack, or one that says so and why."""
    return "journeys" in item.path.parts or item.get_closest_marker("slow") is not None


def turn(item: pytest.Item) -> tuple[bool, bool]:
    """Return when a test's turn is: slow ones last, and before single tests the groups, which one worker does whole.

    The single tests then fill what time a group leaves the other worker, so that both end together.
    """
    return is_slow(item), item.get_closest_marker("xdist_group") is None


#: Seconds that a test should take at most.
LONGEST = 20
#: Test → seconds, of those that took longer.
TOO_LONG: dict[str, int] = {}


def _waited() -> float:
    """Return for how many seconds this process was ready and had to wait for a processor: another's doing, not the test's."""
    try:
        return int(Path("/proc/self/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Take down a test that took too long, so that it travels from the worker with its report."""
    began = time.monotonic() - _waited()
    yield
    took = time.monotonic() - _waited() - began
    if took > LONGEST and not is_slow(item):
        item.user_properties.append(("too long", round(took)))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note in the process that reports which tests took too long."""
    for name, took in report.user_properties:
        if name == "too long":
            TOO_LONG[report.nodeid] = int(str(took))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name the tests that took longer than they should; the run does not fail for it, since the machine may have been slow."""
    if TOO_LONG:
        terminalreporter.section(f"longer than {LONGEST} s: make them quicker, or mark them slow and say why")
        for name, took in sorted(TOO_LONG.items(), key=lambda one: -one[1]):
            terminalreporter.line(f"{took} s  {name}")


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Replace Django's own test databases: ours are copies of a migrated template, used by the role that owns nothing."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        databases.fresh_worlds(os.environ.get("PYTEST_XDIST_WORKER", "main"))
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        databases.drop_worlds()


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Work with real commits (races, kills, live pages) in worlds that are made anew afterwards."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield
        databases.anew()


@pytest.fixture(autouse=True)
def _identity_by_hand(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let a test that is rolled back set accounts up by hand: Django looks at deferred triggers at its end, and these want an entry.

    What really commits is not spared: tests/attacks/test_database_role.py.
    """
    names = set(request.fixturenames)
    if "committed" in names or not DATABASE_FIXTURES & names:
        yield
        return
    request.getfixturevalue("db")
    yield
    line = connections["default"]
    if line.connection is None or line.needs_rollback or line.connection.info.transaction_status != TransactionStatus.INTRANS:
        return
    labels = [model._meta.label_lower for model in apps.get_models() if getattr(model, "demands_entry", False)]
    notes = [journal.Note("kit.test", record=label, diff={"test": True}) for label in labels]
    journal.append(notes, Scope.everything("system:test"), at=clock.real_now())


#: Role in the tests → demo account. The neighbour is Yingde's officer, next door to Qingcheng's.
CAST = {
    "city_officer": "duty",
    "commander": "commander",
    "signer": "signer",
    "county_officer": "qingcheng",
    "neighbour": "yingde",
    "unit": "water",
    "reporter": "reporter",
    "administrator": "admin",
    "integrator": "gauge",
}


@pytest.fixture
def cast(db: None) -> dict[str, Member]:
    """Return the cast, signed in, and an anonymous visitor."""
    scope_of = import_string(settings.ANLAN_SCOPE_FOR)
    accounts = {a.username: a for a in get_user_model().objects.all()}
    members = {}
    for role, username in CAST.items():
        client = Client()
        client.force_login(accounts[username], backend="django.contrib.auth.backends.ModelBackend")
        members[role] = Member(username, scope_of(accounts[username], "live"), client)
    members["anonymous"] = Member("", Scope.public(), Client())
    return members


@pytest.fixture(autouse=True)
def _unhurried() -> None:
    """Let no test be throttled by what an earlier one asked."""
    throttle.forget()


@pytest.fixture
def live(db: None) -> Iterator[Scope]:
    """Enter the program's own scope in the live world: for factories and reactions."""
    with entered(Scope.everything("system:test")) as scope:
        yield scope


@pytest.fixture
def as_() -> Callable[..., AbstractContextManager[Scope]]:
    """Return `as_(area, *permissions, actor=…)`: a context manager that enters such a scope."""

    def enter(area: str, *permissions: str, actor: str = "tester", world: str = "live") -> AbstractContextManager[Scope]:
        authority = Authority(area, frozenset(permissions or {"*"}))
        return entered(Scope(world=world, actor=actor, authorities=(authority,)))  # type: ignore[arg-type]

    return enter


def _counted() -> list[str]:
    """Return the tables in which whatever happens leaves a row; an app's model that is such a trace says `is_trace = True`."""
    kit = ["kit_journalentry", "kit_outboxevent", "kit_delivery", "kit_pendingaction"]
    return kit + [model._meta.db_table for model in apps.get_models() if getattr(model, "is_trace", False)]


@contextmanager
def assert_nothing_happened(*tables: type[models.Model]) -> Iterator[None]:
    """Prove that the block left no row, journal entry, event, parked action or message behind."""
    before = _counts(tables)
    yield
    after = _counts(tables)
    assert after == before, f"something happened: {before} became {after}"


def _counts(tables: tuple[type[models.Model], ...]) -> dict[str, int]:
    names = [*_counted(), *(table._meta.db_table for table in tables)]
    counts: dict[str, int] = {}
    with entered(Scope.everything("system:test")):
        for alias in ("default", "exercise"):
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT " + ", ".join(f'(SELECT count(*) FROM "{name}")' for name in names))
                counts |= {f"{alias}.{name}": count for name, count in zip(names, cursor.fetchone(), strict=True)}
    return counts


def pytest_sessionstart(session: pytest.Session) -> None:
    """Bring every plug-in, reaction and desk up, as each process of the product does."""
    ready()
    clients.share()
