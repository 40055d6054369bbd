from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("telemetry", "0010_no_span_runs_backwards")]

    operations = [
        migrations.RenameField("feed", "told", "last_result"),
    ]
