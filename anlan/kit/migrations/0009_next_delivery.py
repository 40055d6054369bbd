"""The next delivery is found by an index of what waits, in order: a storm of events is drained in linear time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kit", "0008_authority")]
    operations = [
        migrations.AddIndex("delivery", models.Index(fields=["id"], condition=models.Q(state="pending"), name="delivery_next"))
    ]
