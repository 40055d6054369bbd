"""Who must approve a document, and who has."""

import anlan.kit.clock
import anlan.kit.records
import django.core.validators
from django.db import migrations, models

from anlan.kit.rowsecurity import SecureTables


class Migration(migrations.Migration):

    dependencies = [
        ('kit', '0012_background_jobs'),
    ]

    operations = [
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Created')),
                ('changed_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Changed')),
                ('area', anlan.kit.records.AreaField(db_collation='C', db_index=True, max_length=12, validators=[django.core.validators.RegexValidator('^\\d{2,12}$', 'Give a division code of 2 to 12 digits.')], verbose_name='Jurisdiction')),
                ('record', models.CharField(max_length=100, verbose_name='Record type')),
                ('record_id', models.PositiveBigIntegerField(verbose_name='Record')),
                ('round', models.PositiveSmallIntegerField(default=1, verbose_name='Round')),
                ('approved', models.BooleanField(verbose_name='Approved')),
                ('by', models.CharField(max_length=150, verbose_name='Who')),
                ('post', models.CharField(blank=True, max_length=100, verbose_name='Post')),
                ('digits', models.PositiveSmallIntegerField(default=12)),
                ('at', models.DateTimeField(verbose_name='Time')),
                ('reason', models.TextField(blank=True, verbose_name='Reason')),
            ],
            options={
                'verbose_name': 'Approval',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('approved', True)), fields=('record', 'record_id', 'round', 'by'), name='approval_once_per_person')],
            },
        ),
        migrations.CreateModel(
            name='ApprovalRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Created')),
                ('changed_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Changed')),
                ('kind', models.CharField(max_length=100, verbose_name='Kind of document')),
                ('above', models.DecimalField(decimal_places=2, default=0, max_digits=18, verbose_name='From amount (yuan)')),
                ('level', models.PositiveSmallIntegerField(choices=[(12, 'Any level'), (9, 'Town or above'), (6, 'County or above'), (4, 'City or above')], default=12, verbose_name='Level')),
                ('persons', models.PositiveSmallIntegerField(default=1, verbose_name='Persons')),
                ('basis', models.CharField(max_length=200, verbose_name='Basis')),
                ('confidence', models.CharField(blank=True, max_length=4, verbose_name='Confidence')),
            ],
            options={
                'verbose_name': 'Approval rule',
                'ordering': ['kind', 'above', '-level'],
                'constraints': [models.UniqueConstraint(fields=('kind', 'above', 'level'), name='approval_rule_once')],
            },
        ),
        SecureTables("kit"),
    ]
