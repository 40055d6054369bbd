"""Receipts, issues, transfers and counts of a depot, with their lines."""

import anlan.kit.clock
import anlan.kit.records
import django.core.validators
import django.db.models.deletion
from decimal import Decimal
from django.db import migrations, models

from anlan.kit.rowsecurity import SecureTables


class Migration(migrations.Migration):

    dependencies = [
        ('supplies', '0001_depots_and_stock'),
        ('kit', '0013_approvals'),
    ]

    operations = [
        migrations.AlterField(
            model_name='stock',
            name='quantity',
            field=models.DecimalField(decimal_places=3, max_digits=18, verbose_name='Amount'),
        ),
        migrations.AlterField(
            model_name='stockbalance',
            name='quantity',
            field=models.DecimalField(decimal_places=3, max_digits=18, verbose_name='Amount'),
        ),
        migrations.CreateModel(
            name='Count',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Created')),
                ('changed_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Changed')),
                ('area', anlan.kit.records.AreaField(db_collation='C', db_index=True, max_length=12, validators=[django.core.validators.RegexValidator('^\\d{2,12}$', 'Give a division code of 2 to 12 digits.')], verbose_name='Jurisdiction')),
                ('number', models.CharField(blank=True, db_collation='C', max_length=60, verbose_name='Number')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Waiting for approval'), ('sent_back', 'Sent back'), ('approved', 'Approved'), ('posted', 'Posted'), ('voided', 'Voided')], default='draft', max_length=10, verbose_name='State')),
                ('round', models.PositiveSmallIntegerField(default=1, editable=False, verbose_name='Round')),
                ('drafted_by', models.CharField(max_length=150, verbose_name='Drafted by')),
                ('submitted_by', models.CharField(blank=True, max_length=150, verbose_name='Submitted by')),
                ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='Submitted at')),
                ('posted_by', models.CharField(blank=True, max_length=150, verbose_name='Posted by')),
                ('posted_at', models.DateTimeField(blank=True, null=True, verbose_name='Posted at')),
                ('remark', models.CharField(blank=True, max_length=300, verbose_name='Remark')),
                ('depot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='supplies.depot', verbose_name='Depot')),
                ('voids', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='counter', to='supplies.count', verbose_name='Voids')),
            ],
            options={
                'verbose_name': 'Stock count',
                'ordering': ['-id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CountLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Created')),
                ('changed_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Changed')),
                ('area', anlan.kit.records.AreaField(db_collation='C', db_index=True, max_length=12, validators=[django.core.validators.RegexValidator('^\\d{2,12}$', 'Give a division code of 2 to 12 digits.')], verbose_name='Jurisdiction')),
                ('number', models.PositiveSmallIntegerField(verbose_name='Line')),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=18, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='Amount counted')),
                ('cause', models.CharField(blank=True, max_length=200, verbose_name='Cause of a difference')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='supplies.count')),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='supplies.lot', verbose_name='Lot')),
            ],
            options={
                'verbose_name': 'Line',
                'ordering': ['number'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Issue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Created')),
                ('changed_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Changed')),
                ('area', anlan.kit.records.AreaField(db_collation='C', db_index=True, max_length=12, validators=[django.core.validators.RegexValidator('^\\d{2,12}$', 'Give a division code of 2 to 12 digits.')], verbose_name='Jurisdiction')),
                ('number', models.CharField(blank=True, db_collation='C', max_length=60, verbose_name='Number')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Waiting for approval'), ('sent_back', 'Sent back'), ('approved', 'Approved'), ('posted', 'Posted'), ('voided', 'Voided')], default='draft', max_length=10, verbose_name='State')),
                ('round', models.PositiveSmallIntegerField(default=1, editable=False, verbose_name='Round')),
                ('drafted_by', models.CharField(max_length=150, verbose_name='Drafted by')),
                ('submitted_by', models.CharField(blank=True, max_length=150, verbose_name='Submitted by')),
                ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='Submitted at')),
                ('posted_by', models.CharField(blank=True, max_length=150, verbose_name='Posted by')),
                ('posted_at', models.DateTimeField(blank=True, null=True, verbose_name='Posted at')),
                ('remark', models.CharField(blank=True, max_length=300, verbose_name='Remark')),
                ('receiver', models.CharField(max_length=100, verbose_name='Receiver')),
                ('purpose', models.CharField(max_length=200, verbose_name='Purpose')),
                ('depot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='supplies.depot', verbose_name='Depot')),
                ('voids', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='counter', to='supplies.issue', verbose_name='Voids')),
            ],
            options={
                'verbose_name': 'Goods issue',
                'ordering': ['-id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='IssueLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Created')),
                ('changed_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Changed')),
                ('area', anlan.kit.records.AreaField(db_collation='C', db_index=True, max_length=12, validators=[django.core.validators.RegexValidator('^\\d{2,12}$', 'Give a division code of 2 to 12 digits.')], verbose_name='Jurisdiction')),
                ('number', models.PositiveSmallIntegerField(verbose_name='Line')),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=18, validators=[django.core.validators.MinValueValidator(Decimal('0.001'))], verbose_name='Amount')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='supplies.issue')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='supplies.item', verbose_name='Item')),
            ],
            options={
                'verbose_name': 'Line',
                'ordering': ['number'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Created')),
                ('changed_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Changed')),
                ('area', anlan.kit.records.AreaField(db_collation='C', db_index=True, max_length=12, validators=[django.core.validators.RegexValidator('^\\d{2,12}$', 'Give a division code of 2 to 12 digits.')], verbose_name='Jurisdiction')),
                ('number', models.CharField(blank=True, db_collation='C', max_length=60, verbose_name='Number')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Waiting for approval'), ('sent_back', 'Sent back'), ('approved', 'Approved'), ('posted', 'Posted'), ('voided', 'Voided')], default='draft', max_length=10, verbose_name='State')),
                ('round', models.PositiveSmallIntegerField(default=1, editable=False, verbose_name='Round')),
                ('drafted_by', models.CharField(max_length=150, verbose_name='Drafted by')),
                ('submitted_by', models.CharField(blank=True, max_length=150, verbose_name='Submitted by')),
                ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='Submitted at')),
                ('posted_by', models.CharField(blank=True, max_length=150, verbose_name='Posted by')),
                ('posted_at', models.DateTimeField(blank=True, null=True, verbose_name='Posted at')),
                ('remark', models.CharField(blank=True, max_length=300, verbose_name='Remark')),
                ('supplier', models.CharField(max_length=100, verbose_name='Supplier')),
                ('depot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='supplies.depot', verbose_name='Depot')),
                ('voids', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='counter', to='supplies.receipt', verbose_name='Voids')),
            ],
            options={
                'verbose_name': 'Goods receipt',
                'ordering': ['-id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReceiptLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Created')),
                ('changed_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Changed')),
                ('area', anlan.kit.records.AreaField(db_collation='C', db_index=True, max_length=12, validators=[django.core.validators.RegexValidator('^\\d{2,12}$', 'Give a division code of 2 to 12 digits.')], verbose_name='Jurisdiction')),
                ('number', models.PositiveSmallIntegerField(verbose_name='Line')),
                ('batch', models.CharField(max_length=60, verbose_name='Batch')),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=18, validators=[django.core.validators.MinValueValidator(Decimal('0.001'))], verbose_name='Amount')),
                ('price', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='Unit price (yuan)')),
                ('made_on', models.DateField(blank=True, null=True, verbose_name='Made on')),
                ('expires_on', models.DateField(blank=True, null=True, verbose_name='Expires on')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='supplies.receipt')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='supplies.item', verbose_name='Item')),
            ],
            options={
                'verbose_name': 'Line',
                'ordering': ['number'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Created')),
                ('changed_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Changed')),
                ('area', anlan.kit.records.AreaField(db_collation='C', db_index=True, max_length=12, validators=[django.core.validators.RegexValidator('^\\d{2,12}$', 'Give a division code of 2 to 12 digits.')], verbose_name='Jurisdiction')),
                ('number', models.CharField(blank=True, db_collation='C', max_length=60, verbose_name='Number')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Waiting for approval'), ('sent_back', 'Sent back'), ('approved', 'Approved'), ('posted', 'Posted'), ('voided', 'Voided')], default='draft', max_length=10, verbose_name='State')),
                ('round', models.PositiveSmallIntegerField(default=1, editable=False, verbose_name='Round')),
                ('drafted_by', models.CharField(max_length=150, verbose_name='Drafted by')),
                ('submitted_by', models.CharField(blank=True, max_length=150, verbose_name='Submitted by')),
                ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='Submitted at')),
                ('posted_by', models.CharField(blank=True, max_length=150, verbose_name='Posted by')),
                ('posted_at', models.DateTimeField(blank=True, null=True, verbose_name='Posted at')),
                ('remark', models.CharField(blank=True, max_length=300, verbose_name='Remark')),
                ('depot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='supplies.depot', verbose_name='Depot')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='supplies.depot', verbose_name='To depot')),
                ('voids', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='counter', to='supplies.transfer', verbose_name='Voids')),
            ],
            options={
                'verbose_name': 'Stock transfer',
                'ordering': ['-id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TransferLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Created')),
                ('changed_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Changed')),
                ('area', anlan.kit.records.AreaField(db_collation='C', db_index=True, max_length=12, validators=[django.core.validators.RegexValidator('^\\d{2,12}$', 'Give a division code of 2 to 12 digits.')], verbose_name='Jurisdiction')),
                ('number', models.PositiveSmallIntegerField(verbose_name='Line')),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=18, validators=[django.core.validators.MinValueValidator(Decimal('0.001'))], verbose_name='Amount')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='supplies.transfer')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='supplies.item', verbose_name='Item')),
            ],
            options={
                'verbose_name': 'Line',
                'ordering': ['number'],
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='count',
            index=models.Index(condition=models.Q(('state', 'submitted')), fields=['submitted_at'], name='supplies_count_waiting'),
        ),
        migrations.AddConstraint(
            model_name='count',
            constraint=models.UniqueConstraint(models.F('number'), condition=models.Q(('number', ''), _negated=True), name='supplies_count_numbered_once'),
        ),
        migrations.AddIndex(
            model_name='issue',
            index=models.Index(condition=models.Q(('state', 'submitted')), fields=['submitted_at'], name='supplies_issue_waiting'),
        ),
        migrations.AddConstraint(
            model_name='issue',
            constraint=models.UniqueConstraint(models.F('number'), condition=models.Q(('number', ''), _negated=True), name='supplies_issue_numbered_once'),
        ),
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(condition=models.Q(('state', 'submitted')), fields=['submitted_at'], name='supplies_receipt_waiting'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.UniqueConstraint(models.F('number'), condition=models.Q(('number', ''), _negated=True), name='supplies_receipt_numbered_once'),
        ),
        migrations.AddIndex(
            model_name='transfer',
            index=models.Index(condition=models.Q(('state', 'submitted')), fields=['submitted_at'], name='supplies_transfer_waiting'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.UniqueConstraint(models.F('number'), condition=models.Q(('number', ''), _negated=True), name='supplies_transfer_numbered_once'),
        ),
        SecureTables("supplies"),
    ]
