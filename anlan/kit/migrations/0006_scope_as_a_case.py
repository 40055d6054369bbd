"""The scope's policy in the form that leaves the planner its estimates, on every table that has it already."""

from django.db import migrations

from anlan.kit.rowsecurity import IN_SCOPE

ANEW = f"""
DO $anew$
DECLARE secured record;
BEGIN
    FOR secured IN SELECT schemaname, tablename FROM pg_policies WHERE policyname = 'anlan_scope' LOOP
        EXECUTE format($policy$ALTER POLICY anlan_scope ON %I.%I USING {IN_SCOPE} WITH CHECK {IN_SCOPE}$policy$,
                       secured.schemaname, secured.tablename);
    END LOOP;
END $anew$"""


class Migration(migrations.Migration):
    dependencies = [("kit", "0005_files_of_records")]
    operations = [migrations.RunSQL(ANEW, migrations.RunSQL.noop)]
