"""Geofences 电子围栏: areas that vehicles and vessels may not enter, must not leave, or must drive slowly in, at all hours or some.

A fence is judged at each place that a vehicle (JT/T 808) or vessel (AIS) tells; whoever breaks one gets a state, which is a reading
like any other: the hazard plug-in `geofence` turns it into alarms. Kept is the newest place of each, not its track. Not here: the
devices' own alarms (the plug-in `vehicle_alarm`), roads that are closed.
"""
