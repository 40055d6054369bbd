"""States on a synthetic record: each is an alarm for the desk, and no warning to the public."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_states_are_alarms_for_the_desk(live: Scope) -> None:
    equip("13912344329", "vehicle", ("vehicle_state",))
    came = tried("vehicle_alarm", "vehicle_alarm.synthetic")
    assert (came.levels, came.drafts, came.open_now) == ((2, 3, 0), (), 0)
