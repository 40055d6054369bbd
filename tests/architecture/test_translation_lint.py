"""The check of translations sees every text of the code, also where xgettext does not look."""

from __future__ import annotations

import pytest

from tools.translations import texts_in


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ('_("plain")', {"plain"}),
        ("f\"{_('inside')} of {count}\"", {"inside"}),
        ("f\"{x:{_('format')}}\"", {"format"}),
        ('ngettext("%d row", f"{n} rows", n)', {"%d row"}),
        ('ngettext_lazy("one", "many", n)', {"one", "many"}),
        ('_("first "\n  "second")', {"first second"}),
        ('from django.utils.translation import gettext as _t\n_t("renamed")', {"renamed"}),
        ('_(variable); print("no text")', set()),
    ],
)
def test_texts_are_found_by_the_syntax_tree(source: str, texts: set[str]) -> None:
    assert texts_in(source) == texts
