"""Division codes of GB/T 2260 and the statistics bureau as prefixes: 4418 city, 441802 county, 9 digits town, 12 village."""

from __future__ import annotations

import re
from collections.abc import Iterable
from os.path import commonprefix

LENGTHS = {"province": 2, "city": 4, "county": 6, "town": 9, "village": 12}
WORDS = "{!r} is not a division code: it has 2, 4, 6, 9 or 12 digits and no level of it is all zeros"


def is_code(text: str) -> bool:
    """Return whether `text` is a division's prefix: a known length, and a number other than zero at every level."""
    if re.fullmatch(r"[0-9]+", text) is None or len(text) not in LENGTHS.values():
        return False
    starts = (0, *LENGTHS.values())
    return all(text[a:b].strip("0") for a, b in zip(starts, starts[1:], strict=False) if b <= len(text))


def normalise(code: str) -> str:
    """Shorten a padded code to its prefix: 441800 → 4418, 441802000000 → 441802.

    Raises ValueError for what is no code, also for one of another length or with a level left out (440002, 4418020):
    a code that is shortened by guessing names another place.
    """
    text = code.strip()
    if len(text) in (6, 9, 12):
        for length in LENGTHS.values():
            if length < len(text) and not text[length:].strip("0"):
                text = text[:length]
                break
    if not is_code(text):
        raise ValueError(WORDS.format(code))
    return text


def padded(code: str) -> str:
    """Lengthen a prefix to the 6-digit code of GB/T 2260, or to 12 digits below the county; ValueError for what is no code."""
    if not is_code(code):
        raise ValueError(WORDS.format(code))
    return code.ljust(6 if len(code) <= 6 else 12, "0")


def level_of(code: str) -> str:
    """Return province, city, county, town or village; raises ValueError for what is no code."""
    if not is_code(code):
        raise ValueError(WORDS.format(code))
    return next(level for level, length in LENGTHS.items() if len(code) == length)


def ancestors(code: str) -> tuple[str, ...]:
    """Return the codes above, outermost first: 441802006001 → 44, 4418, 441802, 441802006."""
    return tuple(code[:length] for length in LENGTHS.values() if length < len(code))


def common(codes: Iterable[str]) -> str:
    """Return the innermost division that holds all of these, "" where none does."""
    prefix = commonprefix(list(codes))
    return prefix[: max((n for n in LENGTHS.values() if n <= len(prefix)), default=0)]


def contains(outer: str, inner: str) -> bool:
    """Return whether `inner` is `outer` or lies in it."""
    return inner.startswith(outer)
