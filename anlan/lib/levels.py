"""The four hazard levels every standard shares, and the colour that stands for each (GB/T 22482, 气象灾害预警信号)."""

from __future__ import annotations

COLOURS = {1: "blue", 2: "yellow", 3: "orange", 4: "red"}
