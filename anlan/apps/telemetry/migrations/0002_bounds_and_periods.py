"""Batches know the span of their readings; datastreams know over what their sums are, and how far a first value may lie from the ladder."""

from django.db import migrations, models

SPAN = """
UPDATE telemetry_batch b SET first_at = r.first_at, last_at = r.last_at
FROM (SELECT batch, min(at) AS first_at, max(at) AS last_at FROM telemetry_reading GROUP BY batch) r WHERE r.batch = b.id;
CREATE TRIGGER forget_catalogue AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON telemetry_threshold
    FOR EACH STATEMENT EXECUTE FUNCTION telemetry_forget_catalogue();
"""


class Migration(migrations.Migration):
    dependencies = [("telemetry", "0001_initial")]
    operations = [
        migrations.AddField("batch", "first_at", models.DateTimeField(null=True)),
        migrations.AddField("batch", "last_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "datastream",
            "first_span",
            models.FloatField(blank=True, null=True, verbose_name="First value at most so far from the ladder"),
        ),
        migrations.AddField("datastream", "period", models.DurationField(blank=True, null=True, verbose_name="Sums are over")),
        migrations.RunSQL(SPAN, "DROP TRIGGER forget_catalogue ON telemetry_threshold;"),
    ]
