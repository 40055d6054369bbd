"""How far a warning got, as far as it is proved; pure counting, no ORM.

An answer proves that somebody was reached. A receipt proves no more than its channel has earned: at least Wilson's lower bound of the
share of its earlier words that an answer or a silent test confirmed, at most all that nothing refutes. What waits, failed or was only
rendered counts as not reached. Of a village that several channels tell of, the best of them counts, as if all told of the same
(Fréchet's bound): channels that fail together are never added up. People are reached where their village is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil, floor
from typing import Protocol

SENT, DELIVERED, ANSWERED = "sent", "delivered", "answered"
#: What became of an addressee: each of the first three includes the ones after it; the others exclude each other.
TAKEN = (SENT, DELIVERED, ANSWERED)
GONE = {"failed", "lapsed"}
#: The instants after publication at which a page tells how far a warning was.
WITHIN = tuple(timedelta(minutes=n) for n in (1, 5, 10, 30, 60, 120))
#: Shares are sums of fractions: what is off by less than this is whole.
HAIR = 1e-9


class Earned(Protocol):
    """How far a channel's word is believed."""

    @property
    def checked(self) -> int:
        """Return how many of its words could be checked."""

    @property
    def confirmed(self) -> int:
        """Return how many of them were confirmed."""

    @property
    def low(self) -> float:
        """Return the share that is earned."""

    @property
    def high(self) -> float:
        """Return the share that is not refuted."""


Beliefs = Mapping[tuple[str, str], Earned]


@dataclass(frozen=True)
class Claim:
    """What a channel says of so many addressees: at which place, how far, since when."""

    channel: str
    state: str
    area: str = ""
    n: int = 1
    at: datetime | None = None


@dataclass(frozen=True)
class Bounds:
    """Between how many of so many were reached."""

    low: float = 0.0
    high: float = 0.0
    of: float = 0.0

    def __add__(self, other: Bounds) -> Bounds:
        return Bounds(self.low + other.low, self.high + other.high, self.of + other.of)

    def __mul__(self, times: float) -> Bounds:
        return Bounds(self.low * times, self.high * times, self.of * times)

    @property
    def percent(self) -> int:
        """Return the lower bound as a share, in whole percent."""
        return floor(100 * self.low / self.of + HAIR) if self.of else 0

    @property
    def at_least(self) -> int:
        """Return the lower bound in whole ones."""
        return floor(self.low + HAIR)

    @property
    def at_most(self) -> int:
        """Return the upper bound in whole ones."""
        return ceil(self.high - HAIR)


def bounds_of(claim: Claim, beliefs: Beliefs) -> Bounds:
    """Return between how many of a claim's addressees were reached."""
    if claim.state == ANSWERED:
        return Bounds(claim.n, claim.n, claim.n)
    if claim.state not in TAKEN:
        return Bounds(0, 0, claim.n)
    earned = beliefs.get((claim.channel, claim.state))
    low, high = (earned.low, earned.high) if earned else (0.0, 1.0)
    return Bounds(low, high, 1) * claim.n


def one_of(claims: Iterable[Claim], beliefs: Beliefs) -> Bounds:
    """Return how surely at least one of several claims about the same place holds: as surely as the best of them."""
    each = [bounds_of(Claim(c.channel, c.state), beliefs) for c in claims]
    return Bounds(max((b.low for b in each), default=0.0), max((b.high for b in each), default=0.0), 1)


@dataclass
class Village:
    """A village that a warning is for: how grave it is there, who confirmed it, what channels claim, whom to ring."""

    code: str
    name: str
    people: int | None
    danger: int = 0
    chain: list[str] = field(default_factory=list)
    confirmed_at: datetime | None = None
    claims: list[Claim] = field(default_factory=list)
    #: By post how often it was rung by telephone in vain; "" for no post.
    rung: dict[str, int] = field(default_factory=dict)
    bounds: Bounds = field(default_factory=Bounds)

    @property
    def next_post(self) -> str:
        """Return whom to ring: of those who stand for it whoever was rung least often, the nearest first; "" for nobody."""
        return min(self.chain, key=lambda post: (self.rung.get(post, 0), self.chain.index(post)), default="")


