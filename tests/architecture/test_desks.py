"""Every desk is tested as desks are: a desk without a class of DeskTests fails here."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from django.db import models
from django.utils import translation

from anlan.kit.actions import ACTIONS
from anlan.kit.desk import DESKS, Desk, permissions
from anlan.kit.desk.details import line
from anlan.kit.testing.desk import covered

ROOT = Path(__file__).parents[2]


def test_every_desk_has_its_tests() -> None:
    rooms = [file for name in ("desk", "documents") for file in ROOT.glob(f"anlan/apps/*/tests/test_{name}.py")]
    for file in [*rooms, ROOT / "tests" / "kit" / "test_own_desks.py"]:
        import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
    shipped = {desk for desk in DESKS.values() if desk.__module__.startswith(("anlan.apps.", "anlan.kit."))}
    assert len(shipped) > 20
    assert sorted(desk.__name__ for desk in shipped - covered()) == [], (
        "write a class of DeskTests in the app's tests/test_desk.py"
    )


@pytest.mark.parametrize("name", sorted(name for name, verb in ACTIONS.items() if verb.spec.second_person))
def test_what_a_second_person_is_asked_stands_under_chinese_labels(name: str) -> None:
    with translation.override("zh-hans"):
        told = {p.name: str(line(name, p.name, "")["label"]) for p in ACTIONS[name].parameters}
    assert {name: words for name, words in told.items() if words.isascii()} == {}


@pytest.mark.parametrize("desk", DESKS.values(), ids=lambda desk: desk.__name__)
def test_a_list_tells_its_instants_in_one_style(desk: type[Desk]) -> None:
    """An instant in a list is an `Age` (date, time, age) or a `Countdown`; never a bare column beside them."""
    instants = {f.name for f in desk.record._meta.get_fields() if isinstance(f, models.DateTimeField)}
    assert instants.isdisjoint(column for column in desk.columns if isinstance(column, str))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_an_administrator_grants_has_a_name_of_its_own(language: str) -> None:
    """Two permissions of one name could not be told apart where a role or a token is put together."""
    with translation.override(language):
        named: dict[str, list[str]] = {}
        for permission in sorted(permissions.every()):
            named.setdefault(permissions.in_words(permission), []).append(permission)
    assert {words: those for words, those in named.items() if len(those) > 1} == {}
