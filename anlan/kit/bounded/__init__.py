"""Files from outside are read in a process that can be ended: bounded in bytes, rows, cells, depth, seconds and memory."""

from anlan.kit.bounded.reading import check_scenario, place, raster, sheet_lines, toml
from anlan.lib.readers import Limits

__all__ = ["Limits", "check_scenario", "place", "raster", "sheet_lines", "toml"]
