"""Anlan 安澜: the operating system of a city's emergency-management bureau."""
