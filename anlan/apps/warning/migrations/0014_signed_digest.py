"""What was signed is known by its digest when it is published."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("warning", "0013_source")]

    operations = [
        migrations.AddField(
            model_name="warning",
            name="signed_digest",
            field=models.CharField(blank=True, max_length=64, verbose_name="Digest of what was signed"),
        ),
    ]
