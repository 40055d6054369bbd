"""Carry a database from before monitoring became telemetry and alarms (ADR 7): its tables are renamed, nothing is copied."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.db import connections, transaction

LAST = "0010_names_in_english"
RENAME = r"""
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT c.relname AS old, c.relkind AS kind,
            regexp_replace(c.relname, '^monitoring_', CASE WHEN c.relname LIKE 'monitoring\_alarm%' THEN 'alarms_' ELSE 'telemetry_' END) AS new
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relname LIKE 'monitoring\_%' AND c.relkind IN ('r', 'p', 'i', 'I', 'S')
    LOOP
        EXECUTE format(CASE found.kind WHEN 'S' THEN 'ALTER SEQUENCE %I RENAME TO %I' WHEN 'i' THEN 'ALTER INDEX %I RENAME TO %I'
            WHEN 'I' THEN 'ALTER INDEX %I RENAME TO %I' ELSE 'ALTER TABLE %I RENAME TO %I' END, found.old, found.new);
    END LOOP;
END $$;
DROP FUNCTION telemetry_ensure_partitions(date[]);
DROP FUNCTION telemetry_forget_detectors() CASCADE;
DROP FUNCTION telemetry_forget_catalogue() CASCADE;
"""
#: Words that other tables keep of the old name. The journal keeps its own: it is never rewritten.
WORDS = """
DELETE FROM django_migrations WHERE app = 'monitoring';
INSERT INTO django_migrations (app, name, applied) VALUES ('telemetry', '0001_initial', now()), ('alarms', '0001_initial', now());
UPDATE django_content_type SET app_label = CASE model WHEN 'alarm' THEN 'alarms' ELSE 'telemetry' END WHERE app_label = 'monitoring';
UPDATE kit_outboxevent SET name = replace(name, 'monitoring.', 'alarms.') WHERE name LIKE 'monitoring.%';
UPDATE kit_storedfile SET record = CASE record WHEN 'alarms.alarm' THEN 'alarms.alarm' ELSE replace(record, 'monitoring.', 'telemetry.') END
    WHERE record LIKE 'monitoring.%';
DELETE FROM kit_heartbeat WHERE name LIKE 'monitoring.%';
UPDATE people_role SET permissions = (
    SELECT array_agg(DISTINCT p.name) FROM unnest(permissions) AS old(name), unnest(CASE
        WHEN old.name = 'monitoring.*' THEN ARRAY['telemetry.*', 'alarms.*']
        WHEN old.name LIKE 'monitoring.%_alarm' THEN ARRAY[replace(old.name, 'monitoring.', 'alarms.')]
        ELSE ARRAY[replace(old.name, 'monitoring.', 'telemetry.')] END) AS p(name))
    WHERE array_to_string(permissions, ' ') LIKE '%monitoring.%';
"""


def carry(alias: str) -> bool:
    """Rename the tables of a database that still has those of monitoring; returns whether it did. Runs as the owner, in one transaction."""
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute("SELECT max(name) FROM django_migrations WHERE app = 'monitoring'")
        last = cursor.fetchone()[0]
        if last is None:
            return False
        if last != LAST:
            raise RuntimeError(
                f"The tables stand at monitoring {last}; start the version that ends at {LAST} once, then this one."
            )
        first: Any = import_module("anlan.apps.telemetry.migrations.0001_initial")
        cursor.execute(RENAME + first.FUNCTIONS + WORDS)
    return True
