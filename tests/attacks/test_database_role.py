"""Whoever holds the application's database role, by SQL alone: what it cannot do, said with the database's own refusal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from psycopg import errors

from anlan.apps.people import actions
from anlan.kit import journal
from anlan.kit.models import JournalEntry
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.databases import the_cluster

FORGED = "INSERT INTO kit_journalentry (seq, at, world, actor, post, area, action, record, record_id, reason, diff, cause, refused, prev_hash, hash, form)"
WIDE = "SELECT set_config('anlan.low', '', false), set_config('anlan.high', '~', false), set_config('anlan.areas', '', false)"
REFUSED = {
    "a forged entry": f"{FORGED} SELECT max(seq) + 1, now(), 'live', 'duty', '', '4418', 'x', '', '', '', '{{}}', '', false, '', '', 'sha256' FROM kit_journalentry",
    "a changed entry": "UPDATE kit_journalentry SET actor = 'nobody'",
    "a removed entry": "DELETE FROM kit_journalentry",
    "an emptied journal": "TRUNCATE kit_journalentry",
    "a trigger of its own": "CREATE TRIGGER t BEFORE INSERT ON kit_journalentry FOR EACH ROW EXECUTE FUNCTION kit_demand_entry('x')",
    "triggers switched off": "ALTER TABLE people_grant DISABLE TRIGGER USER",
    "triggers not fired": "SET session_replication_role = replica",
    "the world's mark": "INSERT INTO kit_worldmark VALUES ('exercise')",
    "the world's mark removed": "DELETE FROM kit_worldmark",
    "an emptied world": "SELECT kit_empty_exercise()",
    "another world's entry": "SELECT kit_journal_append(now(), 'exercise', 'duty', '', '', '', '[]', 'sha256')",
    "another function": "CREATE OR REPLACE FUNCTION kit_journal_text(e kit_journalentry) RETURNS text LANGUAGE sql AS 'SELECT 1::text'",
    "another role": "SET ROLE anlan_owner",
    "policies switched off": "ALTER TABLE people_post DISABLE ROW LEVEL SECURITY",
    "forgotten migrations": "DELETE FROM django_migrations",
}
#: Who somebody is, changed with no entry: refused at the end of the transaction.
UNJOURNALLED = {
    "a wider grant": "UPDATE people_grant SET over = '44' WHERE id = (SELECT min(id) FROM people_grant)",
    "a grant more": "INSERT INTO people_grant (account_id, role_id, over, sector, post_code, valid_from, reason, granted_by, created_at, changed_at)"
    " SELECT a.id, r.id, '44', '', '', now(), '', '', now(), now() FROM people_account a, people_role r LIMIT 1",
    "a grant less": "DELETE FROM people_grant WHERE id = (SELECT max(id) FROM people_grant)",
    "a stronger role": "UPDATE people_role SET permissions = ARRAY['*'] WHERE code = 'reporter'",
    "a password": "UPDATE people_account SET password = 'argon2$known' WHERE username = 'admin'",
    "a suspended account opened": "UPDATE people_account SET is_active = NOT is_active WHERE username = 'admin'",
    "a recovery code": "INSERT INTO people_recoverycode (account_id, digest, created_at, changed_at) SELECT id, 'x', now(), now() FROM people_account LIMIT 1",
    "a token": "INSERT INTO knox_authtoken (digest, token_key, user_id, created) SELECT 'x', 'y', id, now() FROM people_account LIMIT 1",
    "a second factor": "INSERT INTO otp_totp_totpdevice (name, confirmed, key, step, t0, digits, tolerance, drift, last_t, user_id, throttling_failure_count)"
    " SELECT 'x', true, 'aa', 30, 0, 6, 1, 0, -1, id, 0 FROM people_account LIMIT 1",
}


@pytest.fixture
def role(committed: None) -> Iterator[psycopg.Connection[Any]]:
    """A connection as the application's role, with the widest scope it can set for itself."""
    live = settings.DATABASES["default"]
    with psycopg.connect(host=live["HOST"], user=live["USER"], dbname=live["NAME"]) as connection:
        assert live["USER"] == "anlan_app"
        yield connection


def _digest(connection: psycopg.Connection[Any]) -> Any:
    """Return what must not change, seen by the role itself."""
    connection.execute(WIDE)
    tables = (
        "kit_journalentry",
        "people_grant",
        "people_role",
        "people_account",
        "people_recoverycode",
        "knox_authtoken",
        "otp_totp_totpdevice",
    )
    return [
        connection.execute(f"SELECT count(*), md5(string_agg(t::text, '' ORDER BY t::text)) FROM {name} t".encode()).fetchone()
        for name in tables
    ]


