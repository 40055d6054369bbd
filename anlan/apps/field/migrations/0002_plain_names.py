from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("field", "0001_operations")]

    operations = [
        migrations.RenameField("operation", "told", "details"),
    ]
