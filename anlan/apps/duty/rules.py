"""Pure decisions of duty: how a rota runs on, which shifts clash, where nobody is planned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

#: A shift may be taken over so long before it begins.
EARLIEST = timedelta(hours=2)
#: Its log takes entries so long after it has ended; a rota begins within so long.
LATEST, FARTHEST = timedelta(days=1), timedelta(days=366)
#: A rota is planned for so many days at once at most, in shifts of one of these numbers of hours, which divide a day.
MOST_DAYS, LENGTHS = 92, (8, 12, 24)

Span = tuple[datetime, datetime]


def spans(first: datetime, days: int, hours: int) -> list[Span]:
    """Return the shifts of so many hours that fill so many days from an instant on."""
    length = timedelta(hours=hours)
    return [(first + length * n, first + length * (n + 1)) for n in range(days * 24 // hours)]


def clash(wanted: Iterable[Span], known: Sequence[Span]) -> Span | None:
    """Return the first of the known shifts that one of the wanted would overlap."""
    for begins, ends in wanted:
        for held in known:
            if held[0] < ends and begins < held[1]:
                return held
    return None


def gaps(known: Iterable[Span], since: datetime, until: datetime) -> list[Span]:
    """Return the times between two instants for which nobody is planned."""
    found, at = [], since
    for begins, ends in sorted(known):
        if begins > at and at < until:
            found.append((at, min(begins, until)))
        at = max(at, ends)
    return found + ([(at, until)] if at < until else [])