@pytest.mark.xdist_group("committed")
def test_the_role_forges_nothing_and_changes_no_identity_without_an_entry(role: psycopg.Connection[Any]) -> None:
    before = _digest(role)
    role.rollback()
    for what, statement in REFUSED.items():
        role.execute(WIDE)
        with pytest.raises((errors.InsufficientPrivilege, errors.RaiseException, errors.DuplicateFunction)) as refused:
            role.execute(statement.encode())
        assert refused.value.sqlstate == "42501", what
        role.rollback()
    for what, statement in UNJOURNALLED.items():
        role.execute(statement.encode())
        with pytest.raises(errors.InsufficientPrivilege, match="without a journal entry"):
            role.commit()
        role.rollback()
        assert _digest(role) == before, what
        role.rollback()


@pytest.mark.xdist_group("committed")
def test_reading_is_no_cover_for_a_change_and_another_rows_entry_is_none(role: psycopg.Connection[Any]) -> None:
    change = "UPDATE people_grant SET over = '44' WHERE id = (SELECT min(id) FROM people_grant)"
    note = """[{"area": "", "action": "x", "record": "people.grant", "record_id": "%s", "diff": %s, "refused": %s}]"""
    pk = role.execute("SELECT min(id) FROM people_grant").fetchone()
    assert pk is not None
    for record_id, diff, refused in (
        (pk[0], '{"read": [null, true]}', "false"),
        (-1, '{"over": ["a", "b"]}', "false"),
        (pk[0], '{"over": 1}', "true"),
    ):
        role.execute(change.encode())
        role.execute(
            "SELECT kit_journal_append(now(), 'live', 'x', '', '', '', %s::jsonb, 'sha256')", [note % (record_id, diff, refused)]
        )
        with pytest.raises(errors.InsufficientPrivilege):
            role.commit()
        role.rollback()


@pytest.mark.xdist_group("committed")
def test_what_the_role_can_still_do_stands_in_the_chain(role: psycopg.Connection[Any]) -> None:
    """Said in docs/limits.md: a process that holds the role can act as anybody, but only so that the journal keeps it."""
    pk = role.execute("SELECT min(id) FROM people_grant").fetchone()
    assert pk is not None
    role.execute("UPDATE people_grant SET over = '44' WHERE id = %s", pk)
    entry = f'[{{"area": "", "action": "x", "record": "people.grant", "record_id": "{pk[0]}", "diff": {{"over": 1}}, "refused": false}}]'
    role.execute("SELECT kit_journal_append(now(), 'live', 'admin', '', '', '', %s::jsonb, 'sha256')", [entry])
    role.commit()
    with entered(Scope.everything("system:test")):
        assert journal.verify().verified
        newest = JournalEntry.objects.order_by("-seq").first()
        assert newest is not None
        assert (newest.actor, newest.record_id) == ("admin", str(pk[0]))


@pytest.mark.xdist_group("committed")
@pytest.mark.parametrize("name", ["bureau_web", 'odd "name"'])
def test_no_role_by_any_name_empties_the_live_world(committed: None, name: str) -> None:
    """Rights on all tables, as a careless administrator would give them, are taken back by `anlan migrate`'s last step."""
    from anlan.kit.rowsecurity import secure

    quoted = name.replace('"', '""')
    database = settings.DATABASES["default"]["NAME"]
    with the_cluster().admin(database) as administrator:
        administrator.execute(f'CREATE ROLE "{quoted}" LOGIN'.encode())
        try:
            administrator.execute(f'GRANT ALL ON ALL TABLES IN SCHEMA public TO "{quoted}"'.encode())
            administrator.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC")
            with administrator.cursor() as cursor:
                cursor.execute("SET ROLE anlan_owner")
                secure(cursor)
                cursor.execute("RESET ROLE")
            with psycopg.connect(host=settings.DATABASES["default"]["HOST"], user=name, dbname=database) as attacker:
                for statement in (
                    "INSERT INTO kit_worldmark VALUES ('exercise')",
                    "SELECT kit_empty_exercise()",
                    REFUSED["a forged entry"],
                ):
                    with pytest.raises(errors.InsufficientPrivilege):
                        attacker.execute(statement.encode())
                    attacker.rollback()
        finally:
            administrator.execute(f'DROP OWNED BY "{quoted}"'.encode())
            administrator.execute(f'DROP ROLE "{quoted}"'.encode())


@pytest.mark.xdist_group("committed")
def test_a_world_marked_as_live_is_not_emptied_even_when_it_is_marked_as_an_exercise_too(committed: None) -> None:
    with the_cluster().admin(settings.DATABASES["default"]["NAME"]) as administrator:
        administrator.execute("INSERT INTO kit_worldmark VALUES ('live'), ('exercise')")
        with pytest.raises(errors.InsufficientPrivilege, match="refused to empty"):
            administrator.execute("SELECT kit_empty_exercise()")
    with entered(Scope.everything("system:test")):
        actions.define_role(code="still", name="x", name_en="", permissions=["a.b"])
