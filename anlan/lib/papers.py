"""What is written on a paper, as data: a template decides where it stands, and none of it is ever read as code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from anlan.lib.charts import Chart


@dataclass(frozen=True)
class Table:
    """A table on a sheet: its cells are texts."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""


@dataclass(frozen=True)
class Content:
    """What a paper says, in the language in force. `at` is the instant it is dated; the issuer is the letterhead's unless given."""

    title: str
    at: datetime
    body: tuple[str, ...] = ()
    to: str = ""
    signed: str = ""
    copies: str = ""
    urgency: str = ""
    issuer: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    tables: tuple[Table, ...] = ()
    #: Drawn as on a page, each with its values as a table below.
    charts: tuple[Chart, ...] = ()
    #: Lines for signatures by hand at the foot of a sheet.
    lines: tuple[str, ...] = ()
