"""Detection is shared by the stations: which lane has still to judge a batch is a row of that lane's (docs/adr/0013)."""

import django.contrib.postgres.fields
from django.db import migrations, models

from anlan.kit.rowsecurity import SecureTables

#: What waits now is judged by all. Pieces of the old lanes are told before any new one judges; sums are built anew.
CARRY = """
INSERT INTO telemetry_unjudged (lane, batch)
SELECT lane, id FROM telemetry_batch, unnest('{1,2,4,8,16}'::smallint[]) AS lane WHERE detected_at IS NULL;
UPDATE telemetry_untold SET lanes = 31;
DELETE FROM telemetry_detectormark;
"""
BACK = """
UPDATE telemetry_batch SET detected_at = received_at WHERE id NOT IN (SELECT batch FROM telemetry_unjudged);
UPDATE telemetry_untold SET lanes = 3;
DELETE FROM telemetry_detectormark;
"""
#: How stations are shared out changes only while no lane is about to end its turn, and no delivery its own; what waits then of those that move, and of
#: their parts, is every lane's, and what is still to be told is told before any lane goes on.
FUNCTIONS = """
CREATE FUNCTION telemetry_share_anew() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(1818324581, 0);
    WITH RECURSIVE moved(id) AS (
        SELECT coalesce(to_jsonb(NEW) ->> 'station_id', to_jsonb(NEW) ->> 'id')::bigint
        UNION SELECT s.id FROM telemetry_station s JOIN moved m ON s.part_of_id = m.id
    )
    INSERT INTO telemetry_unjudged (lane, batch, again, stations)
    SELECT lane, batch, true, (SELECT array_agg(id) FROM moved)
    FROM (SELECT DISTINCT batch FROM telemetry_unjudged) waiting, unnest('{1,2,4,8,16}'::smallint[]) AS lane
    ON CONFLICT (lane, batch) DO UPDATE SET again = true, stations = telemetry_unjudged.stations || excluded.stations;
    UPDATE telemetry_untold SET lanes = 31 WHERE id IN (SELECT id FROM telemetry_untold FOR UPDATE SKIP LOCKED);
    RETURN NULL;
END $$;
CREATE TRIGGER share_anew AFTER UPDATE OF part_of_id ON telemetry_station
    FOR EACH ROW WHEN (OLD.part_of_id IS DISTINCT FROM NEW.part_of_id) EXECUTE FUNCTION telemetry_share_anew();
CREATE TRIGGER share_anew AFTER UPDATE OF station_id, quantity ON telemetry_datastream
    FOR EACH ROW WHEN (OLD.station_id <> NEW.station_id OR OLD.quantity <> NEW.quantity) EXECUTE FUNCTION telemetry_share_anew();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('telemetry', '0020_pictures'),
    ]

    operations = [
        migrations.CreateModel(
            name='Unjudged',
            fields=[
                ('pk', models.CompositePrimaryKey('lane', 'batch', blank=True, editable=False, primary_key=True, serialize=False)),
                ('lane', models.SmallIntegerField()),
                ('batch', models.BigIntegerField()),
                ('again', models.BooleanField(db_default=False, default=False)),
                ('stations', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), null=True, size=None)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.RunSQL(CARRY, BACK),
        migrations.RemoveIndex(
            model_name='batch',
            name='batch_undetected',
        ),
        migrations.RemoveField(
            model_name='batch',
            name='detected_at',
        ),
        migrations.RemoveField(
            model_name='batch',
            name='lanes',
        ),
        migrations.AlterField(
            model_name='detectormark',
            name='hazard',
            field=models.CharField(max_length=50, primary_key=True, serialize=False),
        ),
        migrations.RunSQL(FUNCTIONS, "DROP FUNCTION telemetry_share_anew() CASCADE;"),
        SecureTables("telemetry"),
    ]
