"""Copies of broadcasts and what was said of them go, day by day, when they are older than the city keeps them; never within 30 days."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION messages_drop_partitions(before date) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public AS $$
DECLARE
    partition text;
    dropped integer := 0;
BEGIN
    IF before > current_date - 30 THEN
        RAISE EXCEPTION 'copies of the last thirty days are never dropped';
    END IF;
    FOR partition IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent IN ('messages_word'::regclass, 'messages_parcel'::regclass)
          AND c.relname ~ '^messages_(word|parcel)_[0-9]{8}$' AND to_date(right(c.relname, 8), 'YYYYMMDD') < before
        ORDER BY c.relname
    LOOP
        EXECUTE format('DROP TABLE %I', partition);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("messages", "0009_loudspeakers")]

    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION messages_drop_partitions(date)")]
