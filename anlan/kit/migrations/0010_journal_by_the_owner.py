"""The owner appends to the journal, the application only asks: number, link and hash are computed where they cannot be forged."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import migrations, models


#: What `anlan.kit.journal.writing.told` says in Python, to the letter: the text that an entry's hash covers.
TEXT = """
CREATE FUNCTION kit_journal_text(entry kit_journalentry) RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
    SELECT json_build_array(
        entry.form, entry.prev_hash, entry.seq, to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), entry.world,
        entry.actor, entry.post, entry.area, entry.action, entry.record, entry.record_id, entry.reason, entry.cause, entry.refused,
        entry.txid)::text || entry.diff::text
$$;
"""
APPEND = """
CREATE FUNCTION kit_journal_append(
    at timestamptz, world text, actor text, post text, reason text, cause text, notes jsonb, form text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    here text := coalesce((SELECT max(m.world) FROM kit_worldmark m), 'live');  -- 'live' counts before 'exercise'
    entry kit_journalentry;
    note jsonb;
    number bigint;
    last text;
    began bigint;
BEGIN
    IF kit_journal_append.world IS DISTINCT FROM here THEN
        RAISE EXCEPTION 'this database holds the journal of the % world, not of the % world', here, kit_journal_append.world
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF form NOT IN ('sha256', 'sm3') THEN
        RAISE EXCEPTION 'the journal knows no hash %', form USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM pg_advisory_xact_lock(418564401518);
    SELECT e.seq, e.hash INTO number, last FROM kit_journalentry e ORDER BY e.seq DESC LIMIT 1;
    number := coalesce(number, 0);
    last := coalesce(last, repeat('0', 64));
    began := number + 1;
    FOR note IN SELECT * FROM jsonb_array_elements(notes) LOOP
        number := number + 1;
        entry.seq := number;
        entry.at := kit_journal_append.at;
        entry.world := here;
        entry.actor := kit_journal_append.actor;
        entry.post := kit_journal_append.post;
        entry.area := note->>'area';
        entry.action := note->>'action';
        entry.record := note->>'record';
        entry.record_id := note->>'record_id';
        entry.reason := kit_journal_append.reason;
        entry.diff := note->'diff';
        entry.cause := kit_journal_append.cause;
        entry.refused := (note->>'refused')::boolean;
        entry.prev_hash := last;
        entry.hash := '';
        entry.form := kit_journal_append.form;
        entry.txid := pg_current_xact_id()::text::bigint;
        IF kit_journal_append.form = 'sha256' THEN
            last := encode(sha256(convert_to(kit_journal_text(entry), 'UTF8')), 'hex');
        ELSE
            last := encode(digest(convert_to(kit_journal_text(entry), 'UTF8'), 'sm3'), 'hex');
        END IF;
        entry.hash := last;
        INSERT INTO kit_journalentry VALUES (entry.*);
    END LOOP;
    RETURN began;
END $$;
"""
#: The same as before, but never in a database that is marked as the live world, whatever else it is marked as.
EMPTY = """
CREATE OR REPLACE FUNCTION kit_empty_exercise() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    names text;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM kit_worldmark WHERE world = 'exercise')
       OR EXISTS (SELECT 1 FROM kit_worldmark WHERE world = 'live') THEN
        RAISE EXCEPTION 'this database is not an exercise world: refused to empty it' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT string_agg(format('public.%I', c.relname), ', ') INTO names
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
#: A row of an identity table changes only in a transaction that also journals it: by the row's number, or all rows of its kind at once.
#: What Django stamps by itself at a sign-in is no change of identity. Deferred, since the journal is written last.
DEMAND_ENTRY = """
CREATE FUNCTION kit_demand_any_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM kit_journalentry e
        WHERE e.seq > (SELECT max(seq) FROM kit_journalentry) - 10000 AND e.txid = pg_current_xact_id()::text::bigint
          AND NOT e.refused AND e.diff <> '{}' AND NOT e.diff ? 'read'
    ) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '%: % without a journal entry in the same transaction', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege', HINT = 'Identity changes through actions only.';
END $$;
CREATE FUNCTION kit_demand_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stamps text[] := ARRAY['last_login', 'changed_at'];
    before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - stamps END;
    after jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - stamps END;
BEGIN
    IF before IS NOT DISTINCT FROM after OR EXISTS (
        SELECT FROM kit_journalentry e
        WHERE e.record = TG_ARGV[0] AND e.record_id IN (coalesce(after, before)->>'id', '')
          AND e.txid = pg_current_xact_id()::text::bigint AND NOT e.refused AND e.diff <> '{}' AND NOT e.diff ? 'read'
    ) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% %: % without a journal entry in the same transaction', TG_TABLE_NAME, coalesce(after, before)->>'id', TG_OP
        USING ERRCODE = 'insufficient_privilege', HINT = 'Identity changes through actions only.';
END $$;
"""
UNDO = "DROP FUNCTION kit_journal_append; DROP FUNCTION kit_journal_text;"


class Migration(migrations.Migration):
    dependencies = [("kit", "0009_next_delivery")]
    operations = [
        migrations.AddField("journalentry", "form", models.CharField(default="", max_length=8, verbose_name="Form")),
        migrations.AddField("journalentry", "txid", models.BigIntegerField(null=True, verbose_name="Transaction")),
        migrations.CreateModel(
            name="Proof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40, unique=True, verbose_name="Proof")),
                ("at", models.DateTimeField(null=True, verbose_name="Last tried")),
                ("well_at", models.DateTimeField(null=True, verbose_name="Last succeeded")),
                ("seconds", models.FloatField(default=0, verbose_name="Seconds")),
                ("figures", models.JSONField(default=dict, encoder=DjangoJSONEncoder, verbose_name="Figures")),
                ("problem", models.TextField(blank=True, verbose_name="Problem")),
            ],
            options={"verbose_name": "Proof"},
        ),
        migrations.RunSQL(TEXT, migrations.RunSQL.noop),
        migrations.RunSQL(APPEND, UNDO),
        migrations.RunSQL(EMPTY, migrations.RunSQL.noop),
        migrations.RunSQL(DEMAND_ENTRY, "DROP FUNCTION kit_demand_entry, kit_demand_any_entry CASCADE"),
    ]
