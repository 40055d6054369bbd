"""Row-level security on the records of messages."""

from django.db import migrations

from anlan.kit.rowsecurity import SecureTables


class Migration(migrations.Migration):
    dependencies = [("messages", "0001_initial")]
    operations = [SecureTables("messages")]
