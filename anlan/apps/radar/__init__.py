"""Radar: rain as a grid over the ground (radar, satellite, a model's analysis), and what it comes to in each county and town.

A grid is an estimate from afar; gauges are held beside it and never corrected by it. Not here: rain over areas by gauges (telemetry),
a forecast's grids. Scope C5 of the plan.
"""
