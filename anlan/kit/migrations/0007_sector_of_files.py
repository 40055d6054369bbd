"""A file belongs to the sector of the record that it is attached to."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kit", "0006_scope_as_a_case")]

    operations = [
        migrations.AddField(
            model_name="storedfile",
            name="sector",
            field=models.CharField(blank=True, max_length=60, verbose_name="Sector"),
        ),
    ]
