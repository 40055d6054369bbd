"""Row-level security, the second lock: a migration operation that puts the scope's policy on every table with an area.

The application's role owns no tables, so the policies bind it; the owner role (migrations) passes. A setting that is
missing is NULL and lets nothing through. Sub-selects are evaluated once per statement, not once per row. The planner cannot
see into a CASE and takes it to hold for one row in two: bare comparisons with settings it would take for one row in two
hundred a table, and then join and sort as if there were none. What narrows a query, and what its index serves, are the
literal bounds that the managers put beside it.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps as installed
from django.db.migrations.operations.base import Operation

IN_SCOPE = """(
    CASE WHEN area >= (SELECT current_setting('anlan.low', true)) COLLATE "C"
          AND area < (SELECT current_setting('anlan.high', true)) COLLATE "C"
         THEN (SELECT current_setting('anlan.areas', true)) = ''
              OR area ^@ ANY ((SELECT string_to_array(current_setting('anlan.areas', true), ','))::text[])
         ELSE false END)"""
FROM_ABOVE = "(area = ANY (string_to_array((SELECT current_setting('anlan.above', true)), ',')))"
#: What the application's role may not do, whatever its name and whatever was granted on all tables: table → rights withheld.
WITHHELD = {
    "kit_journalentry": "INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER",
    "kit_worldmark": "ALL",
    "kit_searchtext": "ALL",
    "django_migrations": "INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER",
}
#: Tables of libraries that say who somebody is: when a change of theirs wants an entry of any kind beside it.
IDENTITY_TABLES = (
    ("knox_authtoken", "INSERT", "true"),
    ("otp_totp_totpdevice", "INSERT", "NEW.confirmed"),
    (
        "otp_totp_totpdevice",
        "UPDATE",
        "(NEW.confirmed OR OLD.confirmed) AND (NEW.key, NEW.user_id, NEW.confirmed) IS DISTINCT FROM (OLD.key, OLD.user_id, OLD.confirmed)",
    ),
    ("otp_totp_totpdevice", "DELETE", "OLD.confirmed"),
)
GRANTEES = """
SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END
FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = %s::regclass AND a.grantee <> c.relowner
"""


def secure(cursor: Any) -> None:
    """Withhold rights and put the triggers on identity tables; the owner runs this after each migration."""
    withhold(cursor)
    for model in installed.get_models():
        if getattr(model, "demands_entry", False):
            _trigger(
                cursor,
                model._meta.db_table,
                "INSERT OR UPDATE OR DELETE",
                "true",
                f"kit_demand_entry('{model._meta.label_lower}')",
            )
    for table, event, condition in IDENTITY_TABLES:
        _trigger(cursor, table, event, condition, "kit_demand_any_entry()")


def _trigger(cursor: Any, table: str, event: str, condition: str, function: str) -> None:
    """Put a trigger on a table that waits for the end of the transaction, where the journal is written."""
    name = f"anlan_journalled_{event.split()[0].lower()}"
    cursor.execute("SELECT to_regclass(%s)", [table])
    if cursor.fetchone()[0] is None:
        return
    cursor.execute(f'DROP TRIGGER IF EXISTS {name} ON "{table}"')
    cursor.execute(
        f'CREATE CONSTRAINT TRIGGER {name} AFTER {event} ON "{table}" DEFERRABLE INITIALLY DEFERRED'
        f" FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION {function}"
    )


def withhold(cursor: Any) -> None:
    """Take from every role but the owner what only the owner's functions may do."""
    for table, rights in WITHHELD.items():
        cursor.execute(GRANTEES, [table])
        for (role,) in cursor.fetchall():
            cursor.execute(f'REVOKE {rights} ON "{table}" FROM {role}')


def overstepped(cursor: Any) -> list[str]:
    """Return the tables on which the role in force may do what is withheld from it."""
    held = []
    for table in WITHHELD:
        cursor.execute("SELECT has_table_privilege(%s, 'INSERT, UPDATE, DELETE, TRUNCATE')", [table])
        if cursor.fetchone()[0]:
            held.append(table)
    return held


class SecureTables(Operation):
    """Put row-level security on every table of an app that has an `area` column. Last operation of its migrations."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, app: str) -> None:
        self.app = app

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.app], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Row security is no part of the model state."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for model in to_state.apps.get_app_config(self.app).get_models(include_auto_created=True):
            owned = any(field.column == "area" for field in model._meta.local_fields)
            if not owned or _trait(self.app, model.__name__, "live_only"):
                continue
            table = schema_editor.quote_name(model._meta.db_table)
            schema_editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            for policy in ("anlan_scope", "anlan_above"):
                schema_editor.execute(f"DROP POLICY IF EXISTS {policy} ON {table}")
            schema_editor.execute(f"CREATE POLICY anlan_scope ON {table} USING {IN_SCOPE} WITH CHECK {IN_SCOPE}")
            if _trait(self.app, model.__name__, "shared_down"):
                # At an early migration the column may not be there yet; the one that adds it secures the tables anew.
                once = _trait(self.app, model.__name__, "shared_once")
                named = once and any(field.column == once for field in model._meta.local_fields)
                shared = f"({FROM_ABOVE} AND {schema_editor.quote_name(once)} IS NOT NULL)" if named else FROM_ABOVE
                schema_editor.execute(f"CREATE POLICY anlan_above ON {table} FOR SELECT USING {shared}")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for model in from_state.apps.get_app_config(self.app).get_models(include_auto_created=True):
            if any(field.column == "area" for field in model._meta.local_fields):
                schema_editor.execute(f"ALTER TABLE {schema_editor.quote_name(model._meta.db_table)} DISABLE ROW LEVEL SECURITY")

    def describe(self) -> str:
        return f"Row-level security on the records of {self.app}"


def _trait(app: str, name: str, trait: str) -> Any:
    """Return a trait of the installed model, None without; identity (live_only) must be readable before there is a scope."""
    try:
        return getattr(installed.get_model(app, name), trait, None)
    except LookupError:
        return None
