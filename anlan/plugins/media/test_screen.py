"""The medium screen: what it renders is read again as it was meant, in both languages."""

from __future__ import annotations

import pytest

from anlan.apps.warning.tests.notices import assert_reads_back


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_says_what_the_warning_says(language: str) -> None:
    assert_reads_back("screen", language)
