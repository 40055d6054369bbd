"""The table of alarms. Row-level security."""

import anlan.kit.clock
import anlan.kit.records
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from anlan.kit.rowsecurity import SecureTables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('telemetry', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Created')),
                ('changed_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Changed')),
                ('area', anlan.kit.records.AreaField(db_collation='C', db_index=True, max_length=12, validators=[django.core.validators.RegexValidator('^\\d{2,12}$', 'Give a division code of 2 to 12 digits.')], verbose_name='Jurisdiction')),
                ('hazard', models.CharField(max_length=30, verbose_name='Hazard')),
                ('basis', models.CharField(choices=[('observed', 'Observed'), ('forecast', 'Forecast to reach'), ('silence', 'No data')], default='observed', max_length=10, verbose_name='Rests on')),
                ('level', models.PositiveSmallIntegerField(choices=[(0, 'Normal'), (1, 'Blue'), (2, 'Yellow'), (3, 'Orange'), (4, 'Red')], verbose_name='Level')),
                ('peak_level', models.PositiveSmallIntegerField(choices=[(0, 'Normal'), (1, 'Blue'), (2, 'Yellow'), (3, 'Orange'), (4, 'Red')], verbose_name='Highest level')),
                ('state', models.CharField(choices=[('raised', 'Raised'), ('acknowledged', 'Acknowledged'), ('shelved', 'Shelved'), ('returned', 'Returned to normal'), ('closed', 'Closed')], default='raised', max_length=14, verbose_name='State')),
                ('value', models.FloatField(verbose_name='Value')),
                ('threshold', models.FloatField(verbose_name='Threshold')),
                ('window_hours', models.PositiveSmallIntegerField(default=0, verbose_name='Sum over hours')),
                ('peak_value', models.FloatField(verbose_name='Peak')),
                ('reading_at', models.DateTimeField(verbose_name='Time of the reading')),
                ('began_at', models.DateTimeField(verbose_name='Began')),
                ('batch', models.BigIntegerField(blank=True, null=True, verbose_name='Batch')),
                ('raised_at', models.DateTimeField(verbose_name='Raised')),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True, verbose_name='Acknowledged')),
                ('acknowledged_by', models.CharField(blank=True, max_length=150, verbose_name='Acknowledged by')),
                ('answered_after', models.DurationField(blank=True, null=True, verbose_name='Answered after')),
                ('shelved_until', models.DateTimeField(blank=True, null=True, verbose_name='Shelved until')),
                ('shelved_by', models.CharField(blank=True, max_length=150, verbose_name='Shelved by')),
                ('shelved_reason', models.CharField(blank=True, max_length=300, verbose_name='Reason for shelving')),
                ('returned_at', models.DateTimeField(blank=True, null=True, verbose_name='Returned')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='Closed')),
                ('closed_by', models.CharField(blank=True, max_length=150, verbose_name='Closed by')),
                ('cause', models.CharField(blank=True, choices=[('danger', 'Real danger, handled'), ('threshold', 'No danger: the threshold is too low'), ('instrument', 'Fault of the gauge or the line'), ('maintenance', 'Maintenance or test'), ('other', 'Other (say what)')], max_length=12, verbose_name='Cause')),
                ('closing_remark', models.CharField(blank=True, max_length=300, verbose_name='Remark on closing')),
                ('escalated_at', models.DateTimeField(blank=True, null=True, verbose_name='Escalated')),
                ('escalation', models.PositiveSmallIntegerField(default=0, verbose_name='Escalation step')),
                ('reopened', models.PositiveSmallIntegerField(default=0, verbose_name='Came back')),
                ('group', models.BigIntegerField(blank=True, null=True, verbose_name='Group')),
                ('first_out', models.BooleanField(default=False, verbose_name='First of its group')),
                ('datastream', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='telemetry.datastream', verbose_name='Quantity')),
                ('station', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='alarms', to='telemetry.station', verbose_name='Station')),
            ],
            options={
                'verbose_name': 'Alarm',
                'ordering': ['-raised_at', '-id'],
                'indexes': [models.Index(fields=['-raised_at', '-id'], name='alarm_newest'), models.Index(fields=['created_at'], name='alarm_created'), models.Index(fields=['returned_at'], name='alarm_returned')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['raised', 'acknowledged', 'shelved'])), fields=('datastream', 'hazard', 'basis'), name='one_open_alarm')],
            },
        ),
        SecureTables("alarms"),
    ]
