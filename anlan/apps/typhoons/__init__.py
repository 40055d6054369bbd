"""Typhoons 台风: storms as several agencies tell them, side by side; when their winds come to each town and how strong.

Law: 突发事件应对法 §§ 42–49; 气象灾害防御条例; GB/T 19201 (grades), GB/T 28591 (wind classes), domain.md 3.1. The newest advisory of the agency
that the city goes by becomes a wind for each town and, for each county, a reading that detection judges like any other. Winds are
estimates of a stated model (lib.cyclones). Not here: the alarm (alarms), the warning (warning), measured winds (telemetry).
"""
