"""A second, slow way to the end of a limit: it walks the calendar in steps of five minutes and counts those that count.

`python -m anlan.lib.tests.terms.oracle` writes the table anew; read the difference before it is committed.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

STEP = timedelta(minutes=5)
ZONE = ZoneInfo("Asia/Shanghai")
TABLE = Path(__file__).with_name("table.csv")
DAYS = Path(__file__).parents[4] / "packs" / "qingyuan" / "law" / "days.csv"
#: Five-minute steps of the office day, counted from midnight: 8:30 to 12:00 and 14:30 to 17:30.
OFFICE = frozenset([*range(102, 144), *range(174, 210)])
Pauses = list[tuple[datetime, datetime | None]]


def decided() -> dict[date, bool]:
    """Return the days that a notice decides otherwise than the week does."""
    with DAYS.open(encoding="utf-8", newline="") as rows:
        return {date.fromisoformat(row["day"]): row["works"] == "1" for row in csv.DictReader(rows)}


def end(amount: int, unit: str, started: datetime, pauses: Pauses, days: dict[date, bool]) -> datetime | None:
    """Return the first instant after a limit, None where an open pause keeps it from ending."""
    return _end_in_days(amount, unit, started, pauses, days) if "days" in unit else _walk(amount, unit, started, pauses, days)


def _works(day: date, days: dict[date, bool]) -> bool:
    return days[day] if day in days else day.isoweekday() not in (6, 7)


def _paused(at: datetime, pauses: Pauses) -> bool:
    return any(since <= at and (until is None or at < until) for since, until in pauses)


def _walk(amount: int, unit: str, started: datetime, pauses: Pauses, days: dict[date, bool]) -> datetime | None:
    wanted = amount * (1 if unit == "minutes" else 60) // 5
    last = max((since for since, until in pauses if until is None), default=None)
    at = started
    while wanted:
        if last is not None and at >= last:
            return None
        step = at.hour * 12 + at.minute // 5
        counts = unit != "working_hours" or (step in OFFICE and _works(at.date(), days))
        if counts and not _paused(at, pauses):
            wanted -= 1
        at += STEP
    return at


def _end_in_days(amount: int, unit: str, started: datetime, pauses: Pauses, days: dict[date, bool]) -> datetime | None:
    whole: list[date] = []
    day = started.date()
    while len(whole) < amount + 40:
        day += timedelta(days=1)
        midnight = datetime(day.year, day.month, day.day, tzinfo=ZONE)
        if any(until is None and since < midnight + timedelta(days=1) for since, until in pauses):
            break
        if not any(_paused(midnight + number * STEP, pauses) for number in range(288)):
            whole.append(day)
        if unit == "working_days" and whole and not _works(whole[-1], days):
            whole.pop()
    found = next((day for day in whole[amount - 1 :] if _works(day, days)), None)
    return found and datetime(found.year, found.month, found.day, tzinfo=ZONE) + timedelta(days=1)


#: Where the year's traps lie: the eves of long holidays, make-up Sundays, year's ends, a week like any other.
STARTS = (
    "2024-02-08 16:20", "2024-09-13 17:30", "2024-12-31 23:55", "2025-01-25 09:00", "2025-01-27 17:25", "2025-04-03 12:00",
    "2025-04-26 10:15", "2025-05-30 08:25", "2025-06-17 14:30", "2025-09-27 18:00", "2025-09-30 15:45", "2025-11-12 00:00",
    "2026-01-03 13:10", "2026-02-13 17:00", "2026-02-20 11:35", "2026-05-08 20:00", "2026-06-18 14:25", "2026-09-24 11:55",
)  # fmt: skip
LIMITS = (
    (15, "minutes"), (1, "hours"), (2, "hours"), (72, "hours"), (1, "working_hours"), (7, "working_hours"), (40, "working_hours"),
    (1, "days"), (7, "days"), (30, "days"), (60, "days"), (1, "working_days"), (5, "working_days"), (20, "working_days"),
)  # fmt: skip


def cases() -> Iterator[tuple[int, str, datetime, Pauses]]:
    """Yield every limit from every start, a third of them with one pause, two, or one that is still open."""
    chance = random.Random(11)
    for begin in STARTS:
        started = datetime.strptime(begin, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)
        for amount, unit in LIMITS:
            pauses: Pauses = []
            at = started
            for _number in range(chance.choice((0, 0, 0, 0, 1, 1, 2))):
                at += STEP * chance.choice((1, 7, 40, 288, 900))
                until = at + STEP * chance.choice((1, 12, 100, 288, 2000))
                pauses.append((at, until))
                at = until
            if chance.random() < 0.12:
                pauses.append((at + STEP * chance.choice((2, 60, 1500)), None))
            yield amount, unit, started, pauses


def write() -> None:
    """Work every case out and write the table."""
    days = decided()
    with TABLE.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["amount", "unit", "started", "pauses", "ends"])
        for amount, unit, started, pauses in cases():
            told = "|".join(f"{said(since)}/{said(until)}" for since, until in pauses)
            table.writerow([amount, unit, said(started), told, said(end(amount, unit, started, pauses, days))])


def said(at: datetime | None) -> str:
    """Return an instant as the table writes it, local time."""
    return f"{at:%Y-%m-%d %H:%M}" if at else ""


if __name__ == "__main__":
    write()
