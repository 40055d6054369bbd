"""Map tiles out of one file: MBTiles (SQLite) and PMTiles."""

from __future__ import annotations

import gzip
import sqlite3
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pmtiles.reader import MmapSource, Reader

#: The first bytes of a tile → what it is; anything else is a vector tile.
KINDS = ((b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"RIFF", "image/webp"))
VECTOR = "application/vnd.mapbox-vector-tile"


@dataclass(frozen=True)
class Tile:
    """A tile's bytes, never compressed, and their media type."""

    data: bytes
    media_type: str


class NoArchive(ValueError):
    """The file is not there, or is no archive of tiles."""


def tile(path: Path, z: int, x: int, y: int) -> Tile | None:
    """Return the tile at z/x/y (y from the north), None where the archive has none; raises NoArchive."""
    if not path.is_file():
        raise NoArchive(f"{path}: no such file")
    found = _from_pmtiles(path, z, x, y) if path.suffix == ".pmtiles" else _from_mbtiles(path, z, x, y)
    if found is None:
        return None
    data = gzip.decompress(found) if found[:2] == b"\x1f\x8b" else found
    kind = next((kind for start, kind in KINDS if data.startswith(start)), VECTOR)
    return Tile(data, kind)


def _from_mbtiles(path: Path, z: int, x: int, y: int) -> bytes | None:
    """Read a tile of an MBTiles file, whose rows count from the south."""
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        try:
            row = connection.execute(
                "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?", (z, x, 2**z - 1 - y)
            ).fetchone()
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise NoArchive(f"{path}: {error}") from None
    return bytes(row[0]) if row else None


def _from_pmtiles(path: Path, z: int, x: int, y: int) -> bytes | None:
    try:
        found = _reader(path, path.stat().st_mtime_ns).get(z, x, y)
    except Exception as error:  # noqa: BLE001  the reader raises whatever a broken file makes it stumble over
        raise NoArchive(f"{path}: {error}") from None
    return None if found is None else bytes(found)


@lru_cache(maxsize=8)
def _reader(path: Path, changed: int) -> Reader:
    """Return a reader of the file as it was at `changed`: it holds the file's directory in memory."""
    return Reader(MmapSource(path.open("rb")))
