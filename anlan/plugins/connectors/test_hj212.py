"""HJ 212: a packet becomes readings, what is flagged is left out, and what asks for it is answered."""

from datetime import datetime

from anlan.lib import hj212 as codec
from anlan.lib.frames import BEIJING
from anlan.plugins.connectors.hj212 import answer, readings, report

AT = datetime(2023, 6, 23, 15, 0, tzinfo=BEIJING)


def test_a_packet_becomes_readings() -> None:
    frame = codec.decode(report("QYAIR0001", "pm2_5", AT, 38.0, 1))
    assert [(r.station, r.quantity, r.at, r.value, r.unit) for r in readings(frame)] == [
        ("QYAIR0001", "pm2_5", AT, 38.0, "μg/m³")
    ]
    assert codec.decode(answer(frame, AT)).fields["CN"] == "9014"


def test_what_is_flagged_and_what_is_not_known_are_left_out() -> None:
    head = {"QN": "20230623150000000", "ST": "22", "CN": "2011", "PW": "1", "MN": "A", "Flag": "4"}
    text = "DataTime=20230623150000;a34004-Rtd=38.0,a34004-Flag=D;a99999-Rtd=1,a99999-Flag=N;a34002-Rtd=60,a34002-Flag=N"
    frame = codec.decode(codec.encode(head, text))
    assert [r.quantity for r in readings(frame)] == ["pm10"]
    assert answer(frame, AT) == b"", "its Flag asks for none"


def test_nothing_is_made_of_what_it_cannot_carry() -> None:
    assert report("A", "water_level", AT, 1.0, 1) == b""
