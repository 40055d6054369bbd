"""Feeds and the warnings of others are known below: a county reads what is said of the whole city, and by which feed."""

from django.db import migrations

from anlan.kit.rowsecurity import SecureTables


class Migration(migrations.Migration):
    dependencies = [("exchange", "0004_same_warning")]

    operations = [SecureTables("exchange")]
