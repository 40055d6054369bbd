"""A broadcast goes by some channels or by all: what named one names it in a list."""

import django.contrib.postgres.fields
from django.db import migrations, models

TAKEN_OVER = "UPDATE messages_broadcast SET channels = ARRAY[\"only\"] WHERE \"only\" <> ''"
TAKEN_BACK = 'UPDATE messages_broadcast SET "only" = channels[1] WHERE cardinality(channels) > 0'


class Migration(migrations.Migration):
    dependencies = [("messages", "0016_level_in_words")]

    operations = [
        migrations.AddField(
            model_name="broadcast",
            name="channels",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), blank=True, default=list, size=None, verbose_name="Channels"
            ),
        ),
        migrations.RunSQL(TAKEN_OVER, TAKEN_BACK),
        migrations.RemoveField(model_name="broadcast", name="only"),
    ]
