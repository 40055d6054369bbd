"""What a batch says of itself, and the mark that changes with every station and datastream. Newest values are moved in place."""

from django.db import migrations, models

MARK = """
INSERT INTO monitoring_cataloguemark (id, token) VALUES (1, gen_random_uuid()::text);
CREATE FUNCTION monitoring_forget_catalogue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO monitoring_cataloguemark (id, token) VALUES (1, gen_random_uuid()::text)
    ON CONFLICT (id) DO UPDATE SET token = excluded.token;
    RETURN NULL;
END $$;
CREATE TRIGGER forget_catalogue AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON monitoring_station
    FOR EACH STATEMENT EXECUTE FUNCTION monitoring_forget_catalogue();
CREATE TRIGGER forget_catalogue AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON monitoring_datastream
    FOR EACH STATEMENT EXECUTE FUNCTION monitoring_forget_catalogue();
ALTER TABLE monitoring_latest SET (fillfactor = 60);
"""
UNDO = """
ALTER TABLE monitoring_latest RESET (fillfactor);
DROP TRIGGER forget_catalogue ON monitoring_station;
DROP TRIGGER forget_catalogue ON monitoring_datastream;
DROP FUNCTION monitoring_forget_catalogue();
"""


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0005_detector_mark")]
    operations = [
        migrations.CreateModel(
            name="CatalogueMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.CharField(max_length=36)),
            ],
            options={"abstract": False},
        ),
        migrations.AddField("batch", "faults", models.JSONField(default=list)),
        migrations.AddField("batch", "revised", models.PositiveIntegerField(default=0)),
        migrations.AddField("batch", "sender", models.CharField(default="", max_length=150)),
        migrations.RunSQL(MARK, UNDO),
    ]
