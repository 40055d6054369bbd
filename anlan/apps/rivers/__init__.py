"""Foretell the stages of rivers from the gauges upstream, and tell how far such forecasts were off.

Rests on GB/T 22482-2008 (hydrological forecasting) and the Hydrology Regulations (水文条例 31: flood forecasts to the public are
the hydrological bureau's; ours serve the desk). The method is `lib.river_forecast`; its numbers are reference data of the pack.
Not here: forecasts that the bureau sends (telemetry keeps both apart), the alarm of a forecast (alarms).
"""
