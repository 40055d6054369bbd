"""Registers: pymodbus, an independent codec, holds the same numbers in the same words; each order is its own inverse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymodbus.client.mixin import ModbusClientMixin as Peer

from anlan.lib.registers import MOST, ORDERS, TYPES, number, width, words


@pytest.mark.parametrize("kind", TYPES)
@given(value=st.integers(0, 30_000))
def test_an_independent_codec_agrees(kind: str, value: int) -> None:
    held = Peer.convert_to_registers(float(value) if kind.startswith("float") else value, Peer.DATATYPE[kind.upper()])
    assert (number(held, kind), words(value, kind)) == (value, held)
    swapped = Peer.convert_to_registers(
        float(value) if kind.startswith("float") else value, Peer.DATATYPE[kind.upper()], word_order="little"
    )
    assert number(swapped, kind, "CDAB") == value


@pytest.mark.parametrize(
    ("order", "held"),
    [("ABCD", [0x4148, 0x0000]), ("CDAB", [0x0000, 0x4148]), ("BADC", [0x4841, 0x0000]), ("DCBA", [0x0000, 0x4841])],
)
def test_a_float_in_each_order(order: str, held: list[int]) -> None:
    assert (number(held, "float32", order), words(12.5, "float32", order)) == (12.5, held)


@given(st.sampled_from(sorted(TYPES)), st.sampled_from(ORDERS), st.lists(st.integers(0, MOST), max_size=5))
def test_no_registers_are_too_strange(kind: str, order: str, held: list[int]) -> None:
    if len(held) == width(kind):
        number(held, kind, order)
    else:
        with pytest.raises(ValueError):
            number(held, kind, order)


def test_what_a_type_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError):
        words(70_000, "uint16")
