"""Readers of telemetry, by what they are asked about."""
