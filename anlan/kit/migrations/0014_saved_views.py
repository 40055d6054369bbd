"""Saved views of lists."""

import anlan.kit.clock
import anlan.kit.records
import django.core.validators
from django.db import migrations, models

from anlan.kit.rowsecurity import SecureTables


class Migration(migrations.Migration):

    dependencies = [
        ('kit', '0013_approvals'),
    ]

    operations = [
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Created')),
                ('changed_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Changed')),
                ('area', anlan.kit.records.AreaField(db_collation='C', db_index=True, max_length=12, validators=[django.core.validators.RegexValidator('^\\d{2,12}$', 'Give a division code of 2 to 12 digits.')], verbose_name='Jurisdiction')),
                ('list', models.CharField(max_length=100, verbose_name='List')),
                ('name', models.CharField(max_length=60, verbose_name='Name')),
                ('query', models.CharField(blank=True, max_length=2000, verbose_name='Filters, columns and order')),
                ('saved_by', models.CharField(max_length=150, verbose_name='Saved by')),
                ('body', models.CharField(blank=True, max_length=100, verbose_name='Shared with')),
                ('opens', models.BooleanField(default=False, verbose_name='Opens with the list')),
            ],
            options={
                'verbose_name': 'Saved view',
                'ordering': ['name', 'id'],
                'constraints': [models.UniqueConstraint(fields=('list', 'saved_by', 'name'), name='view_named_once'), models.UniqueConstraint(condition=models.Q(('opens', True)), fields=('list', 'saved_by'), name='view_opens_once')],
            },
        ),
        SecureTables('kit'),
    ]
