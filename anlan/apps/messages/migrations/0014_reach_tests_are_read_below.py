"""A county reads what the city's reach test brought in its own villages: the test is shared downward, its receipts are not."""

from django.db import migrations

from anlan.kit.rowsecurity import SecureTables


class Migration(migrations.Migration):
    dependencies = [("messages", "0013_reach_tests")]
    operations = [SecureTables("messages")]
