from django.db import migrations, models

from anlan.kit.rowsecurity import SecureTables


class Migration(migrations.Migration):

    dependencies = [
        ('warning', '0010_standing_orders'),
    ]

    operations = [
        migrations.CreateModel(
            name='BrokerHealth',
            fields=[
                ('broker', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('tried_at', models.DateTimeField()),
                ('error', models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name='BrokerTopic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('broker', models.CharField(max_length=40)),
                ('warning', models.BigIntegerField()),
                ('identifier', models.CharField(max_length=40)),
                ('told_at', models.DateTimeField()),
            ],
        ),
        migrations.AddConstraint(
            model_name='brokertopic',
            constraint=models.UniqueConstraint(fields=('broker', 'warning'), name='one_topic_per_broker_and_warning'),
        ),
        migrations.RunSQL(
            "INSERT INTO warning_brokertopic (broker, warning, identifier, told_at)"
            " SELECT 'mqtt', warning, identifier, told_at FROM warning_captopic",
            migrations.RunSQL.noop,
        ),
        migrations.DeleteModel(name='CapTopic'),
        SecureTables("warning"),
    ]
