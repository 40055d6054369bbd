"""Draw a pack's relief and density pictures from height and density rasters: `python tools/relief.py DEM.tif DENSITY.tif packs/qingyuan/map`.

Both rasters are Web-Mercator, one band. The pictures are WebP with transparency, one for the night and one for the day; their bounds go into
`base.toml`. The rasters themselves stay outside the repository.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grid = NDArray[np.float64]

#: Pixels drawn for each pixel of the raster: it is coarse (about 1.1 km), and the eye should see hills, not squares.
FINER = 4
#: Height in metres → colour, for night and day. Low ground is nearly the map's own colour.
NIGHT = ((0, (13, 38, 47)), (150, (18, 49, 56)), (500, (30, 63, 64)), (1000, (52, 80, 74)), (1700, (92, 108, 96)))
DAY = ((0, (232, 238, 228)), (150, (224, 233, 214)), (500, (226, 224, 196)), (1000, (216, 200, 164)), (1700, (196, 170, 138)))
#: Persons per km² → opacity of the density picture; the raster ends at 255.
MOST = 255.0


def read(path: str) -> tuple[Grid, tuple[float, float, float, float]]:
    """Return a raster's values and its bounds (west, south, east, north) in degrees."""
    with Image.open(path) as image:
        tags = image.tag_v2  # type: ignore[attr-defined]
        _col, _row, _z, left, top, _zero = tags[33922]
        step = tags[33550][0]
        values = np.asarray(image, dtype=float)
    rows, columns = values.shape
    west, north = degrees(left, top)
    east, south = degrees(left + columns * step, top - rows * step)
    return values, (west, south, east, north)


def degrees(x: float, y: float) -> tuple[float, float]:
    """Return longitude and latitude of a Web-Mercator point in metres."""
    radius = 6378137.0
    return math.degrees(x / radius), math.degrees(2 * math.atan(math.exp(y / radius)) - math.pi / 2)


def finer(values: Grid, blur: float) -> Grid:
    """Return the values on a finer grid, smooth: the raster's steps of 35 m would show as terraces."""
    image = Image.fromarray(values.astype(np.float32))
    image = image.resize((image.width * FINER, image.height * FINER), Image.Resampling.BICUBIC)
    return smooth(np.asarray(image, dtype=float), blur)


def smooth(values: Grid, sigma: float) -> Grid:
    """Return the values under a Gaussian of `sigma` pixels."""
    reach = int(3 * sigma)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    padded = np.pad(values, reach, mode="edge")
    rows = np.apply_along_axis(np.convolve, 1, padded, kernel, mode="valid")
    return np.apply_along_axis(np.convolve, 0, rows, kernel, mode="valid")


def shade(ground: Grid, step: float) -> Grid:
    """Return the light on the ground from −1 (shadow) to 1: mostly from the north-west, a little from three sides more."""
    north, east = np.gradient(ground, step)
    slope = np.arctan(np.hypot(north, east) * 3.0)
    aspect = np.arctan2(north, -east)
    light = np.zeros_like(ground)
    for azimuth, weight in ((315, 0.55), (270, 0.15), (360, 0.2), (225, 0.1)):
        angle = math.radians(360 - azimuth + 90)
        light += weight * (
            math.sin(math.radians(45)) * np.cos(slope) + math.cos(math.radians(45)) * np.sin(slope) * np.cos(angle - aspect)
        )
    return light / math.sin(math.radians(45)) - 1


def tint(ground: Grid, ramp: tuple[tuple[int, tuple[int, int, int]], ...]) -> Grid:
    """Return the colour of each height."""
    heights = [height for height, _colour in ramp]
    return np.stack([np.interp(ground, heights, [colour[band] for _h, colour in ramp]) for band in range(3)], axis=-1)


def feather(shape: tuple[int, ...], width: int) -> Grid:
    """Return an opacity that fades out towards the picture's edge, so that the data does not end in a line."""
    rows, columns = (np.minimum(np.arange(n), np.arange(n)[::-1]) / width for n in shape[:2])
    edge = np.minimum(rows[:, None], columns[None, :]).clip(0, 1)
    return edge * edge * (3 - 2 * edge)


def keep(colour: Grid, opacity: Grid, path: Path) -> None:
    """Write a picture."""
    bands = np.dstack([colour, opacity * 255]).round().clip(0, 255).astype(np.uint8)
    Image.fromarray(bands, "RGBA").save(path, "WEBP", quality=93, method=6)
    print(f"{path}: {path.stat().st_size // 1024} kB, {bands.shape[1]} × {bands.shape[0]}")


def main() -> None:
    """Draw both pictures of the relief and the one of the density."""
    dem, density, folder = sys.argv[1:4]
    heights, bounds = read(dem)
    ground = finer(heights, 2.4)
    light = shade(ground, 1223.0 / FINER * math.cos(math.radians(24.4)))
    fade = feather(ground.shape, 90)
    for name, ramp, deep, bright in (("night", NIGHT, 0.75, 0.55), ("day", DAY, 0.45, 0.25)):
        colour = tint(ground, ramp)
        colour = np.where(
            light[..., None] < 0, colour * (1 + deep * light[..., None]), colour + (255 - colour) * bright * light[..., None]
        )
        keep(colour, fade, Path(folder) / f"relief.{name}.webp")
    print("relief bounds", [round(b, 5) for b in bounds])
    people, bounds = read(density)
    share = smooth(
        np.asarray(
            Image.fromarray(people.astype(np.float32)).resize(
                (people.shape[1] * 2, people.shape[0] * 2), Image.Resampling.BILINEAR
            ),
            dtype=float,
        ),
        1.2,
    )
    share = (share / MOST).clip(0, 1)
    keep(
        np.full((*share.shape, 3), (214, 138, 255), dtype=float),
        share**0.8 * 0.75 * feather(share.shape, 20),
        Path(folder) / "density.webp",
    )
    print("density bounds", [round(b, 5) for b in bounds])


if __name__ == "__main__":
    main()
