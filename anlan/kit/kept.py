"""Statements that pages ask again and again: Django's work of making one is done once for each scope; what it finds is never kept.

    @kept
    def _late(permission: str, *, unit: Any) -> Any:
        return Task.objects.readable(permission).filter(organisation=unit, due_at__lt=clock.now())

What stands behind the star is told each time, as is the clock. What asks the database while it is made is made anew each time.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from copy import copy
from datetime import UTC, date, datetime
from functools import lru_cache, wraps
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Expression, TextField
from django.utils.translation import get_language

from anlan.kit import clock
from anlan.kit.scope import maybe_current

#: So many statements of one function are held, those asked last.
MOST = 1024


class Moment(datetime):
    """The present while a statement is made; what is reckoned from it stays one."""


NOW = Moment(9000, 1, 1, tzinfo=UTC)


class Given(Expression):
    """Stands in a statement for a value that is told each time."""

    def __init__(self, name: str) -> None:
        super().__init__(TextField())
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Return a place for the value."""
        return "%s", [self]


class Changing(Exception):
    """Raised where a statement cannot be kept."""


class Statement:
    """A query set with its SQL; `sql` is empty where Django sees that there can be no row."""

    def __init__(self, rows: Any) -> None:
        self.rows, self.database, self.sql = rows, rows.db, ""
        self.values: tuple[Any, ...] = ()
        self.compiler = rows.query.get_compiler(self.database)
        with suppress(EmptyResultSet):
            self.sql, self.values = self.compiler.as_sql()
        times = [value for value in self.values if isinstance(value, date) and value.year >= NOW.year - 1]
        self.lasts = not rows._prefetch_related_lookups and all(isinstance(time, Moment) for time in times)

    def told(self, given: dict[str, Any]) -> tuple[str, list[Any]]:
        """Return the SQL with its values."""
        now: Any = clock.now() if any(isinstance(v, Moment) for v in self.values) else None
        here = [now + (v - NOW) if isinstance(v, Moment) else given[v.name] if isinstance(v, Given) else v for v in self.values]
        return self.sql, here

    def ask(self, given: dict[str, Any]) -> list[Any]:
        """Return what the statement finds now."""
        if not self.sql:
            return []
        compiler, rows, told = copy(self.compiler), self.rows._clone(), self.told(given)
        compiler.connection = connections[self.database]  # the compiler was another thread's
        compiler.as_sql = lambda *_how, **_more: told
        rows.query.get_compiler = lambda *_how, **_more: compiler
        return list(rows)


def kept(build: Callable[..., Any]) -> Any:
    """Keep the statement of a function that builds a query set, and return its rows; `.statement` is the statement itself."""

    @lru_cache(MOST, typed=True)
    def made(_reader: Any, names: tuple[str, ...], *fixed: Any) -> Statement:
        with ExitStack() as shut:
            for connection in connections.all():
                shut.enter_context(connection.execute_wrapper(_refuse))
            shut.enter_context(clock.frozen(NOW))
            held = Statement(build(*fixed, **{name: Given(name) for name in names}))
        if not held.lasts:
            raise Changing
        return held

    def statement(*fixed: Any, **given: Any) -> Statement:
        try:
            return made((maybe_current(), get_language()), tuple(given), *fixed)
        except Changing:
            return Statement(build(*fixed, **given))

    asked: Any = wraps(build)(lambda *fixed, **given: statement(*fixed, **given).ask(given))
    asked.statement = statement
    return asked


def _refuse(*_statement: Any) -> Any:
    raise Changing
