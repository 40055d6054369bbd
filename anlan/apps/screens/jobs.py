"""Timed work of screens: the files from which a broadcaster's crawl takes its text."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

from anlan.apps.screens import queries
from anlan.kit.jobs import job
from anlan.kit.scope import current


@job(every="10 seconds", name="screens.drop_crawls")
def drop_crawls() -> None:
    """Write each crawl's text into var/outbox/crawl, whole or not at all, when it has changed; never of an exercise."""
    if current().world != "live":
        return
    folder = Path(settings.CONFIG.var) / "outbox" / "crawl"
    for screen in queries.crawls():
        text = "".join(f"{line}\n" for line in queries.crawl_lines(screen))
        file = folder / f"{screen.code}.txt"
        if file.exists() and file.read_text(encoding="utf-8") == text:
            continue
        folder.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        part.write_text(text, encoding="utf-8")
        os.replace(part, file)
