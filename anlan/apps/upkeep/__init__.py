"""Keep the network of stations in order: who works on which station, what fell due, how much of each month was heard, how dense it is.

Rests on the Hydrology Regulations (水文条例) and SL 61-2015 (upkeep of telemetry), and indicator 11 of the city's plan (gauges per
100 km²). While a work is open, what its station tells is marked and raises nothing. Not here: readings and their quality
(telemetry), alarms that are kept back on purpose (alarms, out of service).
"""
