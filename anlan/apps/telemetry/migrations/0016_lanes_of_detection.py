from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("telemetry", "0015_control_systems")]

    operations = [migrations.AddField("batch", "lanes", models.SmallIntegerField(default=3))]
