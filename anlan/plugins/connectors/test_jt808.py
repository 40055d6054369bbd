"""JT/T 808: a position becomes speed and alarm; a terminal is answered."""

from datetime import datetime

from anlan.lib import jt808 as codec
from anlan.lib.frames import BEIJING
from anlan.plugins.connectors.jt808 import answer, readings, report

AT = datetime(2023, 6, 23, 15, 0, tzinfo=BEIJING)


def test_a_position_becomes_readings_and_is_answered() -> None:
    frame = codec.decode(report("13912344329", "vehicle_state", AT, 4.0, 3))
    assert [(r.station, r.quantity, r.at, r.value) for r in readings(frame)] == [
        ("13912344329", "vehicle_speed", AT, 0.0),
        ("13912344329", "vehicle_state", AT, 4.0),
    ]
    assert codec.decode(answer(frame, AT)).fields["message"] == "0x8001"


def test_a_speed_is_told_in_its_own_unit() -> None:
    (speed, _state) = readings(codec.decode(report("13912344329", "vehicle_speed", AT, 20.0, 1)))
    assert (speed.value, speed.unit) == (72.0, "km/h")
