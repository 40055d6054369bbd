"""Guards of the kit's own tables: the journal cannot be changed or removed by anybody; rows are scoped."""

from django.db import migrations

from anlan.kit.rowsecurity import SecureTables

FORBID = """
CREATE FUNCTION kit_journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER kit_journal_no_change BEFORE UPDATE OR DELETE ON kit_journalentry
    FOR EACH ROW EXECUTE FUNCTION kit_journal_is_append_only();
CREATE TRIGGER kit_journal_no_truncate BEFORE TRUNCATE ON kit_journalentry
    FOR EACH STATEMENT EXECUTE FUNCTION kit_journal_is_append_only();
"""
ALLOW = "DROP TRIGGER kit_journal_no_truncate ON kit_journalentry; DROP TRIGGER kit_journal_no_change ON kit_journalentry; DROP FUNCTION kit_journal_is_append_only();"


class Migration(migrations.Migration):
    dependencies = [("kit", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW), SecureTables("kit")]
