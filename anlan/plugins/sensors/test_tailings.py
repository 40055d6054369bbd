"""A tailings pond's quantities are declared whole; that its level follows from its points is tested with its hazard."""

from anlan.apps.telemetry.kinds import QUANTITIES, SENSORS


def test_the_pond_is_declared_whole() -> None:
    assert SENSORS.get("tailings").faults() == []
    assert QUANTITIES.get("tailings_level").said(3) == ("橙色", "orange")
