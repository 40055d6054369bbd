"""A tank's states on a synthetic record: high, high-high, interlock, and back."""

from anlan.apps.alarms import api as alarms
from anlan.apps.alarms.models import Alarm
from anlan.apps.telemetry.kinds import HAZARDS
from anlan.apps.telemetry.rules import crossed
from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_states_are_alarms_for_the_desk_and_no_warning(live: Scope) -> None:
    equip("G1", "gas_detector", ("process_state",))
    came = tried("process_alarm", "process_alarm.synthetic")
    assert (came.levels, came.drafts) == ((1, 3, 1, 0), ())
    assert Alarm.objects.get(hazard="process_alarm").peak_level == 3
    hazard, rungs = HAZARDS.get("process_alarm"), {"state_low_low": 2.0, "state_high_high": 4.0}
    assert crossed(hazard, "process_state", 3, rungs, 4.0) == 4.0, "of two states at a level the one that is told"
    assert alarms.alarms_open(hazard="process_alarm") == []
