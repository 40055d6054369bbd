"""Vector tiles of synthetic stations, made in memory as the server makes them: `mark` properties, and who is named where."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

EXTENT, MARGIN = 4096, 64
NAME_ROOM = (400, 200)


@dataclass(frozen=True)
class Point:
    """A point with its properties; `weight` says who is named first."""

    id: int
    lon: float
    lat: float
    weight: float
    facts: dict[str, Any]


def varint(n: int) -> bytes:
    """Encode a whole number as protocol buffers do."""
    made = bytearray()
    while n > 127:
        made.append(n & 127 | 128)
        n >>= 7
    made.append(n)
    return bytes(made)


def field(number: int, body: bytes) -> bytes:
    """Encode a field of bytes."""
    return varint(number << 3 | 2) + varint(len(body)) + body


def number(at: int, n: int) -> bytes:
    """Encode a field that is a whole number."""
    return varint(at << 3) + varint(n)


def value(given: Any) -> bytes:
    """Encode a property's value."""
    if isinstance(given, bool):
        return number(7, int(given))
    return number(5, given) if isinstance(given, int) else field(1, str(given).encode())


def zigzag(n: int) -> int:
    """Fold a signed number into an unsigned one."""
    return n << 1 ^ n >> 31


def grid(lon: float, lat: float, z: int) -> tuple[float, float]:
    """Return where a point lies, in tiles."""
    n = 2**z
    return (lon + 180) / 360 * n, (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n


def tile(points: list[Point], layer: str, z: int, x: int, y: int) -> bytes:
    """Return the tile with the points in it; the gravest of each cell is named."""
    inside = []
    for point in points:
        east, south = grid(point.lon, point.lat, z)
        px, py = round((east - x) * EXTENT), round((south - y) * EXTENT)
        if -MARGIN <= px <= EXTENT + MARGIN and -MARGIN <= py <= EXTENT + MARGIN:
            inside.append((point, px, py))
    first: dict[tuple[int, int], Point] = {}
    for point, px, py in inside:
        cell = (px // NAME_ROOM[0], py // NAME_ROOM[1])
        if cell not in first or point.weight > first[cell].weight:
            first[cell] = point
    named = {point.id for point in first.values()}
    keys: dict[str, int] = {}
    values: dict[tuple[type, Any], int] = {}
    features = b""
    for point, px, py in inside:
        tags = b"".join(
            varint(keys.setdefault(k, len(keys))) + varint(values.setdefault((type(v), v), len(values)))
            for k, v in {"id": point.id, **point.facts, "named": point.id in named}.items()
        )
        place = varint(9) + varint(zigzag(px)) + varint(zigzag(py))
        features += field(2, number(1, point.id) + field(2, tags) + number(3, 1) + field(4, place))
    names = b"".join(field(3, key.encode()) for key in keys)
    said = b"".join(field(4, value(v)) for _kind, v in values)
    whole = field(1, layer.encode()) + features + names + said + number(5, EXTENT) + number(15, 2)
    return field(3, whole) if features else b""
