"""Load a pack's rules of terms, the days that notices decide, and the articles of law."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from anlan.apps.law import actions
from anlan.apps.law.models import Article, CalendarDay, TermRule
from anlan.lib.tables import rows_of

ORDER = 5


def load(pack: Path) -> None:
    """Load law/terms.csv, days.csv and articles.jsonl.gz; a pack may have none."""
    folder = pack / "law"
    days = [
        CalendarDay(**{**row, "day": date.fromisoformat(row["day"]), "works": row["works"] == "1"})
        for row in rows_of(folder / "days.csv", optional=True)
    ]
    actions.load(
        rules=[_rule(row) for row in rows_of(folder / "terms.csv", optional=True)], days=days, articles=list(_articles(folder))
    )


def _rule(row: dict[str, str]) -> TermRule:
    read = {
        "since": date.fromisoformat(row["since"]),
        "amount": int(row["amount"]) if row["amount"] else None,
        "warn_before": int(row["warn_before"]),
        "lapses": row["lapses"] == "1",
        "pausable": row["pausable"] == "1",
        "restarts": row["restarts"] == "1",
    }
    return TermRule(**{**row, **read})


def _articles(folder: Path) -> Iterator[Article]:
    """Yield the articles: one JSON list a line, law, rank, version, chapter, order, label, text, source."""
    path = folder / "articles.jsonl.gz"
    if path.exists():
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                law, rank, version, chapter, order, label, text, source = json.loads(line)
                yield Article(
                    law=law,
                    rank=rank,
                    version=date.fromisoformat(version),
                    chapter=chapter,
                    order=order,
                    label=label,
                    text=text,
                    source=source,
                )
