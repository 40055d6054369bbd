"""What the new columns hold for old rows; and the detectors' arrays are forgotten when a threshold or datastream changes."""

from django.db import migrations

FILL = """
UPDATE monitoring_alarm SET began_at = reading_at;
UPDATE monitoring_latest SET good_at = at, good_value = value, same_since = at WHERE flags = 0;
CREATE FUNCTION monitoring_forget_detectors() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE monitoring_detectormark SET token = '';
    RETURN NULL;
END $$;
CREATE TRIGGER forget_detectors AFTER INSERT OR UPDATE OR DELETE ON monitoring_threshold
    FOR EACH STATEMENT EXECUTE FUNCTION monitoring_forget_detectors();
CREATE TRIGGER forget_detectors AFTER INSERT OR UPDATE OR DELETE ON monitoring_datastream
    FOR EACH STATEMENT EXECUTE FUNCTION monitoring_forget_detectors();
"""
UNDO = """
DROP TRIGGER forget_detectors ON monitoring_threshold;
DROP TRIGGER forget_detectors ON monitoring_datastream;
DROP FUNCTION monitoring_forget_detectors();
"""


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0004_windows_quality_life")]
    operations = [migrations.RunSQL(FILL, UNDO)]
