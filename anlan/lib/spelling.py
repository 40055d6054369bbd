"""Spellings: as they are compared, and how far two are apart by insertions, deletions, replacements and swaps of neighbours."""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    """Return a text as it is compared: small letters, full-width ones made plain, no tones, ü as v as keyboards have it."""
    marked = unicodedata.normalize("NFKD", text.replace("’", "'").lower()).replace("u\u0308", "v")
    return "".join(letter for letter in marked if not unicodedata.combining(letter))


def distance(a: str, b: str, limit: int) -> int:
    """Return the optimal-string-alignment distance of two texts, or `limit` + 1 as soon as it must be more."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        row = [i]
        for j, y in enumerate(b, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before, last = last, row
    return min(last[-1], limit + 1)
