"""Enterprises 企业: bodies that watch ground of their own with their own sensors, and how grave an installation stands there.

Law: 安全生产法 §§ 36, 40; grades of installations of GB 18218-2018 and 总局令第40号. The ground of an enterprise is a jurisdiction of
twelve digits below its town (the last three from 900): whoever holds a role there sees and does its own alone, while town, county and
city see it as part of theirs. Not here: its alarms (alarms), its stations (telemetry), its risk list.
"""
