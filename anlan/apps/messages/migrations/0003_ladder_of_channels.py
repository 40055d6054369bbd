"""The ladder of a recipient's addresses, and how many messages a channel takes a minute."""

import anlan.kit.clock
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('messages', '0002_row_security'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChannelLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Created')),
                ('changed_at', models.DateTimeField(default=anlan.kit.clock.now, editable=False, verbose_name='Changed')),
                ('channel', models.CharField(max_length=20, unique=True, verbose_name='Channel')),
                ('per_minute', models.PositiveIntegerField(verbose_name='Messages a minute')),
                ('source', models.CharField(max_length=200, verbose_name='Source')),
                ('confidence', models.CharField(blank=True, max_length=4, verbose_name='Confidence')),
            ],
            options={
                'verbose_name': 'Channel limit',
                'ordering': ['channel'],
            },
        ),
        migrations.AddField(
            model_name='receipt',
            name='answered_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='Answered'),
        ),
        migrations.AddField(
            model_name='receipt',
            name='rung',
            field=models.PositiveSmallIntegerField(default=1, verbose_name='Rung'),
        ),
        migrations.AddField(
            model_name='receipt',
            name='tried_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='Last attempt'),
        ),
        migrations.AddField(
            model_name='receipt',
            name='unreached',
            field=models.BooleanField(default=False, verbose_name='Nobody reached'),
        ),
    ]
