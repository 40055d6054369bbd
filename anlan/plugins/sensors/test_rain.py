"""Rain is told in sums over hours, and never as a value by itself."""

import pytest

from anlan.apps.telemetry.kinds import measured
from anlan.kit.refusals import Refusal


def test_rain_is_told_with_its_window() -> None:
    assert measured("rain", "mm", 3)[:2] == ("3小时雨量", "the rain of 3 h was")
    with pytest.raises(Refusal):
        measured("rain", "mm")
