"""Systems that are told of the public feed (WebSub)."""

from django.db import migrations, models

from anlan.kit.rowsecurity import SecureTables


class Migration(migrations.Migration):
    dependencies = [("warning", "0008_rings")]

    operations = [
        migrations.CreateModel(
            name="HubSubscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("callback", models.CharField(max_length=500, unique=True, verbose_name="Callback")),
                ("host", models.CharField(max_length=255, verbose_name="Reader")),
                ("secret", models.CharField(blank=True, max_length=200)),
                ("wish", models.JSONField(null=True)),
                ("wish_at", models.DateTimeField(null=True)),
                ("wish_tries", models.PositiveSmallIntegerField(default=0)),
                ("asked_at", models.DateTimeField(verbose_name="Asked at")),
                ("until", models.DateTimeField(null=True, verbose_name="Told until")),
                ("told", models.CharField(blank=True, max_length=64)),
                ("told_at", models.DateTimeField(null=True, verbose_name="Last told")),
                ("failures", models.PositiveIntegerField(default=0, verbose_name="Failures in a row")),
                ("next_at", models.DateTimeField(null=True)),
                ("fault", models.CharField(blank=True, max_length=300, verbose_name="Last error")),
            ],
            options={"verbose_name": "Feed reader"},
        ),
        SecureTables("warning"),
    ]
