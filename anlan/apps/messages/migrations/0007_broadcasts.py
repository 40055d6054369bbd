"""Subscribers, broadcasts, and the partitioned tables of their copies (ADR 10)."""

import anlan.kit.clock
import anlan.kit.records
import django.contrib.gis.db.models.fields
import django.core.validators
from django.db import migrations, models

from anlan.kit.rowsecurity import IN_SCOPE, SecureTables

TABLES = """
CREATE TABLE messages_parcel (
    day date NOT NULL,
    broadcast bigint NOT NULL,
    subscriber bigint NOT NULL,
    lane smallint NOT NULL,
    channel varchar(20) NOT NULL,
    area varchar(12) COLLATE "C" NOT NULL,
    address varchar(200) NOT NULL,
    language varchar(7) NOT NULL,
    state smallint NOT NULL,
    parts smallint NOT NULL DEFAULT 1,
    got bigint NOT NULL DEFAULT 0,
    attempts smallint NOT NULL DEFAULT 0,
    doubtful smallint NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL,
    taken_until timestamptz,
    changed_at timestamptz NOT NULL,
    error varchar(300) NOT NULL DEFAULT '',
    PRIMARY KEY (day, broadcast, subscriber)
) PARTITION BY RANGE (day);
CREATE INDEX messages_parcel_waiting ON messages_parcel (channel, lane, next_at, broadcast, subscriber) WHERE state = 0;
CREATE INDEX messages_parcel_taken ON messages_parcel (taken_until) WHERE state = 1;
CREATE TABLE messages_word (
    at timestamptz NOT NULL,
    day date NOT NULL,
    broadcast bigint NOT NULL,
    subscriber bigint NOT NULL,
    what smallint NOT NULL,
    part smallint NOT NULL,
    peer varchar(120) NOT NULL,
    peer_id varchar(64) NOT NULL,
    note varchar(300) NOT NULL
) PARTITION BY RANGE (at);
CREATE INDEX messages_word_peer_id ON messages_word (peer_id) WHERE what = 2;
CREATE INDEX messages_word_copy ON messages_word (broadcast, subscriber);
CREATE TABLE messages_tally (
    broadcast bigint NOT NULL,
    channel varchar(20) NOT NULL,
    state smallint NOT NULL,
    n bigint NOT NULL
);
CREATE INDEX messages_tally_broadcast ON messages_tally (broadcast);
"""
#: What was said is only ever added, by COPY, which knows no row security: it names no address. Copies are closed to whoever asks past their parent.
FUNCTIONS = """
CREATE FUNCTION messages_ensure_partitions(days date[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public AS $$
DECLARE
    d date;
    partition text;
BEGIN
    FOREACH d IN ARRAY days LOOP
        partition := 'messages_word_' || to_char(d, 'YYYYMMDD');
        IF to_regclass(partition) IS NULL THEN
            PERFORM pg_advisory_xact_lock(hashtext(partition));
            IF to_regclass(partition) IS NULL THEN
                EXECUTE format('CREATE TABLE %I PARTITION OF messages_word FOR VALUES FROM (%L) TO (%L)',
                               partition, d::timestamp AT TIME ZONE 'UTC', (d + 1)::timestamp AT TIME ZONE 'UTC');
            END IF;
        END IF;
        partition := 'messages_parcel_' || to_char(d, 'YYYYMMDD');
        IF to_regclass(partition) IS NULL THEN
            PERFORM pg_advisory_xact_lock(hashtext(partition));
            IF to_regclass(partition) IS NULL THEN
                EXECUTE format('CREATE TABLE %I PARTITION OF messages_parcel FOR VALUES FROM (%L) TO (%L)'
                               ' WITH (fillfactor = 70)', partition, d, d + 1);
                EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', partition);
            END IF;
        END IF;
    END LOOP;
END $$;
CREATE FUNCTION messages_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was said of a message is only ever added';
END $$;
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON messages_word FOR EACH STATEMENT EXECUTE FUNCTION messages_only_added();
"""
POLICIES = "".join(
    f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
    f"CREATE POLICY anlan_scope ON {table} USING {IN_SCOPE} WITH CHECK {IN_SCOPE};"
    for table in ("messages_parcel",)
)
UNDO = """
DROP TABLE messages_parcel, messages_word, messages_tally;
DROP FUNCTION messages_ensure_partitions(date[]);
DROP FUNCTION messages_only_added() CASCADE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('messages', '0006_waits_between_attempts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Broadcast',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Created')),
                ('changed_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Changed')),
                ('area', anlan.kit.records.AreaField(db_collation='C', db_index=True, max_length=12, validators=[django.core.validators.RegexValidator('^\\d{2,12}$', 'Give a division code of 2 to 12 digits.')], verbose_name='Jurisdiction')),
                ('kind', models.CharField(max_length=30, verbose_name='Kind')),
                ('subject', models.CharField(max_length=200, verbose_name='Subject')),
                ('about', models.CharField(blank=True, max_length=60, verbose_name='About')),
                ('lane', models.PositiveSmallIntegerField(choices=[(0, 'Urgent'), (1, 'Routine')], default=1, verbose_name='Lane')),
                ('texts', models.JSONField(verbose_name='Texts')),
                ('areas', models.JSONField(blank=True, default=list, verbose_name='Divisions')),
                ('outline', django.contrib.gis.db.models.fields.MultiPolygonField(blank=True, null=True, srid=4326, verbose_name='Outline')),
                ('towns', models.JSONField(blank=True, default=list)),
                ('state', models.CharField(choices=[('filling', 'Being queued'), ('sending', 'Being sent'), ('done', 'Sent to all'), ('stopped', 'Called off')], default='filling', max_length=8, verbose_name='State')),
                ('day', models.DateField(verbose_name='Day')),
                ('total', models.PositiveIntegerField(default=0, verbose_name='Addressees')),
                ('queued_at', models.DateTimeField(verbose_name='Queued at')),
                ('filled_at', models.DateTimeField(blank=True, null=True, verbose_name='All queued at')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='Ended')),
                ('expires_at', models.DateTimeField(verbose_name='Valid until')),
            ],
            options={
                'verbose_name': 'Broadcast',
                'ordering': ['-queued_at', '-id'],
                'indexes': [models.Index(fields=['about'], name='broadcast_about')],
            },
        ),
        migrations.CreateModel(
            name='LineHealth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('peer', models.CharField(max_length=120, verbose_name='Peer')),
                ('worker', models.CharField(max_length=60, verbose_name='Process')),
                ('channel', models.CharField(max_length=20, verbose_name='Channel')),
                ('state', models.CharField(max_length=20, verbose_name='State')),
                ('binds', models.PositiveSmallIntegerField(default=0, verbose_name='Connections')),
                ('waiting', models.PositiveIntegerField(default=0, verbose_name='Under way')),
                ('per_second', models.FloatField(default=0, verbose_name='Messages a second')),
                ('throttled', models.PositiveIntegerField(default=0, verbose_name='Throttled')),
                ('reconnected', models.PositiveIntegerField(default=0, verbose_name='Connected anew')),
                ('error', models.CharField(blank=True, max_length=300, verbose_name='Last error')),
                ('seen_at', models.DateTimeField(verbose_name='Last heard of')),
            ],
            options={
                'verbose_name': 'Line',
                'constraints': [models.UniqueConstraint(fields=('peer', 'worker'), name='line_per_peer_and_worker')],
            },
        ),
        migrations.CreateModel(
            name='Subscriber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Created')),
                ('changed_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Changed')),
                ('area', anlan.kit.records.AreaField(db_collation='C', db_index=True, max_length=12, validators=[django.core.validators.RegexValidator('^\\d{2,12}$', 'Give a division code of 2 to 12 digits.')], verbose_name='Jurisdiction')),
                ('channel', models.CharField(max_length=20, verbose_name='Channel')),
                ('address', models.CharField(max_length=200, verbose_name='Address')),
                ('language', models.CharField(default='zh', max_length=7, verbose_name='Language')),
                ('location', django.contrib.gis.db.models.fields.PointField(blank=True, null=True, srid=4326, verbose_name='Location')),
                ('state', models.CharField(choices=[('asked', 'Asked, not yet confirmed'), ('active', 'Subscribed'), ('ended', 'Unsubscribed')], default='asked', max_length=8, verbose_name='State')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='Wrong codes')),
                ('asked_at', models.DateTimeField(verbose_name='Asked at')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='Confirmed')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='Unsubscribed at')),
                ('synthetic', models.BooleanField(default=False, verbose_name='Synthetic')),
            ],
            options={
                'verbose_name': 'Subscriber',
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('state', 'active')), fields=['area', 'channel'], name='subscriber_active'), models.Index(fields=['address'], name='subscriber_address')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['asked', 'active'])), fields=('channel', 'address', 'area'), name='one_subscription_per_place')],
            },
        ),
        SecureTables("messages"),
        migrations.RunSQL(TABLES + FUNCTIONS + POLICIES, UNDO),
    ]
