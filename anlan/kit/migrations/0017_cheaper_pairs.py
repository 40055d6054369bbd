"""Pairs of letters as numbers, worked out in PL/pgSQL, whose plan is kept: writing costs a third of before.

A function in SQL was planned anew for each row, and texts cost the index twice what numbers do. Pairs over a space or the end of a
line are left out, of what is kept and of what is looked for alike; two pairs of one number are told apart by the text itself.
What is everywhere goes by the newest numbers of a kind: `= ANY` of one kind would not be read in their order.
"""

from django.db import migrations

PAIRS = """
DROP INDEX kit_searchtext_pairs;
DROP FUNCTION kit_pairs;
CREATE FUNCTION kit_pairs(body text) RETURNS int[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    pairs int[] := '{}';
    word text;
    one int;
    next int;
BEGIN
    FOREACH word IN ARRAY string_to_array(translate(body, E' \\n', E'\\n\\n'), E'\\n') LOOP
        FOR n IN 1 .. length(word) LOOP
            next := ascii(substr(word, n, 1));
            IF n > 1 THEN
                pairs := pairs || ((one << 11) # next);
            END IF;
            one := next;
        END LOOP;
    END LOOP;
    RETURN pairs;
END $$;
CREATE INDEX kit_searchtext_pairs ON kit_searchtext USING gin (kit_pairs(body));
"""
SEARCH = """
CREATE OR REPLACE FUNCTION kit_search(kinds text[], areas text[], texts text[], most int)
RETURNS TABLE (kind text, record bigint) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    low text := current_setting('anlan.low', true);
    high text := current_setting('anlan.high', true);
    within text[] := string_to_array(nullif(current_setting('anlan.areas', true), ''), ',');
    above text[] := string_to_array(current_setting('anlan.above', true), ',');
    hits int;
BEGIN
    -- What is rare is found at once, whatever its kind; only what is everywhere is asked for kind by kind, the newest first.
    FOR t IN 1 .. cardinality(texts) LOOP
        EXECUTE 'SELECT count(*) FROM (SELECT 1 FROM kit_searchtext s
                 WHERE position($1 in s.body) > 0 AND ($2 = ''{}'' OR kit_pairs(s.body) @> $2) LIMIT 500) f'
        INTO hits USING texts[t], kit_pairs(texts[t]);
        FOR n IN 1 .. CASE WHEN hits = 0 THEN 0 WHEN hits < 500 THEN 1 ELSE cardinality(kinds) END LOOP
            -- Planned for these very values: what is rare goes by the pairs, what is everywhere by the newest numbers.
            RETURN QUERY EXECUTE '
                SELECT s.kind, s.record FROM kit_searchtext s
                WHERE ' || CASE WHEN hits < 500 THEN 's.kind = ANY ($1) AND ($3 = ''{}'' OR kit_pairs(s.body) @> $3)'
                                ELSE 's.kind = ($1)[1]' END || ' AND position($2 in s.body) > 0
                    AND (SELECT a.within = '''' OR s.area = '''' OR s.area ^@ ANY (string_to_array(a.within, '',''))
                         FROM unnest($1, $4) AS a(kind, within) WHERE a.kind = s.kind)
                    AND (s.area = '''' OR s.area = ANY ($8)
                         OR (s.area >= $5 AND s.area < $6 AND ($7 IS NULL OR s.area ^@ ANY ($7))))
                ORDER BY s.record DESC LIMIT $9'
            USING CASE WHEN hits < 500 THEN kinds ELSE kinds[n:n] END, texts[t], kit_pairs(texts[t]),
                  CASE WHEN hits < 500 THEN areas ELSE areas[n:n] END, low, high, within, above,
                  CASE WHEN hits < 500 THEN 500 ELSE most END;
        END LOOP;
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("kit", "0016_search_index")]
    operations = [migrations.RunSQL(PAIRS + SEARCH, migrations.RunSQL.noop)]
