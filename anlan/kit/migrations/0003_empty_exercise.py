"""The owner's function that empties a database, only if the owner marked it as an exercise world."""

from django.db import migrations

CREATE = """
CREATE TABLE kit_worldmark (world text PRIMARY KEY);
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'anlan_app') THEN
        REVOKE ALL ON kit_worldmark FROM anlan_app;
    END IF;
END $$;
CREATE FUNCTION kit_empty_exercise() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    names text;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM kit_worldmark WHERE world = 'exercise') THEN
        RAISE EXCEPTION 'this database is not an exercise world: refused to empty it';
    END IF;
    SELECT string_agg(format('%I', c.relname), ', ') INTO names
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND pg_get_userbyid(c.relowner) = current_user
      AND c.relname NOT IN ('kit_worldmark', 'django_migrations', 'django_content_type', 'spatial_ref_sys')
      AND c.relname NOT LIKE 'procrastinate%';
    ALTER TABLE kit_journalentry DISABLE TRIGGER kit_journal_no_truncate;
    EXECUTE 'TRUNCATE ' || names || ' RESTART IDENTITY CASCADE';
    ALTER TABLE kit_journalentry ENABLE TRIGGER kit_journal_no_truncate;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("kit", "0002_guards")]
    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION kit_empty_exercise(); DROP TABLE kit_worldmark;")]
