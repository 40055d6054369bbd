"""Who may speak, of which hazards and in which words; villages that are called until somebody answers."""

import anlan.kit.clock
import anlan.kit.records
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from anlan.kit.rowsecurity import SecureTables


class Migration(migrations.Migration):

    dependencies = [
        ('warning', '0003_drafts_stay_inside'),
    ]

    operations = [
        migrations.CreateModel(
            name='HazardKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Created')),
                ('changed_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Changed')),
                ('code', models.CharField(max_length=30, unique=True, verbose_name='Code')),
                ('name_zh', models.CharField(max_length=40, verbose_name='Name')),
                ('name_en', models.CharField(max_length=60, verbose_name='English name')),
                ('event_code', models.CharField(max_length=5, verbose_name='Event code')),
                ('category', models.CharField(max_length=10, verbose_name='Category')),
                ('source', models.CharField(max_length=200, verbose_name='Source')),
                ('confidence', models.CharField(blank=True, max_length=4, verbose_name='Confidence')),
            ],
            options={
                'verbose_name': 'Hazard',
                'ordering': ['event_code', 'code'],
            },
        ),
        migrations.CreateModel(
            name='IssuingBody',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Created')),
                ('changed_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Changed')),
                ('division', models.CharField(db_collation='C', max_length=12, unique=True, verbose_name='Division code')),
                ('organisation', models.CharField(max_length=60, verbose_name='Organisation')),
                ('name_zh', models.CharField(max_length=100, verbose_name='Name')),
                ('name_en', models.CharField(max_length=150, verbose_name='English name')),
                ('sender', models.CharField(max_length=100, verbose_name='Sender')),
                ('agency', models.CharField(max_length=3, verbose_name='Agency code')),
                ('contact', models.CharField(blank=True, max_length=150, verbose_name='Contact')),
                ('duty_post', models.CharField(max_length=60, verbose_name='Duty post')),
                ('source', models.CharField(max_length=200, verbose_name='Source')),
                ('confidence', models.CharField(blank=True, max_length=4, verbose_name='Confidence')),
            ],
            options={
                'verbose_name': 'Issuing body',
                'ordering': ['division'],
            },
        ),
        migrations.AddField(
            model_name='warning',
            name='issuer',
            field=models.CharField(blank=True, max_length=12, verbose_name='Issued by'),
        ),
        migrations.AddField(
            model_name='warning',
            name='onset_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='Danger from'),
        ),
        migrations.AddField(
            model_name='warning',
            name='published_xml',
            field=models.TextField(blank=True, verbose_name='CAP message as published'),
        ),
        migrations.AddField(
            model_name='warning',
            name='response',
            field=models.CharField(blank=True, max_length=10, verbose_name='Response type'),
        ),
        migrations.AlterField(
            model_name='warning',
            name='replaces',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='warning.warning', verbose_name='Replaces'),
        ),
        migrations.CreateModel(
            name='Call',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Created')),
                ('changed_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Changed')),
                ('area', anlan.kit.records.AreaField(db_collation='C', db_index=True, max_length=12, validators=[django.core.validators.RegexValidator('^\\d{2,12}$', 'Give a division code of 2 to 12 digits.')], verbose_name='Jurisdiction')),
                ('post', models.CharField(max_length=60, verbose_name='Post')),
                ('name', models.CharField(max_length=120, verbose_name='Called')),
                ('state', models.CharField(choices=[('calling', 'Calling'), ('answered', 'Answered'), ('unanswered', 'Not answered'), ('stopped', 'Called off')], default='calling', max_length=10, verbose_name='State')),
                ('called_at', models.DateTimeField(verbose_name='Called at')),
                ('due_at', models.DateTimeField(verbose_name='Answer by')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='Answered')),
                ('answered_by', models.CharField(blank=True, max_length=150, verbose_name='Answered by')),
                ('warning', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='warning.warning', verbose_name='Warning')),
            ],
            options={
                'verbose_name': 'Call',
                'ordering': ['warning_id', 'called_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='CalledVillage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Created')),
                ('changed_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Changed')),
                ('area', anlan.kit.records.AreaField(db_collation='C', db_index=True, max_length=12, validators=[django.core.validators.RegexValidator('^\\d{2,12}$', 'Give a division code of 2 to 12 digits.')], verbose_name='Jurisdiction')),
                ('name', models.CharField(max_length=100, verbose_name='Village')),
                ('population', models.PositiveIntegerField(blank=True, null=True, verbose_name='Residents')),
                ('chain', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None, verbose_name='Posts in order')),
                ('call', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='villages', to='warning.call', verbose_name='Called now')),
                ('warning', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='villages', to='warning.warning', verbose_name='Warning')),
            ],
            options={
                'verbose_name': 'Village to reach',
                'ordering': ['area'],
            },
        ),
        migrations.CreateModel(
            name='CalloutRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Created')),
                ('changed_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Changed')),
                ('hazard', models.CharField(max_length=30, verbose_name='Hazard')),
                ('level', models.PositiveSmallIntegerField(choices=[(1, 'Blue'), (2, 'Yellow'), (3, 'Orange'), (4, 'Red')], verbose_name='From level')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='Minutes to answer')),
                ('source', models.CharField(max_length=200, verbose_name='Source')),
                ('confidence', models.CharField(blank=True, max_length=4, verbose_name='Confidence')),
            ],
            options={
                'verbose_name': 'Call-out rule',
                'ordering': ['hazard', 'level'],
                'constraints': [models.UniqueConstraint(fields=('hazard', 'level'), name='one_callout_rule_per_hazard_and_level')],
            },
        ),
        migrations.CreateModel(
            name='WarningText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Created')),
                ('changed_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Changed')),
                ('hazard', models.CharField(max_length=30, verbose_name='Hazard')),
                ('level', models.PositiveSmallIntegerField(verbose_name='Level')),
                ('response', models.CharField(max_length=10, verbose_name='Response type')),
                ('headline_zh', models.CharField(max_length=150, verbose_name='Headline (Chinese)')),
                ('description_zh', models.TextField(verbose_name='Description (Chinese)')),
                ('instruction_zh', models.TextField(blank=True, verbose_name='What to do (Chinese)')),
                ('headline_en', models.CharField(max_length=200, verbose_name='Headline (English)')),
                ('description_en', models.TextField(verbose_name='Description (English)')),
                ('instruction_en', models.TextField(blank=True, verbose_name='What to do (English)')),
                ('source', models.CharField(max_length=200, verbose_name='Source')),
                ('confidence', models.CharField(blank=True, max_length=4, verbose_name='Confidence')),
            ],
            options={
                'verbose_name': 'Warning text',
                'ordering': ['hazard', 'level'],
                'constraints': [models.UniqueConstraint(fields=('hazard', 'level'), name='one_text_per_hazard_and_level')],
            },
        ),
        migrations.AddConstraint(
            model_name='call',
            constraint=models.UniqueConstraint(fields=('warning', 'post'), name='a_post_is_called_once_about_a_warning'),
        ),
        migrations.AddConstraint(
            model_name='calledvillage',
            constraint=models.UniqueConstraint(fields=('warning', 'area'), name='a_village_once_a_warning'),
        ),
        migrations.RunSQL("UPDATE warning_warning SET issuer = left(area, 6)", migrations.RunSQL.noop),
        SecureTables("warning"),
    ]
