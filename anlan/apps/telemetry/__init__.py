"""Watch the rivers and the sky: stations, datastreams, readings and forecasts, and what detection finds in them.

Rests on the Flood Control Law (防洪法) and the Hydrology Regulations (水文条例); levels follow GB/T 22482 and the warning
ladder in docs/domain. Readings are telemetry: loaded in bulk, never journalled. What detection finds is told to whoever
hears it, in the same transaction. Not here: the alarm that somebody must answer (alarms), telling the public (warning).
"""
