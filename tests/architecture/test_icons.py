"""Every icon that a desk or a verb names is one of Tabler's, and in the sheet that the build cuts out."""

from __future__ import annotations

import re

from anlan.kit.actions import ACTIONS
from anlan.kit.desk.declaration import DESKS
from tools.icons import READ, ROOT, named


def test_every_icon_that_is_named_is_in_the_sheet() -> None:
    icons = {desk.icon for desk in DESKS.values() if desk.__module__.startswith("anlan.")}
    icons |= {verb.spec.icon for verb in ACTIONS.values() if verb.function.__module__.startswith("anlan.")}
    assert icons - named().keys() - {""} == set()


def test_every_class_of_an_icon_is_in_the_sheet() -> None:
    """`ti-…` in code and pages: the square of a yellow level was cut away for standing in quotation marks."""
    found = {
        name
        for folder, pattern in READ
        for file in (ROOT / folder).rglob(pattern)
        if not {"static", "tests"} & set(file.parts)
        for name in re.findall(r"(?<![\w-])ti-([a-z0-9]+(?:-[a-z0-9]+)*)(?![\w-])", file.read_text(encoding="utf-8"))
    }
    assert found - named().keys() == set()
