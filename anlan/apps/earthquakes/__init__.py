"""Earthquakes 地震: what shook, how strongly it was felt in each town, and how many people live there.

Law: 防震减灾法 §§ 29, 46–52; GB/T 17742-2020 (intensity), domain.md 3.6 (attenuation). What an agency reports becomes rings of intensity and
a line for each town; a later report of the same shock corrects both. Intensities are estimates with an error, worked out at
each town's seat, and say so. Not here: readings of seismographs (telemetry), who is told (warning), who goes (response).
"""
