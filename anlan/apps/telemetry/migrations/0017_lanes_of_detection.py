from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("telemetry", "0016_plain_level")]

    operations = [migrations.AddField("batch", "lanes", models.SmallIntegerField(default=3))]
