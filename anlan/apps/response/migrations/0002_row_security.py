"""Row-level security on the records of response."""

from django.db import migrations

from anlan.kit.rowsecurity import SecureTables


class Migration(migrations.Migration):
    dependencies = [("response", "0001_initial")]
    operations = [SecureTables("response")]
