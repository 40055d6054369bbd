"""A displacement point tells millimetres, and what is worked out from them is declared whole."""

import pytest

from anlan.apps.telemetry.kinds import QUANTITIES, SENSORS


def test_the_point_is_declared_whole() -> None:
    assert SENSORS.get("gnss").faults() == []


@pytest.mark.parametrize("code", ["displacement_rate", "tangent_angle"])
def test_what_is_worked_out_rests_on_displacement(code: str) -> None:
    quantity = QUANTITIES.get(code)
    assert quantity.faults() == []
    assert quantity.derivation is not None and quantity.derivation.sources == ("displacement",)
