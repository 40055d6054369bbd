"""The reading table, partitioned by day; partitions are made by a function of the owner's. Row-level security."""

from django.db import migrations

from anlan.kit.rowsecurity import SecureTables

READINGS = """
CREATE TABLE monitoring_reading (
    datastream_id bigint NOT NULL,
    at timestamptz NOT NULL,
    version smallint NOT NULL,
    value double precision NOT NULL,
    flags smallint NOT NULL,
    estimated boolean NOT NULL,
    batch bigint NOT NULL,
    PRIMARY KEY (datastream_id, at, version)
) PARTITION BY RANGE (at);
CREATE INDEX monitoring_reading_batch ON monitoring_reading (batch);

CREATE FUNCTION monitoring_ensure_partitions(days date[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public AS $$
DECLARE
    d date;
    partition text;
BEGIN
    FOREACH d IN ARRAY days LOOP
        partition := 'monitoring_reading_' || to_char(d, 'YYYYMMDD');
        IF to_regclass(partition) IS NULL THEN
            PERFORM pg_advisory_xact_lock(hashtext(partition));
            IF to_regclass(partition) IS NULL THEN
                EXECUTE format('CREATE TABLE %I PARTITION OF monitoring_reading FOR VALUES FROM (%L) TO (%L)',
                               partition, d::timestamp AT TIME ZONE 'UTC', (d + 1)::timestamp AT TIME ZONE 'UTC');
            END IF;
        END IF;
    END LOOP;
END $$;
"""
UNDO = "DROP FUNCTION monitoring_ensure_partitions(date[]); DROP TABLE monitoring_reading;"


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0001_initial")]
    operations = [migrations.RunSQL(READINGS, UNDO), SecureTables("monitoring")]
