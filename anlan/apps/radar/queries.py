"""Readers of grids of rain: by area, with what gauges say of the same hours."""

from __future__ import annotations

from dataclasses import dataclass

from anlan.apps.radar.models import RainGrid
from anlan.apps.telemetry import api as telemetry
from anlan.kit.names import name_of


@dataclass(frozen=True)
class Row:
    """An area by a grid, and by the gauges around it where they were heard for these hours."""

    code: str
    mean: float | None
    highest: float | None
    known: float
    gauges: float | None = None
    called: str = ""

    @property
    def name(self) -> str:
        """Return the area's name."""
        return self.called or name_of("area", self.code)

    @property
    def percent(self) -> int:
        """Return the share of the ground that the grid knows, in percent."""
        return round(100 * self.known)


def by_area(grid: RainGrid) -> tuple[list[Row], list[Row]]:
    """Return the counties and the towns of a grid, the wettest first."""
    heard = _gauges(grid)
    rows = [Row(code, mean, highest, known, heard.get(code)) for code, mean, highest, known in grid.areas]
    rows.sort(key=lambda row: (-(row.mean or 0.0), row.code))
    return [row for row in rows if len(row.code) == 6], [row for row in rows if len(row.code) > 6]


def by_catchment(grid: RainGrid) -> list[Row]:
    """Return the catchments of a grid above the stations that the viewer may read, the wettest first."""
    held = telemetry.catchments() if grid.catchments and telemetry.may_read_rain() else []
    names = {one.station.code: one.short for one in held}
    window = telemetry.RAIN_WINDOWS.index(int(grid.hours)) if grid.hours in telemetry.RAIN_WINDOWS else None
    told = telemetry.rain_on_catchments(held, telemetry.rain_over_areas(grid.ended_at)) if held and window is not None else ()
    heard = {f.code: f.mean[window] for f in told if window is not None}
    rows = [Row(code, *rest, heard.get(code), names[code]) for code, *rest in grid.catchments if code in names]
    return sorted(rows, key=lambda row: (-(row.mean or 0.0), row.code))


def _gauges(grid: RainGrid) -> dict[str, float | None]:
    """Return the means by gauges of the same hours; nothing where no window is as long, or the viewer may not read gauges."""
    windows = telemetry.RAIN_WINDOWS
    if grid.hours not in windows or not telemetry.may_read_rain():
        return {}
    at = windows.index(int(grid.hours))
    told = telemetry.rain_over_areas(grid.ended_at)
    return {f.code: f.mean[at] for f in (*told.counties, *told.towns)}
