"""The journal against its own owner: emptied, cut at the end, computed anew, one entry altered, heads altered; each is named in words."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.conf import settings
from django.utils.translation import override

from anlan.apps.messages.models import Message
from anlan.apps.people import actions
from anlan.kit import journal, outbox, proofs
from anlan.kit.models import JournalEntry, OutboxEvent, Proof
from anlan.kit.records import unscoped
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.databases import the_cluster
from anlan.site import journal_heads as heads
from anlan.site.config import ROOT
from anlan.site.journal_heads import Head
from anlan.site.proofs import in_words, sign_head

#: What an owner who knows the code would do so that the chain alone looks whole.
COMPUTE_ANEW = """
DO $$ DECLARE e kit_journalentry; last text := (SELECT hash FROM kit_journalentry WHERE seq = {n} - 1); BEGIN
    FOR e IN SELECT * FROM kit_journalentry WHERE seq >= {n} ORDER BY seq LOOP
        IF e.seq = {n} THEN e.actor := 'nobody'; END IF;
        e.prev_hash := last;
        last := encode(sha256(convert_to(kit_journal_text(e), 'UTF8')), 'hex');
        UPDATE kit_journalentry SET actor = e.actor, prev_hash = e.prev_hash, hash = last WHERE seq = e.seq;
    END LOOP;
END $$
"""
FORGERIES = {
    "emptied": "DELETE FROM kit_journalentry",
    "cut": "DELETE FROM kit_journalentry WHERE seq > {n}",
    "computed anew": COMPUTE_ANEW,
    "altered": "UPDATE kit_journalentry SET actor = 'nobody' WHERE seq = {n}",
}


@pytest.fixture
def kept(tmp_path: Path, settings: Any) -> Path:
    """A key and a file of heads of the test's own."""
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "journal.pem").write_bytes(key)
    settings.ANLAN_JOURNAL_KEY = str(tmp_path / "journal.pem")
    settings.ANLAN_JOURNAL_HEADS = str(tmp_path / "outside" / "heads.jsonl")
    return tmp_path / "outside" / "heads.jsonl"


@pytest.fixture
def owner(committed: None, kept: Path) -> Iterator[psycopg.Connection[Any]]:
    """The database's own administrator with the journal's triggers switched off, after two heads were signed."""
    with entered(Scope.everything("system:test")):
        for number in range(6):
            actions.define_role(code=f"t-{number}", name=f"角色{number}", name_en="", permissions=["a.b"])
            if number in (2, 5):
                proofs.prove("journal_head")
        with the_cluster().admin(settings.DATABASES["default"]["NAME"]) as connection, override("en"):
            connection.execute("ALTER TABLE kit_journalentry DISABLE TRIGGER USER")
            yield connection


@pytest.mark.xdist_group("committed")
def test_each_forgery_is_named_in_words_and_the_operators_hear_of_it(owner: psycopg.Connection[Any], kept: Path) -> None:
    count, _last = journal.tip("live")
    known = heads.read(kept.read_text().splitlines(), "live")
    assert [head.count for head in known] == [count - 3, count]
    assert journal.verify("live", known) == journal.Verdict(count)
    owner.execute("CREATE TABLE kept AS SELECT * FROM kit_journalentry")
    for what, forgery in FORGERIES.items():
        owner.execute(forgery.replace("{n}", str(count - 1)).encode())
        verdict = journal.verify("live", known)
        said = in_words(verdict)
        owner.execute("DELETE FROM kit_journalentry")
        owner.execute("INSERT INTO kit_journalentry SELECT * FROM kept")
        assert not verdict.verified, what
        assert {"emptied": "emptied", "cut": "end was cut off", "computed anew": "computed anew", "altered": "altered"}[
            what
        ] in said, said
    owner.execute(f"DELETE FROM kit_journalentry WHERE seq > {count - 1}")
    before = Message.objects.count()
    row = proofs.prove("journal_chain")
    assert "cut off" in row.problem
    assert JournalEntry.objects.filter(action="kit.report_proof").exists()
    outbox.drain("live")
    assert Message.objects.count() == before + 1
    assert "cut off" in str(Message.objects.order_by("-pk").values_list("body", flat=True)[0])
    proofs.prove("journal_chain")
    assert OutboxEvent.objects.filter(name="kit.proof_failed").count() == 1, "once a day, not once a run"


