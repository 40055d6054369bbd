"""Text messages: no text is lost or garbled by being cut, none goes in more parts than it must."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.lib import sms
from anlan.lib.sms import GSM7, UCS2, joined, split

GSM = st.text(st.sampled_from(list(sms.SEPTETS)), max_size=600)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


@given(st.one_of(GSM, ANY), st.integers(0, 255), st.randoms())
def test_what_is_cut_is_put_together_again_in_any_order(text: str, reference: int, dice: object) -> None:
    parts = split(text, reference)
    whole = list(parts)
    dice.shuffle(whole)  # type: ignore[attr-defined]
    assert joined(whole) == text
    room = sms.ALONE if len(parts) == 1 else sms.PART
    assert all(len(part.payload) <= room[part.coding] for part in parts)
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    for part in parts:
        place, payload = sms.headed(part.header + part.payload) if part.header else (None, part.payload)
        assert payload == part.payload
        assert place == (None if part.of == 1 else (reference, part.of, part.number))


@given(ANY)
def test_no_byte_order_mark_and_no_half_character(text: str) -> None:
    for part in split(text, 7):
        if part.coding == UCS2:
            part.payload.decode("utf-16-be")  # each part by itself, or it was cut in a surrogate pair
            assert text.startswith("\ufeff") or not part.payload.startswith(b"\xfe\xff") or part.number > 1


@pytest.mark.parametrize(
    ("text", "coding", "parts"),
    [
        ("", GSM7, 1),
        ("a" * 160, GSM7, 1),
        ("a" * 161, GSM7, 2),
        ("€" * 80, GSM7, 1),
        ("€" * 81, GSM7, 2),
        ("a" * 152 + "€" + "a" * 10, GSM7, 2),
        ("洪" * 70, UCS2, 1),
        ("洪" * 71, UCS2, 2),
        ("洪" * 134, UCS2, 2),
        ("洪" * 135, UCS2, 3),
        ("𠮷" * 35, UCS2, 1),
        ("𠮷" * 36, UCS2, 2),
        ("a" * 159 + "é", GSM7, 1),
        ("a" * 70 + "ê", UCS2, 2),
    ],
)
def test_the_borders(text: str, coding: int, parts: int) -> None:
    found = split(text, 1)
    assert (found[0].coding, len(found)) == (coding, parts)
    assert joined(found) == text


def test_too_long_is_refused() -> None:
    with pytest.raises(sms.TooLong):
        split("洪" * 67 * 256, 1)
