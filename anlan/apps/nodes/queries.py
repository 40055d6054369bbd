"""Where rows were born: a node's sequences are put into its range, and rows of unknown nodes are named."""

from __future__ import annotations

from typing import Any

from anlan.apps.nodes.models import Node
from anlan.apps.nodes.rules import born_at, keys_of

#: Every sequence that gives whole numbers of 64 bits to a column: its name, its table and column, and where it began.
SEQUENCES = """
SELECT s.seqrelid::regclass::text, d.refobjid::regclass::text, quote_ident(a.attname), s.seqstart
FROM pg_sequence s
JOIN pg_depend d ON d.objid = s.seqrelid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
JOIN pg_class c ON c.oid = s.seqrelid
WHERE s.seqtypid = 'bigint'::regtype AND c.relnamespace = 'public'::regnamespace
ORDER BY 2
"""


def claim(cursor: Any, node: int) -> int:
    """Let all sequences give keys of a node from now on; returns how many were moved. Runs as the owner, after each migration.

    A node that takes its number back goes on behind the rows that it bore before.
    """
    keys = keys_of(node)
    cursor.execute(SEQUENCES)
    strangers = [row for row in cursor.fetchall() if row[3] not in keys]
    for sequence, table, column, _start in strangers:
        cursor.execute(f"SELECT max({column}) FROM {table} WHERE {column} BETWEEN %s AND %s", [keys[0], keys[-1]])
        following = (cursor.fetchone()[0] or keys[0] - 1) + 1
        cursor.execute(f"ALTER SEQUENCE {sequence} MINVALUE {keys[0]} MAXVALUE {keys[-1]} START {keys[0]} RESTART {following}")
    return len(strangers)


def unknown(cursor: Any, node: int) -> dict[int, str]:
    """Return the nodes that bore rows here and are not known: number → a table that holds one. Asked in the scope of everything."""
    known = {node, *Node.objects.values_list("number", flat=True)}
    found: dict[int, str] = {}
    cursor.execute(SEQUENCES)
    # Asked at every start: one statement finds the tables that hold rows of others, and most installations have none.
    ends = (
        f"SELECT '{table}', '{column}', min({column}), max({column}) FROM {table}" for _s, table, column, _n in cursor.fetchall()
    )
    cursor.execute(" UNION ALL ".join(ends))
    for table, column, low, high in cursor.fetchall():
        if low is None or (low in keys_of(node) and high in keys_of(node)):
            continue
        at = 0
        while True:  # from node to node, each by one look into the index
            cursor.execute(f"SELECT min({column}) FROM {table} WHERE {column} >= %s", [at])
            key = cursor.fetchone()[0]
            if key is None:
                break
            born = born_at(key)
            if born not in known:
                found.setdefault(born, table)
            at = keys_of(born).stop
    return dict(sorted(found.items()))
