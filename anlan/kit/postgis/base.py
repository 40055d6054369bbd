"""The connection wrapper Django looks for: tells PostgreSQL the scope before each statement that needs it.

Row-level security reads four settings (`anlan.low`, `anlan.high`, `anlan.areas`, `anlan.above`). They are sent only
when they changed, and again whenever a rollback may have taken them back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.gis.db.backends.postgis import base
from psycopg.pq import TransactionStatus

from anlan.kit.scope import maybe_current

Settings = tuple[str, str, str, str]
NOTHING: Settings = ("~", "", "", "")
SET_SCOPE = (
    "SELECT set_config('anlan.low', %s, false), set_config('anlan.high', %s, false),"
    " set_config('anlan.areas', %s, false), set_config('anlan.above', %s, false)"
)


def settings_in_force() -> Settings:
    """Return (low, high, areas, above) for the scope in force; nothing at all outside any."""
    scope = maybe_current()
    if scope is None or not scope.areas:
        return NOTHING
    areas = scope.areas
    several = ",".join(areas) if len(areas) > 1 else ""
    return (areas[0], areas[-1] + "~", several, ",".join(scope.above))


class DatabaseWrapper(base.DatabaseWrapper):
    """PostGIS connection that keeps PostgreSQL's idea of the scope equal to ours."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._told: Settings | None = None
        self._told_in_transaction = False
        self.execute_wrappers.append(self._tell_scope)

    def get_new_connection(self, conn_params: Any) -> Any:
        self._told = None
        return super().get_new_connection(conn_params)

    @contextmanager
    def copying(self) -> Iterator[Any]:
        """Open a raw psycopg cursor with the scope already told, for COPY; what it meets is raised as Django's errors."""
        self.ensure_connection()
        with self.wrap_database_errors:
            self._tell_if_changed()
            with self.connection.cursor() as cursor:
                yield cursor

    def _tell_scope(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if isinstance(sql, str) and sql.startswith("ROLLBACK TO"):
            self._told = None
        else:
            self._tell_if_changed()
        return execute(sql, params, many, context)

    def _tell_if_changed(self) -> None:
        wanted = settings_in_force()
        status = self.connection.info.transaction_status
        if status == TransactionStatus.INERROR:
            return
        lost = self._told_in_transaction and status == TransactionStatus.IDLE
        if wanted == self._told and not lost:
            return
        with self.wrap_database_errors, self.connection.cursor() as cursor:  # Django wraps what it executes itself, not this
            cursor.execute(SET_SCOPE, wanted)
        self._told = wanted
        self._told_in_transaction = self.connection.info.transaction_status != TransactionStatus.IDLE
