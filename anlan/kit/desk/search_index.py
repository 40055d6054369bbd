"""The index behind the search over all desks: what a record's own search fields say, kept by triggers whoever writes.

The application cannot read it; `kit_search` (migration 0016) answers with numbers of records within the scope in force.
"""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from django.apps import apps

from anlan.kit.desk.declaration import DESKS
from anlan.kit.models import Delivery, Heartbeat, JournalEntry

#: What is written with every step and has no end.
TRACES = (JournalEntry, Delivery, Heartbeat)
BODY = """
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO kit_searchtext SELECT '{kind}', {born} FROM added;
        RETURN NULL;
    END IF;
    DELETE FROM kit_searchtext WHERE kind = '{kind}' AND record = OLD."{pk}";
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO kit_searchtext VALUES ('{kind}', {changed});
    END IF;
    RETURN NULL;
END """
#: What is added is indexed once per statement (row by row costs half as much again); a change only where what is found by it differs.
WHEN = {
    "insert": "REFERENCING NEW TABLE AS added FOR EACH STATEMENT",
    "delete": "FOR EACH ROW",
    "update": "FOR EACH ROW WHEN ({})",
}


@cache
def indexed(model: Any) -> tuple[str, ...]:
    """Return the columns of its own by which a kind of record is found; of traces, which are without number, none."""
    found = {path for desk in DESKS.values() if desk.record is model for path in desk.search if "__" not in path}
    return () if getattr(model, "is_trace", False) or model in TRACES else tuple(sorted(found))


def build(cursor: Any) -> None:
    """Put the triggers on every kind that is searched, and fill the index where what a kind is found by has changed; as the owner."""
    for model in apps.get_models():
        if columns := [cast(Any, model._meta.get_field(name)).column for name in indexed(model)]:
            _index(cursor, model._meta, columns)


def _index(cursor: Any, meta: Any, columns: list[str]) -> None:
    owned = any(field.column == "area" for field in meta.concrete_fields)
    watched = ", ".join(f'{{row}}"{column}"' for column in [*columns, *(["area"] if owned else [])])
    differs = f"({watched.format(row='OLD.')}) IS DISTINCT FROM ({watched.format(row='NEW.')})"
    body = "lower(concat_ws(E'\\n', {}))".format(", ".join(f'{{row}}"{column}"' for column in columns))
    function, kind, pk = f"kit_index_{meta.db_table}"[:63], meta.label_lower, meta.pk.column
    area = '{row}"area"' if owned else "''"
    entry = f'{{row}}"{pk}", {area}, {body}'
    text = BODY.format(kind=kind, pk=pk, born=entry.format(row=""), changed=entry.format(row="NEW."))
    cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [function])
    if cursor.fetchone() == (text,):
        return
    cursor.execute(
        f'CREATE OR REPLACE FUNCTION "{function}"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER'
        f" SET search_path = public, pg_temp AS $${text}$$"
    )
    for event, when in WHEN.items():
        cursor.execute(f'DROP TRIGGER IF EXISTS kit_index_{event} ON "{meta.db_table}"')
        cursor.execute(
            f'CREATE TRIGGER kit_index_{event} AFTER {event} ON "{meta.db_table}" {when.format(differs)} EXECUTE FUNCTION "{function}"()'
        )
    cursor.execute("DELETE FROM kit_searchtext WHERE kind = %s", [kind])
    cursor.execute(f'INSERT INTO kit_searchtext SELECT %s, {entry.format(row="")} FROM "{meta.db_table}"', [kind])
