"""Watch the rivers and the sky: stations, readings, thresholds, and the alarms that somebody must answer.

Rests on the Flood Control Law (防洪法) and the Hydrology Regulations (水文条例); levels follow GB/T 22482 and the warning
ladder in docs/domain. Readings are telemetry: loaded in bulk, never journalled. Alarms follow ISA-18.2: raised,
acknowledged, shelved, returned, closed. Not here: telling the public (warning), activating plans (response).
"""
