"""Row-level security on the records of people."""

from django.db import migrations

from anlan.kit.rowsecurity import SecureTables


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [SecureTables("people")]
