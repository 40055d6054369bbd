"""A forged journal names its entry: bytes flipped in stored columns, entries removed, added, swapped; by SHA-256 and SM3."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

from anlan.apps.people import actions
from anlan.kit import journal
from anlan.kit.models import JournalEntry
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.databases import the_cluster

ROOT = Path(__file__).parents[2]
FORGERIES = {
    "diff": "UPDATE kit_journalentry SET diff = jsonb_set(diff, '{name}', '[null, \"forged\"]') WHERE seq = {n}",
    "actor": "UPDATE kit_journalentry SET actor = overlay(actor placing 'X' from 1) WHERE seq = {n}",
    "post": "UPDATE kit_journalentry SET post = post || '.' WHERE seq = {n}",
    "area": "UPDATE kit_journalentry SET area = '441802' WHERE seq = {n}",
    "action": "UPDATE kit_journalentry SET action = upper(action) WHERE seq = {n}",
    "record": "UPDATE kit_journalentry SET record_id = record_id || '1' WHERE seq = {n}",
    "reason": "UPDATE kit_journalentry SET reason = 'because' WHERE seq = {n}",
    "cause": "UPDATE kit_journalentry SET cause = 'event:1' WHERE seq = {n}",
    "time": "UPDATE kit_journalentry SET at = at + interval '1 microsecond' WHERE seq = {n}",
    "refused": "UPDATE kit_journalentry SET refused = NOT refused WHERE seq = {n}",
    "world": "UPDATE kit_journalentry SET world = 'exercise' WHERE seq = {n}",
    "hash": "UPDATE kit_journalentry SET hash = overlay(hash placing 'z' from 1) WHERE seq = {n}",
    "previous hash": "UPDATE kit_journalentry SET prev_hash = overlay(prev_hash placing 'z' from 9) WHERE seq = {n}",
    "transaction": "UPDATE kit_journalentry SET txid = txid + 1 WHERE seq = {n}",
    "form": "UPDATE kit_journalentry SET form = '' WHERE seq = {n}",
    "hash of another kind": "UPDATE kit_journalentry SET form = 'sm3' WHERE seq = {n}",
    "removed": "DELETE FROM kit_journalentry WHERE seq = {n}",
    "swapped": (
        "UPDATE kit_journalentry SET seq = -1 WHERE seq = {n}; UPDATE kit_journalentry SET seq = {n} WHERE seq = {n} + 1;"
        " UPDATE kit_journalentry SET seq = {n} + 1 WHERE seq = -1"
    ),
}


@pytest.fixture
def forger(committed: None) -> Iterator[psycopg.Connection[Any]]:
    """The databases' own administrator, with the trigger that forbids all this switched off, in a copy of the world."""
    with entered(Scope.everything("system:test")):
        for number in range(6):
            actions.define_role(code=f"t-{number}", name=f"角色{number}", name_en="", permissions=["a.b"])
        assert journal.verify().verified
        with the_cluster().admin(settings.DATABASES["default"]["NAME"]) as connection:
            connection.execute("ALTER TABLE kit_journalentry DISABLE TRIGGER USER")
            yield connection


@pytest.mark.xdist_group("committed")
def test_each_forgery_is_named_by_its_number(forger: psycopg.Connection[Any]) -> None:
    entries = journal.verify().entries
    n = entries - 3
    for what, forgery in FORGERIES.items():
        forger.execute("CREATE TABLE kept AS SELECT * FROM kit_journalentry")
        for statement in forgery.replace("{n}", str(n)).split(";"):
            forger.execute(statement.encode())
        verdict = journal.verify()
        assert (verdict.verified, verdict.broken) == (False, n), what
        assert verdict.problem
        forger.execute("DELETE FROM kit_journalentry")
        forger.execute("INSERT INTO kit_journalentry SELECT * FROM kept")
        forger.execute("DROP TABLE kept")
        assert journal.verify() == journal.Verdict(entries), what


@pytest.mark.xdist_group("committed")
@pytest.mark.parametrize(("tongue", "words"), [("en_US.UTF-8", "entry {n} does not hold"), ("C", "第 {n} 条有误：写入后被改动")])
def test_the_command_names_the_entry_in_its_readers_language_and_fails(
    forger: psycopg.Connection[Any], tongue: str, words: str
) -> None:
    n = journal.verify().entries - 2
    forger.execute(FORGERIES["actor"].replace("{n}", str(n)).encode())
    command = [sys.executable, "-m", "anlan.site.cli", "journal", "verify"]
    env = {**os.environ, "ANLAN_LIVE_NAME": settings.DATABASES["default"]["NAME"], "LC_ALL": tongue}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert words.format(n=n) in done.stderr


@pytest.mark.xdist_group("committed")
def test_each_entry_says_by_which_hash_it_is_kept(committed: None, settings: Any) -> None:
    with the_cluster().admin(settings.DATABASES["default"]["NAME"]) as owner:
        owner.execute("CREATE EXTENSION IF NOT EXISTS pgcrypto")  # `anlan migrate` does so where SM3 is set
    with entered(Scope.everything("system:test")):
        for number, algorithm in enumerate(("sha256", "sm3", "sha256")):
            settings.ANLAN_JOURNAL_HASH = algorithm
            actions.define_role(code=f"t-{number}", name="角色", name_en="", permissions=["a.b"])
            entry = JournalEntry.objects.order_by("-seq").first()
            assert entry is not None
            assert (entry.form, len(entry.hash)) == (algorithm, 64)
        assert journal.verify().verified, "one chain, two hashes"


def test_sm3_is_the_standard_one(settings: Any) -> None:
    """GB/T 32905-2016, example 1."""
    assert hashlib.new("sm3", b"abc").hexdigest() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
