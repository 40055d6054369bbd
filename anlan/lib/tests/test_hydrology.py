"""Values are written as people of the field write them."""

from anlan.lib.hydrology import figure


def test_a_flow_is_told_in_whole_cubic_metres_a_level_to_the_centimetre() -> None:
    assert (figure(18500, "m³/s"), figure(35.5, "m"), figure(60, "mm")) == ("18500 m³/s", "35.50 m", "60.00 mm")
