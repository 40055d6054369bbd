"""Answer what detection finds: the life of an alarm from its raising to its closing, and who is told when nobody answers.

Alarms follow ISA-18.2: raised, acknowledged, shelved, returned, closed; grouped, first-out, never raised twice for one
condition. An alarm rests on an observation, a forecast or silence, and the three are never mixed. Not here: stations,
readings and detection (telemetry), telling the public (warning), activating plans (response).
"""
