"""GB/T 26875.3: a component's gravest state is its reading; what sends is confirmed, a confirmation is not."""

from datetime import datetime

import pytest

from anlan.lib import gb26875 as codec
from anlan.lib.frames import BEIJING
from anlan.plugins.connectors.gb26875 import answer, readings, report, state

AT = datetime(2023, 11, 24, 15, 52, tzinfo=BEIJING)


def test_a_report_becomes_a_reading_and_is_confirmed() -> None:
    frame = codec.decode(report("FF1280512509-00000001", "fire_state", AT, 1.0, 7))
    assert frame.valid
    assert [(r.station, r.quantity, r.at, r.value) for r in readings(frame)] == [("FF1280512509-00000001", "fire_state", AT, 1.0)]
    confirmed = codec.decode(answer(frame, AT))
    assert (confirmed.fields["command"], confirmed.fields["serial"]) == ("confirm", 7)
    assert answer(confirmed, AT) == b""


@pytest.mark.parametrize(("names", "number"), [(["normal"], 0), (["running", "fault"], 2), (["fault", "fire"], 1)])
def test_the_gravest_state_counts(names: list[str], number: int) -> None:
    assert state(names) == number
