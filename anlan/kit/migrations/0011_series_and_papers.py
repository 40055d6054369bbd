"""Number series without gaps, and the numbers of official papers."""

import anlan.kit.clock
import anlan.kit.records
import django.core.validators
from django.db import migrations, models

from anlan.kit.rowsecurity import SecureTables


class Migration(migrations.Migration):

    dependencies = [
        ('kit', '0010_journal_by_the_owner'),
    ]

    operations = [
        migrations.CreateModel(
            name='NumberSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Created')),
                ('changed_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Changed')),
                ('code', models.CharField(db_collation='C', max_length=60, unique=True)),
                ('last', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'Number series',
            },
        ),
        migrations.CreateModel(
            name='PaperNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Created')),
                ('changed_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Changed')),
                ('area', anlan.kit.records.AreaField(db_collation='C', db_index=True, max_length=12, validators=[django.core.validators.RegexValidator('^\\d{2,12}$', 'Give a division code of 2 to 12 digits.')], verbose_name='Jurisdiction')),
                ('kind', models.CharField(max_length=100, verbose_name='Kind of paper')),
                ('number', models.CharField(max_length=60, unique=True, verbose_name='Number')),
                ('record', models.CharField(max_length=100, verbose_name='Record type')),
                ('record_id', models.CharField(max_length=64, verbose_name='Record')),
                ('sector', models.CharField(blank=True, max_length=60, verbose_name='Sector')),
                ('given_at', models.DateTimeField(verbose_name='Given at')),
                ('given_by', models.CharField(max_length=150, verbose_name='Given by')),
            ],
            options={
                'verbose_name': 'Number of a paper',
                'constraints': [models.UniqueConstraint(fields=('kind', 'record', 'record_id'), name='paper_numbered_once')],
            },
        ),
        SecureTables("kit"),
    ]
