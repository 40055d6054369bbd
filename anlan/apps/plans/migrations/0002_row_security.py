"""Row-level security on the records of plans."""

from django.db import migrations

from anlan.kit.rowsecurity import SecureTables


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_initial")]
    operations = [SecureTables("plans")]
