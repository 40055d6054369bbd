"""Base layers of the map: what the pack declares is served, archives of tiles are read, what is broken is said."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from anlan.apps.places import queries
from anlan.apps.places.actions import load_background
from anlan.apps.places.models import BaseLayer
from anlan.kit.scope import Scope
from anlan.lib import tile_archives

PNG = b"\x89PNG\r\n\x1a\n tile"


def mbtiles(path: Path) -> Path:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE tiles (zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB)")
        connection.execute("INSERT INTO tiles VALUES (2, 3, 0, ?)", [PNG])
    connection.close()
    return path


def pmtiles(path: Path) -> Path:
    with path.open("wb") as file:
        writer = Writer(file)
        writer.write_tile(zxy_to_tileid(2, 3, 3), PNG)
        writer.finalize(
            {
                "tile_type": TileType.PNG,
                "tile_compression": Compression.NONE,
                "min_zoom": 2,
                "max_zoom": 2,
                "min_lon_e7": 0,
                "min_lat_e7": 0,
                "max_lon_e7": 10,
                "max_lat_e7": 10,
                "center_zoom": 2,
                "center_lon_e7": 0,
                "center_lat_e7": 0,
            },
            {},
        )
    return path


@pytest.mark.parametrize("make", [mbtiles, pmtiles])
def test_a_tile_is_read_from_the_north(make: object, tmp_path: Path) -> None:
    file = make(tmp_path / f"city.{make.__name__}")  # type: ignore[operator, attr-defined]
    found = tile_archives.tile(file, 2, 3, 3)
    assert found == tile_archives.Tile(PNG, "image/png")
    assert tile_archives.tile(file, 2, 0, 0) is None


@pytest.mark.parametrize("name", ["none.mbtiles", "text.mbtiles", "text.pmtiles"])
def test_what_is_no_archive_is_said(name: str, tmp_path: Path) -> None:
    if name.startswith("text"):
        (tmp_path / name).write_text("no archive at all, but long enough to be looked at " * 20)
    with pytest.raises(tile_archives.NoArchive):
        tile_archives.tile(tmp_path / name, 1, 0, 0)


def test_the_pack_s_relief_lies_under_everything_and_has_a_night_and_a_day(live: Scope) -> None:
    config = queries.map_config([])
    first = config["layers"][0]
    assert (first["id"], first["role"], first["hidden"]) == ("base-relief", "relief", False)
    assert "Viewfinder Panoramas" in config["attribution"]
    pictures = {theme: Client().get(first["picture"][theme]) for theme in ("night", "day")}
    assert {p.status_code for p in pictures.values()} == {200}
    assert pictures["night"].content != pictures["day"].content
    again = Client().get(first["picture"]["day"], headers={"If-None-Match": pictures["day"]["ETag"]})
    assert again.status_code == 304


def test_tiles_of_a_city_s_own_archive_are_served(live: Scope, tmp_path: Path) -> None:
    layer = BaseLayer(code="own", title="本市底图", role="tiles", archive=str(mbtiles(tmp_path / "city.mbtiles")))
    load_background(features=[], changes=[], layers=[layer])
    [found] = [each for each in queries.map_config([])["layers"] if each["id"] == "base-own"]
    assert found["raster"] == "/places/base/own/{z}/{x}/{y}/"
    tile = Client().get(found["raster"].format(z=2, x=3, y=3))
    assert (tile.content, tile["Content-Type"]) == (PNG, "image/png")
    assert Client().get(found["raster"].format(z=2, x=0, y=0)).status_code == 204
    (tmp_path / "city.mbtiles").unlink()
    assert Client().get(found["raster"].format(z=2, x=3, y=3)).status_code == 404
    assert Client().get(reverse("places:base_picture", args=["own", "day"])).status_code == 404
