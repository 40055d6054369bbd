"""What an app above may say about a division on its page: who is responsible, what stands there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
