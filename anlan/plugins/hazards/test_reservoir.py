"""Three reservoirs above their flood limits on 15 June 2022, as reported: recorded."""

from anlan.apps.alarms.models import Alarm
from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import equip, set_threshold, tried

#: The flood limits that the city's flood office published.
LIMITS = {"上兰靛": 305.00, "龙须带": 267.00, "大秦": 65.00}


def test_the_pools_of_june_2022_stood_above_their_limits(live: Scope) -> None:
    for name, limit in LIMITS.items():
        stream = equip(name, "reservoir", ("water_level",)).datastreams.get()
        set_threshold(stream, "reservoir", "flood_limit", limit)
    came = tried("reservoir", "reservoir.recorded")
    assert (came.levels, came.open_now) == ((1,), 3)
    assert not came.drafts, "the desk's alone"
    above = {a.station.code: round(a.value - a.threshold, 2) for a in Alarm.objects.filter(hazard="reservoir")}
    assert above == {"上兰靛": 0.14, "龙须带": 0.67, "大秦": 0.36}
