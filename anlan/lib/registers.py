"""Numbers in registers of 16 bits, as Modbus devices hold them: eight types in four orders of their bytes."""

from __future__ import annotations

import struct
from collections.abc import Sequence

#: Type → its letter for struct and how many registers it takes.
TYPES = {
    "int16": ("h", 1),
    "uint16": ("H", 1),
    "int32": ("i", 2),
    "uint32": ("I", 2),
    "int64": ("q", 4),
    "uint64": ("Q", 4),
    "float32": ("f", 2),
    "float64": ("d", 4),
}
ORDERS = ("ABCD", "CDAB", "BADC", "DCBA")
MOST = 0xFFFF


def width(kind: str) -> int:
    """Return how many registers a number of a type takes."""
    return TYPES[kind][1]


def number(registers: Sequence[int], kind: str, order: str = "ABCD") -> float:
    """Return the number that registers hold; raises ValueError if they are too few or no registers."""
    letter, wide = TYPES[kind]
    if len(registers) != wide or not all(0 <= word <= MOST for word in registers):
        raise ValueError(f"{len(registers)} registers are no {kind}")
    words = [word.to_bytes(2, "big") for word in registers]
    if order in ("CDAB", "DCBA"):
        words.reverse()
    if order in ("BADC", "DCBA"):
        words = [word[::-1] for word in words]
    return float(struct.unpack(f">{letter}", b"".join(words))[0])


def words(value: float, kind: str, order: str = "ABCD") -> list[int]:
    """Return the registers that hold a number, for simulators; raises ValueError if the type cannot hold it."""
    letter, _wide = TYPES[kind]
    try:
        raw = struct.pack(f">{letter}", value if letter in "fd" else int(value))
    except (struct.error, OverflowError) as error:
        raise ValueError(f"{value} is no {kind}") from error
    found = [raw[n : n + 2] for n in range(0, len(raw), 2)]
    if order in ("BADC", "DCBA"):
        found = [word[::-1] for word in found]
    if order in ("CDAB", "DCBA"):
        found.reverse()
    return [int.from_bytes(word, "big") for word in found]
