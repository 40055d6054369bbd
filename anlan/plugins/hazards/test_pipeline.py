"""A pipe that is hit and shut: synthetic; limits of its own."""

from anlan.apps.alarms.models import Alarm
from anlan.apps.alarms.queries.alarms import with_newest
from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, set_threshold, tried


def test_less_is_graver(live: Scope) -> None:
    station = equip("P1", "pipeline", ("pipe_pressure",))
    (stream,) = station.datastreams.all()
    set_threshold(stream, "pipeline", "pipe_low", 180.0)
    set_threshold(stream, "pipeline", "pipe_low_low", 150.0)
    came = tried("pipeline", "pipeline.synthetic")
    assert (came.levels, came.open_now) == ((2, 3, 2, 0), 0)
    assert not came.drafts, "the desk's alone"
    assert {a.top for a in with_newest(Alarm.objects.filter(hazard="pipeline"))} == {120.0}, (
        "of what falls the lowest is the peak"
    )
