from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("radar", "0001_initial")]

    operations = [
        migrations.AddField("raingrid", "catchments", models.JSONField(blank=True, default=list, verbose_name="By catchment")),
    ]
