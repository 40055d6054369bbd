"""A warning goes by the ways that its drafter chose, or by all."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("warning", "0014_signed_digest")]

    operations = [
        migrations.AddField(
            model_name="warning",
            name="channels",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), blank=True, default=list, size=None, verbose_name="Goes out by"
            ),
        ),
    ]
