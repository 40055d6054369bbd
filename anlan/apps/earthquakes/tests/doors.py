"""Whom each address of earthquakes is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

#: Nothing to see for a neighbour, or open to all, because …
DECIDED = {
    "desk:earthquakes_earthquakes_begin": "no object in its address; the verb judges the city",
    "earthquakes:layer": "a shock is common knowledge, the same for the whole city",
    "earthquakes:rings": "a shock is common knowledge, the same for the whole city",
    "earthquakes:countdown": "a shock is common knowledge; towns are the asker's own",
    "earthquakes:countdown_api": "a shock is common knowledge; towns are the asker's own",
    "earthquakes:measured_api": "a shock is common knowledge; seismographs are those that the asker sees",
    "earthquakes:map": "a shock is common knowledge, the same for the whole city",
}
