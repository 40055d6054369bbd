"""Arrays to and from PostgreSQL in its binary forms: blocks of COPY and array parameters, with no Python object a value.

Instants travel as microseconds since 2000 (lib.instants), which is what PostgreSQL itself stores.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import psycopg
from django.db import connections
from numpy.typing import NDArray
from psycopg.adapt import Dumper
from psycopg.pq import Format

Array = NDArray[Any]
#: A statement and its parameters.
Statement = tuple[str, Sequence[Any]]

SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
WIRE = {"i": ">i8", "h": ">i2", "f": ">f8", "b": "?", "t": ">i8"}
#: Kind of column → (type of its array, type of an element) in PostgreSQL's catalogue.
OIDS = {"i": (1016, 20), "h": (1005, 21), "f": (1022, 701), "b": (1000, 16), "t": (1185, 1184)}


def _layout(kinds: str) -> np.dtype[np.void]:
    """Return one row of a binary COPY: the count of fields, then each one's length and value."""
    parts: list[tuple[str, str]] = [("count", ">i2")]
    for n, kind in enumerate(kinds):
        parts += [(f"size{n}", ">i4"), (f"c{n}", WIRE[kind])]
    return np.dtype(parts)


def block(kinds: str, columns: Sequence[Array | float]) -> bytes:
    """Return columns as the content of a binary COPY; a single value stands for a whole column."""
    length = max(len(c) for c in columns if isinstance(c, np.ndarray))
    rows = np.empty(length, dtype=_layout(kinds))
    rows["count"] = len(kinds)
    for n, column in enumerate(columns):
        rows[f"size{n}"] = rows.dtype[f"c{n}"].itemsize
        rows[f"c{n}"] = column
    return SIGNATURE + rows.tobytes() + TRAILER


def copy_in(
    using: str, table: str, names: str, kinds: str, columns: Sequence[Array | float], meanwhile: Callable[[], object] = int
) -> None:
    """Copy columns into a table; `meanwhile` is done while the server works on them."""
    line = connections[using]
    with (
        line.wrap_database_errors,
        line.copying() as cursor,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.write(block(kinds, columns))
        meanwhile()


def empty(columns: Mapping[str, str], length: int = 0) -> Array:
    """Return an array for rows with these columns and kinds, as `fetch_packed` fills one."""
    return np.empty(length, dtype=[(name, np.dtype(WIRE[kind]).newbyteorder("=")) for name, kind in columns.items()])


SEND = {"i": "int8send", "h": "int2send", "f": "float8send", "b": "boolsend", "t": "timestamptz_send"}


def fetch_packed(using: str, query: str, columns: Mapping[str, str], then: Sequence[Statement] = ()) -> Array:
    """Return the rows of a query (which yields no NULL) as an array with these columns and kinds, sent as one value: COPY would send each row by itself.

    The statements of `then` are sent along and run after it.
    """
    parts = " || ".join(f"{SEND[kind]}(q.{name})" for name, kind in columns.items())
    cursor, *_others = run_together(
        using, [(f"SELECT string_agg({parts}, '') FROM ({query}) q ({', '.join(columns)})", ()), *then], binary=True
    )
    row = cursor.fetchone()
    packed = np.dtype([(name, WIRE[kind]) for name, kind in columns.items()])
    rows = np.frombuffer(row[0] if row and row[0] else b"", dtype=packed)
    return rows.astype([(name, packed[name].newbyteorder("=")) for name in columns])


class Column:
    """A whole column as one array parameter of a statement."""

    def __init__(self, kind: str, values: Array | Sequence[Any]) -> None:
        self.kind = kind
        self.values = np.asarray(values, dtype=np.dtype(WIRE[kind]))


class _ColumnDumper(Dumper):
    format = Format.BINARY

    def get_key(self, obj: Column, format: Any) -> Any:
        return (Column, obj.kind)

    def upgrade(self, obj: Column, format: Any) -> Dumper:
        made = _ColumnDumper(Column)
        made.oid = OIDS[obj.kind][0]
        return made

    def dump(self, obj: Column) -> bytes:
        head = np.array([1, 0, OIDS[obj.kind][1], len(obj.values), 1], dtype=">i4").tobytes()
        items = np.empty(len(obj.values), dtype=[("size", ">i4"), ("value", WIRE[obj.kind])])
        items["size"], items["value"] = items.dtype["value"].itemsize, obj.values
        return head + items.tobytes()


def run_together(using: str, statements: Sequence[Statement], binary: bool = False) -> list[psycopg.Cursor[Any]]:
    """Run statements, whose parameters may be Columns, one after the other in one turn to the server; returns their cursors."""
    line = connections[using]
    with line.wrap_database_errors, line.copying() as told, told.connection.pipeline():
        cursors = []
        for statement, parameters in statements:
            cursor: psycopg.Cursor[Any] = psycopg.Cursor(told.connection)
            cursor.adapters.register_dumper(Column, _ColumnDumper)
            cursor.execute(statement, parameters or None, binary=binary)
            cursors.append(cursor)
    return cursors


def notice(batch: int) -> Statement:
    """Return the statement by which detection hears, at the commit, that a batch has come in."""
    return "SELECT pg_notify('anlan_readings', %s)", [str(batch)]


def listed(items: Array | Sequence[Any]) -> str:
    """Return numbers as the text of an array literal."""
    return "{" + ",".join(map(str, items.tolist() if isinstance(items, np.ndarray) else items)) + "}"
