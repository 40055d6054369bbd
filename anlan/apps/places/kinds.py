"""What an app above may say about a division on its page (who is responsible, what stands there), and the grounds that it offers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from anlan.lib.registry import Registry


@dataclass(frozen=True)
class Line:
    """One line of an answer: what to read, where it leads, and a word beside it."""

    text: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Question:
    """Something that a division's page answers: `answer` takes the division's code and asks under the viewer's scope."""

    code: str
    title: Any
    answer: Callable[[str], list[Line]]
    empty: Any
    order: int = 50


QUESTIONS: Registry[Question] = Registry("questions about a division", key="code")


@dataclass(frozen=True)
class Offered:
    """A ground that something happens on: its key within its app, what it is, its outline (shapely, degrees), what it rests on, as of when.

    Without an outline none can be told, and the note says why; `station` is the code of a station that it belongs to.
    """

    key: str
    name: Any
    outline: Any
    note: Any = ""
    at: datetime | None = None
    station: str = ""


@dataclass(frozen=True)
class Grounds:
    """Grounds that an app offers to whoever must say where something is for: the swath of a storm, a stretch of a river.

    `offered` asks under the viewer's scope; `needs` is the permission to look at what they come from.
    """

    code: str
    title: Any
    needs: str
    offered: Callable[[], Iterable[Offered]]


GROUNDS: Registry[Grounds] = Registry("grounds")
