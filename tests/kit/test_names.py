"""Names of codes: held for a minute, a code that they lack asked for again soon."""

from __future__ import annotations

from typing import Any

import pytest

from anlan.kit import names
from anlan.kit.scope import Scope


def test_a_name_is_held_for_a_minute_and_a_lacking_one_asked_for_sooner(live: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    at, known, asked = [1000.0], {"a": ("甲", "A")}, []
    monkeypatch.setattr(names, "monotonic", lambda: at[0])

    def load() -> dict[str, tuple[Any, Any]]:
        asked.append(at[0])
        return dict(known)

    monkeypatch.setitem(names.LOADERS, "thing", load)
    assert [names.name_of("thing", "a") for _ in range(3)] == ["甲", "甲", "甲"]
    assert names.name_of("thing", "b") == "b" and len(asked) == 1
    known["b"] = ("乙", "B")
    at[0] += names.LACKED_SECONDS + 1
    assert names.name_of("thing", "a") == "甲" and len(asked) == 1, "what is known is not asked for again"
    assert names.name_of("thing", "b") == "乙" and len(asked) == 2
    known["a"] = ("丙", "C")
    at[0] += names.KEPT_SECONDS + 1
    assert names.name_of("thing", "a") == "丙"
