"""Readers of monitoring, by what they are asked about."""
