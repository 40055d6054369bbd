"""A text that holds both languages in one field, as a city's tables do: "仅见其名 · named only". The reader is shown the half in his own."""

from __future__ import annotations

import re

#: What parts the halves.
BETWEEN = " · "
HAN = re.compile(r"[㐀-鿿]")
#: English, and no code or name that a Chinese text may end with.
ENGLISH = re.compile(r"\b[a-z]{2,},? [a-z]{2,}\b")


def half(text: str, *, chinese: bool) -> str:
    """Return the half of a text in a language; all of it where it is no such text."""
    left, between, right = text.partition(BETWEEN)
    two = between and HAN.search(left) and not ENGLISH.search(left) and ENGLISH.search(right)
    if not two or len(HAN.findall(right)) * 4 > len(right):
        return text
    return left if chinese else right
