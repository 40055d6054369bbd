"""Place search: by name, pinyin in full or by initials, code, former name or code, and with a slip of the finger.

Divisions are few and rarely change, so they are held in memory, made anew when a row has changed; a search takes milliseconds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import Count, Max

from anlan.apps.places import history
from anlan.apps.places.models import CodeChange, Division
from anlan.kit.worlds import alias
from anlan.lib.pinyin import spelt
from anlan.lib.spelling import distance, folded

ENDINGS = re.compile(
    r"(壮族瑶族自治县|瑶族自治县|自治县|壮族瑶族乡|瑶族乡|街道办事处|街道|社区居委会|居委会|村委会|社区|镇|乡|村|县|市|区)$"
)
#: The rank of an answer by a former name.
FORMER = 5
DEPTHS = {"city": 0, "county": 1, "town": 2, "village": 3}


@dataclass(frozen=True)
class Entry:
    """One division as it may be typed."""

    pk: int
    code: str
    depth: int
    names: tuple[str, ...]
    spellings: tuple[str, ...]
    initials: tuple[str, ...]
    syllables: tuple[str, ...]
    english: str
    former: tuple[str, ...]


@dataclass(frozen=True)
class Hit:
    """A division that was found, and by which former name or code if so."""

    division: Division
    formerly: str = ""


_kept: dict[str, tuple[tuple[object, ...], list[Entry]]] = {}


def _entries() -> list[Entry]:
    state = Division.objects.aggregate(n=Count("pk"), at=Max("changed_at")), CodeChange.objects.aggregate(at=Max("changed_at"))
    mark = tuple(value for found in state for value in found.values())
    held = _kept.get(alias())
    if held is None or held[0] != mark:
        former: dict[int, list[str]] = {}
        for change in CodeChange.objects.exclude(old_name="").exclude(new_code=""):
            found = history.resolve(change.old_code)
            if found and found.division.name != change.old_name:
                former.setdefault(found.division.pk, []).append(change.old_name)
        rows = Division.objects.defer("outline")
        _kept[alias()] = held = (mark, [_entry(d, tuple(dict.fromkeys(former.get(d.pk, [])))) for d in rows])
    return held[1]


def _entry(d: Division, former: tuple[str, ...]) -> Entry:
    short = ENDINGS.sub("", d.name) or d.name
    names = tuple(dict.fromkeys((d.name, short)))
    parts = [tuple(map(folded, spelt(name))) for name in names]
    tails = tuple("".join(parts[0][i:]) for i in range(1, len(parts[0]) - 1))
    return Entry(
        d.pk,
        d.code,
        DEPTHS[d.level],
        names,
        tuple("".join(p) for p in parts),
        tuple("".join(s[0] for s in p) for p in parts),
        tails,
        folded(d.name_en),
        former,
    )


def find(text: str, limit: int = 20) -> list[Hit]:
    """Find divisions, best first: what is meant exactly, then beginnings, parts, former names, and near spellings."""
    wanted = folded(re.sub(r"\s+", " ", text).strip())
    if not wanted:
        return []
    if wanted.isdecimal():
        return _by_code(wanted, limit)
    entries = _entries()
    plain = wanted.replace(" ", "").replace("'", "")
    ranked = [(rank, e) for e in entries if (rank := _rank(e, wanted, plain)) is not None]
    if not ranked:
        ranked = [(10 + apart, e) for e in entries if (apart := _apart(e, plain)) is not None]
    ranked.sort(key=lambda pair: (pair[0], pair[1].depth, len(pair[1].names[0]), pair[1].code))
    best = ranked[:limit]
    rows = Division.objects.defer("outline").in_bulk([e.pk for _rank_, e in best])
    return [Hit(rows[e.pk], _formerly(e, plain) if rank == FORMER else "") for rank, e in best if e.pk in rows]


def _rank(e: Entry, wanted: str, plain: str) -> int | None:
    """Return how well an entry answers, 0 best, None not at all."""
    if plain in e.names or plain in e.spellings or wanted == e.english:
        return 0
    if e.names[0].startswith(plain) or plain in e.initials or e.english.startswith(wanted):
        return 1
    if any(s.startswith(plain) for s in e.spellings):
        return 2
    if plain in e.names[0] or any(s.startswith(plain) for s in e.initials):
        return 3
    if len(plain) > 3 and (any(s.startswith(plain) for s in e.syllables) or f" {wanted}" in f" {e.english}"):
        return 4
    return FORMER if _formerly(e, plain) else None


def _formerly(e: Entry, plain: str) -> str:
    return next((name for name in e.former if plain in name or plain in "".join(spelt(name))), "") if len(plain) > 1 else ""


def _apart(e: Entry, plain: str) -> int | None:
    """Return by how many slips a spelling misses, None for too many: one from three characters on, two from eight."""
    limit = 2 if len(plain) >= 8 else 1
    if len(plain) < 3:
        return None
    near = min(distance(plain, s, limit) for s in (*e.names, *e.spellings))
    return near if near <= limit else None


def _by_code(digits: str, limit: int) -> list[Hit]:
    rows = list(Division.objects.defer("outline").filter(code__startswith=digits).order_by("code")[:limit])
    rows.sort(key=lambda d: (len(d.code), d.code))
    if rows and len(rows[0].code) == len(digits):
        return [Hit(d) for d in rows]
    found = history.resolve(digits)
    other = [Hit(found.division, "" if found.division.code == digits.rstrip("0") else digits)] if found else []
    return other + [Hit(d) for d in rows if not found or d.pk != found.division.pk]
