"""Deadline ladders: what waits for somebody climbs rung by rung until it is answered. Pure: no clock, no database.

One ladder serves an alarm that nobody answers, a task that nobody accepts and a message that does not get through. Its waits say
how long each rung gives: the first counts from the deadline or the beginning, each further one from the rung before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung: its number from 1, when it is or was reached, and whether it was."""

    number: int
    at: datetime
    reached: bool


@dataclass(frozen=True)
class Ladder:
    """The waits before each rung, in order."""

    waits: tuple[timedelta, ...]

    @property
    def top(self) -> int:
        """Return the number of the last rung."""
        return len(self.waits)

    def next_at(self, rung: int, since: datetime) -> datetime | None:
        """Return when the rung after `rung` is reached if `rung` was at `since`; 0 is the ground, None stands for no further rung."""
        return since + self.waits[rung] if rung < self.top else None

    def climbs(self, rung: int, since: datetime, now: datetime) -> bool:
        """Return whether it is time for the next rung."""
        at = self.next_at(rung, since)
        return at is not None and at <= now

    def rungs(self, ground: datetime, rung: int = 0, since: datetime | None = None) -> list[Rung]:
        """Return every rung: those reached, the newest at its true time, and those to come if nobody answers."""
        at = since if since is not None and rung else ground
        before = [Rung(n, at - sum(self.waits[n:rung], timedelta()), True) for n in range(1, rung + 1)]
        ahead = [Rung(n, at + sum(self.waits[rung:n], timedelta()), False) for n in range(rung + 1, self.top + 1)]
        return before + ahead

    def reached(self, ground: datetime, now: datetime) -> int:
        """Return the number of the last rung whose time has come by now, 0 for none."""
        return sum(rung.at <= now for rung in self.rungs(ground))
