"""Writers: a grid of rain comes in, or is withdrawn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.radar import rules
from anlan.apps.radar.choices import Origin
from anlan.apps.radar.models import RainGrid
from anlan.apps.telemetry import api as telemetry
from anlan.kit import bounded
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input, Reason, Upload
from anlan.kit.refusals import Refusal
from anlan.lib.areal import Ground
from anlan.lib.rasters import Bounds, Raster

#: The most bytes of a grid's file, the most hours of a sum, and the most that ever fell on a place in an hour (mm; WMO: 305).
LARGEST, LONGEST, MOST_AN_HOUR = 20 * 1024 * 1024, timedelta(days=7), 305.0


@action(
    "radar.take_in",
    needs="radar.add_raingrid",
    label=_("Take in a grid"),
    icon="file-upload",
    story=_(
        "A GeoTIFF, NetCDF or GRIB file with the sum of rain in mm, one layer. It is read over the city and the catchments above its"
        " stations; what it comes to there is kept, the file is not."
    ),
)
def take_in(
    deed: Deed,
    *,
    file: Annotated[Upload, Input(_("File"), accept=".tif,.tiff,.nc,.grb,.grib,.grb2,.grib2")],
    origin: Annotated[Origin, Input(_("Origin"))],
    source: Annotated[str, Input(_("Source"), example="SWAN QPE")],
    began_at: Annotated[datetime, Input(_("Rain from"))],
    ended_at: Annotated[datetime, Input(_("Rain until"))],
) -> RainGrid:
    """Keep what a grid of rain comes to in each county, town and catchment; refused where it is no rain, or lies elsewhere."""
    if file.size > LARGEST:
        raise Refusal(_("Choose a file of at most 20 MB."), field="file")
    if not timedelta(0) < ended_at - began_at <= LONGEST:
        raise Refusal(_("Give a span of at most seven days that ends after it begins."), field="ended_at")
    if ended_at > deed.now + timedelta(minutes=5):
        raise Refusal(_("This lies in the future: forecasts are not taken in here."), field="ended_at")
    land = telemetry.ground_of_towns()
    basins = telemetry.ground_of(telemetry.catchments())
    raster = Raster.read(bounded.raster(file.read(), _around(land, basins)))
    towns = rules.over(land, raster)
    (whole,) = rules.over(land.grouped(4), raster)
    if not whole.known:
        raise Refusal(_("The grid does not lie over this city."), field="file")
    if raster.unit not in ("", "mm", "kg m-2", "kg/m^2", "kg m**-2"):
        raise Refusal(_("The grid is in %(unit)s; sums in mm are wanted.") % {"unit": raster.unit[:40]}, field="file")
    if (whole.highest or 0.0) > MOST_AN_HOUR * max((ended_at - began_at) / timedelta(hours=1), 1.0) or raster.least < 0:
        raise Refusal(_("These values are no rain: less than nothing, or more than ever fell."), field="file")
    return deed.create(
        RainGrid,
        area=whole.code,
        origin=origin,
        source=source,
        began_at=began_at,
        ended_at=ended_at,
        file=(file.name or "")[:200],
        cells=raster.cells,
        cell_km=round(raster.cell_km, 2),
        mean=whole.mean,
        highest=whole.highest,
        areas=_kept((*rules.over(land.grouped(6), raster), *towns)),
        catchments=_kept(rules.over(basins, raster)),
    )


def _around(*grounds: Ground) -> Bounds:
    """Return the box around grounds; one without any point counts for nothing."""
    boxes = [ground.bounds for ground in grounds if ground.codes]
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def _kept(found: Iterable[rules.OverArea]) -> list[list[Any]]:
    return [[one.code, one.mean, one.highest, one.known] for one in found]


@action(
    "radar.withdraw",
    needs="radar.change_raingrid",
    label=_("Withdraw"),
    record="radar.RainGrid",
    icon="arrow-back-up",
    moves=RainGrid.life.withdraw,
    danger=True,
)
def withdraw(deed: Deed, *, rain_grid: int, reason: Reason) -> RainGrid:
    """Say that a grid was wrong; it stays to be read."""
    if not reason.strip():
        raise Refusal(_("Say what was wrong with it."), field="reason")
    return deed.lock(RainGrid, rain_grid)
