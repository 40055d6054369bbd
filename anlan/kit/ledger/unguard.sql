DROP FUNCTION {name}_post(timestamptz, jsonb); DROP FUNCTION {name}_legs(jsonb);
DROP TRIGGER {name}_keep ON {balances}; DROP FUNCTION {name}_keep();
DROP TRIGGER {name}_carry ON {entries}; DROP FUNCTION {name}_carry();
DROP TRIGGER {name}_append_only ON {entries}; DROP FUNCTION {name}_is_append_only();
DROP SEQUENCE IF EXISTS {name}_numbers;
