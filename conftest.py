"""Every test may ask for the kit's fixtures, and begins in the house's language."""

import hypothesis
import pytest
from django.utils import translation

pytest_plugins = ["anlan.kit.testing.plugin"]
# No test is timed, so none fails because the machine was busy; and the kit's fixtures may serve all of a test's examples.
_slow, _shared = hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.function_scoped_fixture
hypothesis.settings.register_profile("suite", deadline=None, suppress_health_check=[_slow, _shared])
hypothesis.settings.load_profile("suite")


@pytest.fixture(autouse=True)
def _own_language() -> None:
    """A request leaves its reader's language behind in the thread: the next test starts without it."""
    translation.deactivate()
