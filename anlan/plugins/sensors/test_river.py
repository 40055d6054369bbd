"""A river's level is told in metres, whatever unit its gauge sends."""

import pytest

from anlan.apps.telemetry.kinds import QUANTITIES, UNITS, measured
from anlan.lib.sl651 import ELEMENTS


def test_levels_are_told_in_metres_and_flows_in_whole_cubic_metres() -> None:
    assert measured("water_level", "m")[:2] == ("水位", "the water level was")
    assert QUANTITIES.get("flow").shown(17_000.4) == "17000 m³/s"


@pytest.mark.parametrize(("unit", "factor"), [("m", 1.0), ("CM", 0.01), ("mm", 0.001)])
def test_other_units_are_brought_into_metres(unit: str, factor: float) -> None:
    assert UNITS.get("m").converted(unit) == (factor, 0)


def test_a_battery_is_declared_whole_and_called_as_the_protocol_calls_it() -> None:
    assert QUANTITIES.get("battery").faults() == []
    assert UNITS.get("V").converted("mV") == (0.001, 0)
    assert "battery" in {element.quantity for element in ELEMENTS.values()}
