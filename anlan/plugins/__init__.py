"""Plug-ins: hazards, sensors, sectors, channels, connectors, indicators; one small file each, found by folder."""
