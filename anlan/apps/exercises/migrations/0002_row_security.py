"""Row-level security on the records of exercises."""

from django.db import migrations

from anlan.kit.rowsecurity import SecureTables


class Migration(migrations.Migration):
    dependencies = [("exercises", "0001_initial")]
    operations = [SecureTables("exercises")]
