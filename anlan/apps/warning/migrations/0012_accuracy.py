from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('warning', '0011_brokers'),
    ]

    operations = [
        migrations.AddField(
            model_name='issuingbody',
            name='accuracy',
            field=models.CharField(choices=[('success', 'warnings that something came of'), ('pod', 'events that were warned of by their peak'), ('csi', 'hits among events and false alarms')], default='success', max_length=10, verbose_name='Formula of accuracy'),
        ),
    ]
