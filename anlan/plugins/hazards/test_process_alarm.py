"""A tank's states on a synthetic record: high, high-high, interlock, and back."""

from anlan.apps.alarms import api as alarms
from anlan.apps.alarms.models import Alarm
from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_states_are_alarms_for_the_desk_and_no_warning(live: Scope) -> None:
    equip("G1", "gas_detector", ("process_state",))
    came = tried("process_alarm", "process_alarm.synthetic")
    assert (came.levels, came.drafts) == ((1, 3, 1, 0), ())
    assert Alarm.objects.get(hazard="process_alarm").peak_level == 3
    assert alarms.alarms_open(hazard="process_alarm") == []
