"""Row-level security on the records of warning."""

from django.db import migrations

from anlan.kit.rowsecurity import SecureTables


class Migration(migrations.Migration):
    dependencies = [("warning", "0001_initial")]
    operations = [SecureTables("warning")]
