"""How many are subscribed, by place and channel: kept by triggers, so that an audience of a million is added up from some thousand rows."""

from django.db import migrations

TABLE = """
CREATE TABLE messages_subscribed (
    area varchar(12) COLLATE "C" NOT NULL,
    channel varchar(20) NOT NULL,
    pointed boolean NOT NULL,
    n bigint NOT NULL,
    PRIMARY KEY (area, channel, pointed)
);
CREATE FUNCTION messages_count_subscribers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO messages_subscribed AS t
        SELECT area, channel, location IS NOT NULL, count(*) FROM fresh WHERE state = 'active' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (area, channel, pointed) DO UPDATE SET n = t.n + excluded.n;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO messages_subscribed AS t
        SELECT area, channel, pointed, sum(n) FROM (
            SELECT area, channel, location IS NOT NULL AS pointed, 1 AS n FROM fresh WHERE state = 'active'
            UNION ALL
            SELECT area, channel, location IS NOT NULL, -1 FROM gone WHERE state = 'active'
        ) moved GROUP BY 1, 2, 3 HAVING sum(n) <> 0 ORDER BY 1, 2, 3
        ON CONFLICT (area, channel, pointed) DO UPDATE SET n = t.n + excluded.n;
    ELSE
        INSERT INTO messages_subscribed AS t
        SELECT area, channel, location IS NOT NULL, -count(*) FROM gone WHERE state = 'active' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (area, channel, pointed) DO UPDATE SET n = t.n + excluded.n;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER count_new AFTER INSERT ON messages_subscriber
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION messages_count_subscribers();
CREATE TRIGGER count_changed AFTER UPDATE ON messages_subscriber
    REFERENCING OLD TABLE AS gone NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION messages_count_subscribers();
CREATE TRIGGER count_gone AFTER DELETE ON messages_subscriber
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION messages_count_subscribers();
INSERT INTO messages_subscribed
SELECT area, channel, location IS NOT NULL, count(*) FROM messages_subscriber WHERE state = 'active' GROUP BY 1, 2, 3;
"""
UNDO = """
DROP FUNCTION messages_count_subscribers() CASCADE;
DROP TABLE messages_subscribed;
"""


class Migration(migrations.Migration):
    dependencies = [("messages", "0007_broadcasts")]
    operations = [migrations.RunSQL(TABLE, UNDO)]
