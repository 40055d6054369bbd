"""The next delivery is found by an index of what waits, in order: a storm of events is drained in linear time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kit", "0007_sector_of_files")]
    operations = [
        migrations.AddIndex("delivery", models.Index(fields=["id"], condition=models.Q(state="pending"), name="delivery_next"))
    ]