@pytest.mark.xdist_group("committed")
@pytest.mark.slow("starts three commands as processes")
def test_the_command_verifies_against_heads_that_were_kept_elsewhere(owner: psycopg.Connection[Any], kept: Path) -> None:
    public = kept.with_name("public.pem")
    public.write_text(heads.public_pem())

    def verify(*more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "anlan.site.cli", "journal", "verify", *more]
        env = {**os.environ, "ANLAN_LIVE_NAME": settings.DATABASES["default"]["NAME"], "LC_ALL": "en_US.UTF-8"}
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)

    whole = verify("--against", str(kept), "--key", str(public))
    assert (whole.returncode, "2 signed heads" in whole.stdout) == (0, True), whole.stdout + whole.stderr
    owner.execute("DELETE FROM kit_journalentry")
    assert verify().returncode == 0, "without heads nobody can know"
    emptied = verify("--against", str(kept), "--key", str(public))
    assert (emptied.returncode, "emptied" in emptied.stderr) == (1, True), emptied.stdout + emptied.stderr


def _changed(line: str, **values: Any) -> str:
    return json.dumps({**json.loads(line), **values})


ALTERED: dict[str, Callable[[str], str]] = {
    "a smaller count": lambda line: _changed(line, count=1),
    "another hash": lambda line: _changed(line, hash="0" * 64),
    "another time": lambda line: _changed(line, at="2020-01-01T00:00:00+00:00"),
    "another signature": lambda line: _changed(line, signature="A" * 86 + "=="),
    "no JSON": lambda line: line[:40],
    "no signature": lambda line: json.dumps({k: v for k, v in json.loads(line).items() if k != "signature"}),
}


@pytest.mark.parametrize("what", ALTERED)
def test_an_altered_head_is_not_believed(kept: Path, what: str) -> None:
    good = heads.sign(Head("live", 7, "a" * 64, "2026-11-28T00:00:00+00:00")).line()
    assert heads.read([good, f"Nov 28 00:00:00 host {good}"], "live")[0].count == 7, "a syslog's line is read as well"
    with pytest.raises(heads.Unbelievable, match="2"):
        heads.read([good, ALTERED[what](good)], "live")


def test_a_head_by_another_key_is_not_believed(kept: Path) -> None:
    line = heads.sign(Head("live", 7, "a" * 64, "2026-11-28T00:00:00+00:00")).line()
    other = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    with pytest.raises(heads.Unbelievable):
        heads.read([line], "live", other)


def test_heads_go_to_a_syslog_too(live: Scope, kept: Path, settings: Any) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(10)
        settings.ANLAN_JOURNAL_HEADS = f"syslog://127.0.0.1:{server.getsockname()[1]}"
        sign_head()
        line = server.recv(4096).decode()
    assert heads.read([line], "live")[0].count == journal.tip("live")[0]


def test_a_place_outside_that_does_not_answer_is_a_failed_proof(live: Scope, kept: Path, settings: Any) -> None:
    settings.ANLAN_JOURNAL_HEADS = "http://127.0.0.1:9/heads"
    row = proofs.prove("journal_head")
    assert "127.0.0.1:9" in row.problem
    assert row.well_at is None
    assert unscoped(Proof, "default").filter(kind="journal_head").count() == 1


def test_reading_the_journal_is_journalled_once_in_a_while(cast: dict[str, Any], live: Scope) -> None:
    reader = cast["city_officer"]
    reads = JournalEntry.objects.filter(actor=reader.username, diff__has_key="read", record="kit.journalentry")
    for _again in range(3):
        assert reader.client.get("/kit/journal/", {"actor": "admin"}).status_code == 200
    assert [(e.action, e.diff["query"]) for e in reads] == [("kit.read_list_journalentry", "actor=admin")]
    assert reader.client.get("/api/v1/kit/journal/").status_code == 200
    assert reads.count() == 1
    entry = JournalEntry.objects.filter(area__startswith="4418").order_by("seq").first()
    assert entry is not None
    assert reader.client.get(f"/kit/journal/{entry.seq}/").status_code == 200
    assert reads.filter(action="kit.read_journalentry", record_id=str(entry.seq)).count() == 1
