"""Deliveries by the time of their arrival, for the page of connectors."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0007_basis_causes_forecasts")]
    operations = [migrations.AddIndex("batch", models.Index(fields=["received_at"], name="batch_received"))]
