"""A draft of the city is no business of its counties: rows are shared downward from their publication on."""

from django.db import migrations, models

from anlan.kit.rowsecurity import SecureTables

PUBLISHED = """UPDATE warning_warningarea AS a SET published_at = w.published_at FROM warning_warning AS w WHERE w.id = a.warning_id"""


class Migration(migrations.Migration):
    dependencies = [("warning", "0002_row_security")]
    operations = [
        migrations.AddField(
            model_name="warningarea",
            name="published_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="Published"),
        ),
        migrations.RunSQL(PUBLISHED, migrations.RunSQL.noop),
        SecureTables("warning"),
    ]
