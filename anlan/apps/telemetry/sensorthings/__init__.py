"""OGC SensorThings 1.1 over stations, datastreams and readings: which sets there are, how they are filtered, what an address answers."""
