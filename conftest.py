"""Every test may ask for the kit's fixtures, and begins in the house's language."""

import pytest
from django.utils import translation

pytest_plugins = ["anlan.kit.testing.plugin"]


@pytest.fixture(autouse=True)
def _own_language() -> None:
    """A request leaves its reader's language behind in the thread: the next test starts without it."""
    translation.deactivate()
