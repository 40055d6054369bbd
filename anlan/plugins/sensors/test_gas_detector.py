"""A process point's states are told by their names."""

from anlan.apps.telemetry.kinds import QUANTITIES, SENSORS


def test_states_are_told_by_name() -> None:
    assert SENSORS.get("gas_detector").faults() == []
    assert QUANTITIES.get("process_state").said(4) == ("高高报", "high-high")
    assert QUANTITIES.get("flammable_gas").said(51.4) == ("51%LEL", "51 %LEL")
