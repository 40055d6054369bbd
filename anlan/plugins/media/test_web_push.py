"""The medium web push: what it renders is read again as it was meant, in both languages."""

from __future__ import annotations

import pytest

from anlan.apps.warning.tests.notices import assert_reads_back


@pytest.mark.parametrize("language", ["zh", "en"])
def test_web_push_reads_back(language: str) -> None:
    assert_reads_back("web_push", language)
