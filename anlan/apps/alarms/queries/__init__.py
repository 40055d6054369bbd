"""Readers of alarms: which stand and stood, how high it was, and the KPIs."""
