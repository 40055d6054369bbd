"""The plug-in contracts that telemetry owns: what can be measured, hazards and their detectors, connectors.

`anlan plugins check` asks each entry for its `faults()`.
"""

from anlan.apps.telemetry.choices import Level
from anlan.apps.telemetry.kinds.connectors import (
    CONNECTORS,
    WHERE,
    Asks,
    Connector,
    Follow,
    Placed,
    Poll,
    Spot,
    Stream,
    Told,
    Topics,
    asking_choices,
    polling_choices,
)
from anlan.apps.telemetry.kinds.derivations import Aggregate, Count, Daily, Formula, Rate, Rolling
from anlan.apps.telemetry.kinds.detectors import Detector, State, Sums, Value
from anlan.apps.telemetry.kinds.hazards import HAZARDS, Hazard, falls, icon_of
from anlan.apps.telemetry.kinds.measures import (
    QUANTITIES,
    RUNGS,
    SENSORS,
    UNITS,
    Quantity,
    Rung,
    Sensor,
    Unit,
    measured,
    sensor_choices,
)
from anlan.apps.telemetry.kinds.verifications import Verification

__all__ = [
    "CONNECTORS",
    "Aggregate",
    "Asks",
    "HAZARDS",
    "QUANTITIES",
    "RUNGS",
    "SENSORS",
    "UNITS",
    "WHERE",
    "Connector",
    "Follow",
    "Count",
    "Daily",
    "Detector",
    "Formula",
    "Hazard",
    "Level",
    "Placed",
    "Poll",
    "Quantity",
    "Rate",
    "Rolling",
    "Rung",
    "Sensor",
    "Spot",
    "State",
    "Stream",
    "Sums",
    "Told",
    "Topics",
    "Unit",
    "Value",
    "Verification",
    "asking_choices",
    "polling_choices",
    "falls",
    "icon_of",
    "measured",
    "sensor_choices",
]
