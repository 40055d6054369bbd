from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kit", "0014_saved_views")]

    operations = [
        migrations.RenameField("backgroundjob", "words", "message"),
        migrations.RenameField("jobfault", "cells", "values"),
    ]
