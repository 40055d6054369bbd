"""Every icon that a desk or a verb names is one of Tabler's, and in the sheet that the build cuts out."""

from __future__ import annotations

from anlan.kit.actions import ACTIONS
from anlan.kit.desk.declaration import DESKS
from tools.icons import named


def test_every_icon_that_is_named_is_in_the_sheet() -> None:
    icons = {desk.icon for desk in DESKS.values() if desk.__module__.startswith("anlan.")}
    icons |= {verb.spec.icon for verb in ACTIONS.values() if verb.function.__module__.startswith("anlan.")}
    assert icons - named().keys() - {""} == set()