def in_order(villages: Iterable[Village]) -> list[Village]:
    """Return the villages that nobody confirmed: where danger is gravest first, then where most people live."""
    open_ones = [v for v in villages if v.confirmed_at is None]
    return sorted(open_ones, key=lambda v: (-v.danger, -(v.people or 0), v.code))


@dataclass
class ByChannel:
    """What became of a channel's addressees, and how far its words are believed."""

    channel: str
    addressed: int = 0
    sent: int = 0
    delivered: int = 0
    answered: int = 0
    failed: int = 0
    waiting: int = 0
    rendered: int = 0
    bounds: Bounds = field(default_factory=Bounds)
    earned: list[tuple[str, Earned]] = field(default_factory=list)

    @property
    def words(self) -> list[dict[str, object]]:
        """Return how far each of its words is believed, for a program."""
        names = ("checked", "confirmed", "low", "high")
        return [{"word": word, **{name: getattr(belief, name) for name in names}} for word, belief in self.earned]

    def add(self, claim: Claim, beliefs: Beliefs) -> None:
        """Count a claim."""
        self.addressed += claim.n
        if claim.state in TAKEN:
            for word in TAKEN[: TAKEN.index(claim.state) + 1]:
                setattr(self, word, getattr(self, word) + claim.n)
        else:
            name = "failed" if claim.state in GONE else "rendered" if claim.state == "rendered" else "waiting"
            setattr(self, name, getattr(self, name) + claim.n)
        self.bounds += bounds_of(claim, beliefs)


def by_channel(claims: Iterable[Claim], beliefs: Beliefs) -> list[ByChannel]:
    """Count claims by channel."""
    found: dict[str, ByChannel] = {}
    for claim in claims:
        found.setdefault(claim.channel, ByChannel(claim.channel)).add(claim, beliefs)
    for row in found.values():
        row.earned = [(word, beliefs[row.channel, word]) for word in (SENT, DELIVERED) if (row.channel, word) in beliefs]
    return [found[channel] for channel in sorted(found)]


@dataclass
class ByTown:
    """How far a warning got in one town: addressees there, its villages and the people in them."""

    code: str
    addressed: int = 0
    delivered: int = 0
    villages: int = 0
    confirmed: int = 0
    reached: Bounds = field(default_factory=Bounds)
    people: Bounds = field(default_factory=Bounds)


def by_town(villages: Iterable[Village], claims: Iterable[Claim]) -> list[ByTown]:
    """Count villages and claims by town."""
    found: dict[str, ByTown] = {}
    for village in villages:
        town = found.setdefault(village.code[:9], ByTown(village.code[:9]))
        town.villages += 1
        town.confirmed += village.confirmed_at is not None
        town.reached += village.bounds
        town.people += village.bounds * (village.people or 0)
    for claim in claims:
        if len(claim.area) >= 9:
            town = found.setdefault(claim.area[:9], ByTown(claim.area[:9]))
            town.addressed += claim.n
            town.delivered += claim.n if claim.state in (DELIVERED, ANSWERED) else 0
    return [found[code] for code in sorted(found)]


@dataclass(frozen=True)
class ByTime:
    """How far a warning was so long after its publication; None: until now."""

    within: timedelta | None
    sent: int
    delivered: int
    confirmed: int

    @property
    def minutes(self) -> int | None:
        """Return how many minutes after its publication."""
        return int(self.within.total_seconds() // 60) if self.within is not None else None


def by_time(began: datetime, now: datetime, claims: Iterable[Claim], villages: Iterable[Village]) -> list[ByTime]:
    """Tell how far a warning was at some instants after its publication, and is now."""
    known = [c for c in claims if c.state in TAKEN and c.at is not None]
    answered = [v.confirmed_at for v in villages if v.confirmed_at is not None]
    rows = []
    for within in (*(w for w in WITHIN if began + w < now), None):
        until = now if within is None else began + within
        had = [c for c in known if c.at is not None and c.at <= until]
        rows.append(
            ByTime(
                within,
                sum(c.n for c in had),
                sum(c.n for c in had if c.state != SENT),
                sum(at <= until for at in answered),
            )
        )
    return rows
