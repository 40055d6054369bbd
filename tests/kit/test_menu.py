"""The menu: a reader can tell its entries apart by their names."""

from __future__ import annotations

from collections import Counter

import pytest
from django.urls import get_resolver
from django.utils import translation

from anlan.kit.desk import DESKS
from anlan.kit.pages import PAGES


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_two_entries_have_one_name(language: str) -> None:
    assert get_resolver().url_patterns, "the pages are known once the addresses are"
    with translation.override(language):
        names = Counter(
            [
                *(str(desk.title()) for desk in DESKS.values() if desk.menu),
                *(str(page.label) for page in PAGES.values() if page.menu),
            ]
        )
    assert [name for name, times in names.items() if times > 1] == []
