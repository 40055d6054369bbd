"""A file that was altered on disk after it was stored: refused, said, journalled; and found by the daily proof."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string

from anlan.kit import files, jobs, proofs
from anlan.kit.models import Heartbeat, JournalEntry, Proof
from anlan.kit.records import unscoped
from anlan.kit.scope import Scope


@pytest.fixture
def stored(live: Scope, tmp_path: Path, settings: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path
    kept = files.store(area="441802", name="report.txt", content=io.BytesIO("处置报告".encode()))
    assert files.content_of(kept) == "处置报告".encode()
    return kept


@pytest.mark.parametrize("content", [b"", b"another report", "处置报告。".encode()])
def test_it_is_refused_and_the_refusal_is_journalled(stored: Any, content: bytes) -> None:
    files.path_of(stored.sha256).write_bytes(content)
    with pytest.raises(files.Altered):
        files.content_of(stored)
    entry = JournalEntry.objects.get(action="kit.note_altered", record_id=str(stored.pk))
    assert entry.diff["altered"] == stored.sha256
    page = render_to_string("409.html", {"refusal": files.Altered()})
    assert f"<h1>{files.Altered.heading}</h1>" in page, "nobody was faster"


@pytest.mark.parametrize("gone", [True, False])
def test_the_daily_proof_names_it(stored: Any, gone: bool) -> None:
    assert proofs.prove("stored_files").problem == ""
    path = files.path_of(stored.sha256)
    path.unlink() if gone else path.write_bytes(b"x")
    proofs.prove("stored_files")
    row = unscoped(Proof, "default").get(kind="stored_files")
    assert stored.sha256 in row.problem
    assert row.figures["altered"] == 1
    assert row.well_at is not None


def test_a_proof_that_fails_is_tried_again_after_ten_minutes_not_after_its_day(stored: Any) -> None:
    files.path_of(stored.sha256).write_bytes(b"x")
    with pytest.raises(proofs.Failed, match=stored.sha256):
        jobs.run_job("proof.stored_files", "live")
    beat = unscoped(Heartbeat, "default").get(name="proof.stored_files", world="live")
    assert not jobs.JOBS["proof.stored_files"].is_due(beat, beat.started_at + jobs.AGAIN / 2)
    assert jobs.JOBS["proof.stored_files"].is_due(beat, beat.started_at + jobs.AGAIN)
