"""States on a synthetic record: each is an alarm for the desk, and no warning to the public."""

from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, tried


def test_states_are_alarms_for_the_desk(live: Scope) -> None:
    equip("FF1280512509-00000001", "fire_panel", ("fire_state",))
    came = tried("fire_alarm", "fire_alarm.synthetic")
    assert (came.levels, came.drafts, came.open_now) == ((1, 3, 0), (), 0)
