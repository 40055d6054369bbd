"""A browser's address at its push service is longer than a number or an e-mail."""

from django.db import migrations, models

COPIES = "ALTER TABLE messages_parcel ALTER COLUMN address TYPE varchar(700)"


class Migration(migrations.Migration):
    dependencies = [("messages", "0010_drop_partitions")]

    operations = [
        migrations.AlterField("subscriber", "address", models.CharField(max_length=700, verbose_name="Address")),
        migrations.AlterField("receipt", "address", models.CharField(max_length=700, verbose_name="Address")),
        migrations.RunSQL(COPIES, migrations.RunSQL.noop),
    ]
