-- What a ledger is guarded by. {entries} and {balances} are tables, {name} prefixes functions.
-- Balances are locked in one order, so that clerks never deadlock. All entries of a batch bear one instant, and none earlier than the last
-- of any account it touches: what stood where at an instant is then one index look-up, and the sum over all places is the same at every instant.
CREATE SEQUENCE {name}_numbers OWNED BY {entries}.number;
CREATE FUNCTION {name}_legs(moves jsonb) RETURNS TABLE
    (rank bigint, thing bigint, place varchar, other varchar, quantity numeric, area varchar, because varchar, reverses bigint)
LANGUAGE sql IMMUTABLE AS $$
    SELECT m.rank, (v->>0)::bigint, leg.*, v->>6, (v->>7)::bigint
    FROM jsonb_array_elements(moves) WITH ORDINALITY m(v, rank), LATERAL (VALUES
        (v->>1, v->>2, -(v->>5)::numeric, v->>3),
        (v->>2, v->>1, (v->>5)::numeric, v->>4)) leg(place, other, quantity, area)
$$;
ALTER TABLE {balances} SET (fillfactor = 70);
CREATE FUNCTION {name}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a ledger is append-only: % refused; post a reversal', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON {entries} FOR EACH ROW EXECUTE FUNCTION {name}_is_append_only();

CREATE FUNCTION {name}_carry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE {balances} SET quantity = quantity + NEW.quantity, at = greatest(at, NEW.at)
        WHERE place = NEW.place AND thing_id = NEW.thing_id RETURNING quantity INTO NEW.after;
    IF NOT FOUND THEN
        INSERT INTO {balances} (place, thing_id, area, quantity, at)
            VALUES (NEW.place, NEW.thing_id, NEW.area, NEW.quantity, NEW.at) RETURNING quantity INTO NEW.after;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER {name}_carry BEFORE INSERT ON {entries} FOR EACH ROW EXECUTE FUNCTION {name}_carry();

CREATE FUNCTION {name}_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (pg_trigger_depth() = 1 AND (TG_OP = 'UPDATE' OR NEW.quantity <> 0)) THEN
        RAISE EXCEPTION 'a balance follows from its entries: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.quantity < 0 AND NEW.place NOT LIKE '~%' THEN
        RAISE EXCEPTION 'below zero' USING ERRCODE = 'check_violation', CONSTRAINT = '{name}_never_below_zero',
            DETAIL = json_build_object('place', NEW.place, 'thing', NEW.thing_id, 'short', -NEW.quantity);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER {name}_keep BEFORE INSERT OR UPDATE OR DELETE ON {balances} FOR EACH ROW EXECUTE FUNCTION {name}_keep();

CREATE FUNCTION {name}_post(given timestamptz, moves jsonb) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
    moment timestamptz;
    numbers bigint[];
BEGIN
    INSERT INTO {balances} (place, thing_id, area, quantity, at)
        SELECT place, thing, min(area), 0, given FROM {name}_legs(moves) WHERE NOT EXISTS (
            SELECT 1 FROM {balances} b WHERE b.place = {name}_legs.place AND b.thing_id = {name}_legs.thing)
        GROUP BY thing, place ORDER BY thing, place ON CONFLICT DO NOTHING;
    SELECT greatest(given, max(held.at)) INTO moment FROM (
        SELECT b.at FROM {balances} b WHERE (b.place, b.thing_id) IN (SELECT place, thing FROM {name}_legs(moves))
        ORDER BY b.thing_id, b.place FOR UPDATE) held;
    SELECT array_agg(nextval('{name}_numbers')) INTO numbers FROM jsonb_array_elements(moves);
    INSERT INTO {entries} (number, at, place, other, thing_id, quantity, after, because, reverses, area)
        SELECT numbers[rank], moment, place, other, thing, quantity, 0, because, reverses, area
        FROM {name}_legs(moves) ORDER BY thing, place, rank;
    RETURN numbers;
END $$;
