"""Alarms by time: the list shows the newest first, the KPIs ask for days."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0008_batch_received")]
    operations = [
        migrations.AddIndex("alarm", models.Index(fields=["-raised_at", "-id"], name="alarm_newest")),
        migrations.AddIndex("alarm", models.Index(fields=["created_at"], name="alarm_created")),
        migrations.AddIndex("alarm", models.Index(fields=["returned_at"], name="alarm_returned")),
    ]
