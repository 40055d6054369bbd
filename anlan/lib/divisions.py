"""Division codes of GB/T 2260 and the statistics bureau as prefixes: 4418 city, 441802 county, 9 digits town, 12 village."""

from __future__ import annotations

LENGTHS = {"province": 2, "city": 4, "county": 6, "town": 9, "village": 12}


def normalise(code: str) -> str:
    """Shorten a padded code to its prefix: 441800 → 4418, 441802000000 → 441802. Raises ValueError for what is no code."""
    text = code.strip()
    if not text.isdigit() or not 2 <= len(text) <= 12:
        raise ValueError(f"{code!r} is not a division code")
    for length in sorted(LENGTHS.values()):
        if length <= len(text) and not text[length:].strip("0"):
            return text[:length] if length != 2 or len(text) == 2 or not text[2:].strip("0") else text
    return text


def padded(code: str) -> str:
    """Lengthen a prefix to the 6-digit code of GB/T 2260, or to 12 digits below the county."""
    return code.ljust(6 if len(code) <= 6 else 12, "0")


def level_of(code: str) -> str:
    """Return province, city, county, town or village; raises ValueError for another length."""
    for level, length in LENGTHS.items():
        if len(code) == length:
            return level
    raise ValueError(f"{code!r} has no level: codes have 2, 4, 6, 9 or 12 digits")


def ancestors(code: str) -> tuple[str, ...]:
    """Return the codes above, outermost first: 441802006001 → 44, 4418, 441802, 441802006."""
    return tuple(code[:length] for length in LENGTHS.values() if length < len(code))


def contains(outer: str, inner: str) -> bool:
    """Tell whether `inner` is `outer` or lies in it."""
    return inner.startswith(outer)
