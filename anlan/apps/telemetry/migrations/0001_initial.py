"""The tables of telemetry; readings are partitioned by day, their partitions made by a function of the owner's. Row-level security."""

import anlan.kit.clock
import anlan.kit.records
import django.contrib.gis.db.models.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from anlan.kit.rowsecurity import SecureTables


READINGS = """CREATE TABLE telemetry_reading (
    datastream_id bigint NOT NULL,
    at timestamptz NOT NULL,
    version smallint NOT NULL,
    value double precision NOT NULL,
    flags smallint NOT NULL,
    estimated boolean NOT NULL,
    batch bigint NOT NULL,
    PRIMARY KEY (datastream_id, at, version)
) PARTITION BY RANGE (at);
CREATE INDEX telemetry_reading_batch ON telemetry_reading (batch);
ALTER TABLE telemetry_latest SET (fillfactor = 60);
"""
#: Partitions as they are needed; detectors and catalogues forget what they know when a station, datastream or threshold changes.
FUNCTIONS = """
CREATE FUNCTION telemetry_ensure_partitions(days date[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
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
                EXECUTE format('CREATE TABLE %I PARTITION OF telemetry_reading FOR VALUES FROM (%L) TO (%L)',
                               partition, d::timestamp AT TIME ZONE 'UTC', (d + 1)::timestamp AT TIME ZONE 'UTC');
            END IF;
        END IF;
    END LOOP;
END $$;
CREATE FUNCTION telemetry_forget_detectors() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE telemetry_detectormark SET token = '';
    RETURN NULL;
END $$;
CREATE TRIGGER forget_detectors AFTER INSERT OR UPDATE OR DELETE ON telemetry_threshold
    FOR EACH STATEMENT EXECUTE FUNCTION telemetry_forget_detectors();
CREATE TRIGGER forget_detectors AFTER INSERT OR UPDATE OR DELETE ON telemetry_datastream
    FOR EACH STATEMENT EXECUTE FUNCTION telemetry_forget_detectors();
CREATE FUNCTION telemetry_forget_catalogue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO telemetry_cataloguemark (id, token) VALUES (1, gen_random_uuid()::text)
    ON CONFLICT (id) DO UPDATE SET token = excluded.token;
    RETURN NULL;
END $$;
CREATE TRIGGER forget_catalogue AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON telemetry_station
    FOR EACH STATEMENT EXECUTE FUNCTION telemetry_forget_catalogue();
CREATE TRIGGER forget_catalogue AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON telemetry_datastream
    FOR EACH STATEMENT EXECUTE FUNCTION telemetry_forget_catalogue();
INSERT INTO telemetry_cataloguemark (id, token) VALUES (1, gen_random_uuid()::text) ON CONFLICT DO NOTHING;
"""
UNDO = """
DROP FUNCTION telemetry_ensure_partitions(date[]);
DROP FUNCTION telemetry_forget_detectors() CASCADE;
DROP FUNCTION telemetry_forget_catalogue() CASCADE;
DROP TABLE telemetry_reading;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('pk', models.CompositePrimaryKey('datastream_id', 'at', 'version', blank=True, editable=False, primary_key=True, serialize=False)),
                ('datastream_id', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('version', models.SmallIntegerField()),
                ('value', models.FloatField()),
                ('flags', models.SmallIntegerField()),
                ('estimated', models.BooleanField()),
                ('batch', models.BigIntegerField()),
            ],
            options={
                'db_table': 'telemetry_reading',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='CatalogueMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(max_length=36)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DetectorMark',
            fields=[
                ('hazard', models.CharField(max_length=30, primary_key=True, serialize=False)),
                ('token', models.CharField(default='', max_length=32)),
                ('head_at', models.DateTimeField(null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Latest',
            fields=[
                ('datastream_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('value', models.FloatField()),
                ('flags', models.SmallIntegerField(default=0)),
                ('estimated', models.BooleanField(default=False)),
                ('good_at', models.DateTimeField(null=True)),
                ('good_value', models.FloatField(null=True)),
                ('same_since', models.DateTimeField(null=True)),
                ('batch', models.BigIntegerField(null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Station',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Created')),
                ('changed_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Changed')),
                ('area', anlan.kit.records.AreaField(db_collation='C', db_index=True, max_length=12, validators=[django.core.validators.RegexValidator('^\\d{2,12}$', 'Give a division code of 2 to 12 digits.')], verbose_name='Jurisdiction')),
                ('code', models.CharField(max_length=40, unique=True, verbose_name='Code')),
                ('name', models.CharField(max_length=60, verbose_name='Name')),
                ('name_en', models.CharField(blank=True, max_length=100, verbose_name='English name')),
                ('kind', models.CharField(choices=[('river', 'River station'), ('reservoir', 'Reservoir station'), ('rain', 'Rain gauge')], default='river', max_length=12, verbose_name='Kind')),
                ('river', models.CharField(blank=True, max_length=60, verbose_name='River')),
                ('river_en', models.CharField(blank=True, max_length=100, verbose_name='River in English')),
                ('location', django.contrib.gis.db.models.fields.PointField(blank=True, null=True, srid=4326, verbose_name='Location')),
                ('location_precision', models.CharField(blank=True, max_length=40, verbose_name='Precision of the location')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='Note')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='Source')),
            ],
            options={
                'verbose_name': 'Station',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('connector', models.CharField(max_length=40)),
                ('sender', models.CharField(default='', max_length=150)),
                ('key', models.CharField(max_length=100, null=True, unique=True)),
                ('received_at', models.DateTimeField()),
                ('sha256', models.CharField(max_length=64)),
                ('raw', models.BinaryField(null=True)),
                ('accepted', models.PositiveIntegerField(default=0)),
                ('duplicate', models.PositiveIntegerField(default=0)),
                ('corrected', models.PositiveIntegerField(default=0)),
                ('rejected', models.PositiveIntegerField(default=0)),
                ('revised', models.PositiveIntegerField(default=0)),
                ('faults', models.JSONField(default=list)),
                ('forecasts', models.PositiveIntegerField(default=0)),
                ('detected_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('detected_at__isnull', True)), fields=['id'], name='batch_undetected'), models.Index(fields=['received_at'], name='batch_received')],
            },
        ),
        migrations.CreateModel(
            name='DetectionState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('datastream_id', models.BigIntegerField()),
                ('hazard', models.CharField(max_length=30)),
                ('level', models.SmallIntegerField(default=0)),
                ('at', models.DateTimeField()),
                ('value', models.FloatField(null=True)),
                ('clear_since', models.DateTimeField(null=True)),
                ('clear_to', models.SmallIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('datastream_id', 'hazard'), name='one_state_per_datastream_and_hazard')],
            },
        ),
        migrations.CreateModel(
            name='Forecast',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('datastream_id', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('issued_at', models.DateTimeField()),
                ('issue_stated', models.BooleanField(default=True)),
                ('value', models.FloatField()),
                ('batch', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('datastream_id', 'at', 'issued_at'), name='forecast_once_per_issue')],
            },
        ),
        migrations.CreateModel(
            name='Datastream',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Created')),
                ('changed_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Changed')),
                ('area', anlan.kit.records.AreaField(db_collation='C', db_index=True, max_length=12, validators=[django.core.validators.RegexValidator('^\\d{2,12}$', 'Give a division code of 2 to 12 digits.')], verbose_name='Jurisdiction')),
                ('quantity', models.CharField(choices=[('water_level', 'Water level'), ('flow', 'Flow'), ('rain', 'Rain')], max_length=20, verbose_name='Quantity')),
                ('stale_after', models.DurationField(verbose_name='Stale after')),
                ('step_limit', models.FloatField(blank=True, null=True, verbose_name='Greatest change in an hour')),
                ('stuck_after', models.DurationField(blank=True, null=True, verbose_name='Stuck when unchanged for')),
                ('station', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='datastreams', to='telemetry.station', verbose_name='Station')),
            ],
            options={
                'verbose_name': 'Datastream',
                'ordering': ['station_id', 'quantity'],
            },
        ),
        migrations.CreateModel(
            name='Threshold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Created')),
                ('changed_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Changed')),
                ('area', anlan.kit.records.AreaField(db_collation='C', db_index=True, max_length=12, validators=[django.core.validators.RegexValidator('^\\d{2,12}$', 'Give a division code of 2 to 12 digits.')], verbose_name='Jurisdiction')),
                ('level', models.CharField(choices=[('near', 'Near warning level'), ('warning', 'Warning level'), ('guarantee', 'Guarantee level'), ('historical_max', 'Historical maximum'), ('return_5', '5-year flood'), ('return_10', '10-year flood'), ('return_20', '20-year flood'), ('return_50', '50-year flood'), ('return_100', '100-year flood'), ('blue', 'Blue'), ('yellow', 'Yellow'), ('orange', 'Orange'), ('red', 'Red')], max_length=20, verbose_name='Rung')),
                ('window_hours', models.PositiveSmallIntegerField(default=0, verbose_name='Sum over hours')),
                ('value', models.FloatField(verbose_name='Value')),
                ('source', models.CharField(max_length=200, verbose_name='Source')),
                ('confidence', models.CharField(blank=True, max_length=4, verbose_name='Confidence')),
                ('datastream', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='thresholds', to='telemetry.datastream', verbose_name='Datastream')),
            ],
            options={
                'verbose_name': 'Threshold',
                'ordering': ['datastream_id', 'window_hours', 'value'],
            },
        ),
        migrations.AddConstraint(
            model_name='datastream',
            constraint=models.UniqueConstraint(fields=('station', 'quantity'), name='datastream_once_per_station'),
        ),
        migrations.AddConstraint(
            model_name='threshold',
            constraint=models.UniqueConstraint(fields=('datastream', 'level', 'window_hours'), name='threshold_once_per_level'),
        ),
        migrations.RunSQL(READINGS + FUNCTIONS, UNDO),
        SecureTables("telemetry"),
    ]
