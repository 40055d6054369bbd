"""Values lie in the key of readings, so that those of one station stand beside each other however its day was written.

A day is written as it comes in: a station's rows lie on as many pages as it has rows. The key is in order of the station; with
the value in it the rows are not read at all, as long as the server knows that all see them: partitions are vacuumed as they grow.
"""

from django.db import migrations

KEY = """
ALTER TABLE telemetry_reading DROP CONSTRAINT telemetry_reading_pkey;
ALTER TABLE telemetry_reading ADD PRIMARY KEY (datastream_id, at, version){with_value};
"""
WITH_VALUE = " INCLUDE (value, flags, estimated)"
PARTITIONS = """
CREATE OR REPLACE FUNCTION telemetry_ensure_partitions(days date[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public AS $$
DECLARE
    d date;
    partition text;
BEGIN
    FOREACH d IN ARRAY days LOOP
        partition := 'telemetry_reading_' || to_char(d, 'YYYYMMDD');
        IF to_regclass(partition) IS NULL THEN
            PERFORM pg_advisory_xact_lock(hashtext(partition));
            IF to_regclass(partition) IS NULL THEN
                EXECUTE format('CREATE TABLE %I PARTITION OF telemetry_reading FOR VALUES FROM (%L) TO (%L){settings}',
                               partition, d::timestamp AT TIME ZONE 'UTC', (d + 1)::timestamp AT TIME ZONE 'UTC');
            END IF;
        END IF;
    END LOOP;
END $$;
"""
SETTINGS = " WITH (autovacuum_vacuum_insert_scale_factor = 0.02)"
EXISTING = """
DO $$ DECLARE partition regclass; BEGIN
    FOR partition IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'telemetry_reading'::regclass LOOP
        EXECUTE format('ALTER TABLE %s {change}', partition);
    END LOOP;
END $$;
"""
FORWARD = (
    KEY.replace("{with_value}", WITH_VALUE)
    + PARTITIONS.replace("{settings}", SETTINGS)
    + EXISTING.replace("{change}", "SET (autovacuum_vacuum_insert_scale_factor = 0.02)")
)
BACK = (
    EXISTING.replace("{change}", "RESET (autovacuum_vacuum_insert_scale_factor)")
    + PARTITIONS.replace("{settings}", "")
    + KEY.replace("{with_value}", "")
)


class Migration(migrations.Migration):

    dependencies = [("telemetry", "0023_polled_feeds")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
