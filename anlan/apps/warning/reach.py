"""The reach ledger of one warning: whom it was addressed to, what became of it, what that proves, and whom to ring next."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from anlan.apps.alarms import api as alarms
from anlan.apps.messages import api as messages
from anlan.apps.people import api as people
from anlan.apps.places import api as places
from anlan.apps.warning import callouts
from anlan.apps.warning.choices import PUBLIC, CallState, MessageType
from anlan.apps.warning.models import Call, CalledVillage, Ring, Warning
from anlan.apps.warning.reaching import (
    Beliefs,
    Bounds,
    ByChannel,
    ByTime,
    ByTown,
    Claim,
    Village,
    by_channel,
    by_time,
    by_town,
    in_order,
    one_of,
)
from anlan.kit import clock
from anlan.kit.records import readable
from anlan.kit.scope import current

VIEWS = "warning.view_warning"


@dataclass
class Reach:
    """How far a warning got. `next` are the villages that nobody confirmed, in the order in which to ring."""

    bodies: int
    subscribers: int
    loudspeakers: int
    #: Bodies, those who were called and subscribers of whom the viewer may not read what became of them.
    not_shown: int
    channels: list[ByChannel]
    towns: list[ByTown]
    times: list[ByTime]
    calls: list[Call]
    villages: list[Village]
    next: list[Village]
    #: The names of the posts to ring.
    posts: dict[str, str]

    @property
    def villages_in_all(self) -> int:
        """Return how many villages it is for."""
        return len(self.villages)

    @property
    def confirmed(self) -> int:
        """Return how many villages somebody answered for."""
        return len(self.villages) - len(self.next)

    @property
    def reached(self) -> Bounds:
        """Return between how many villages were reached."""
        return sum((v.bounds for v in self.villages), Bounds())

    @property
    def people(self) -> Bounds:
        """Return between how many people live where it was reached."""
        return sum((v.bounds * (v.people or 0) for v in self.villages), Bounds())


@dataclass(frozen=True)
class Asked:
    """How many residents of a county a published warning had to reach, and of how many the village answered for them."""

    warning: Warning
    county: str
    people: int
    confirmed: int
    villages: int


def asked(since: datetime, until: datetime) -> list[Asked]:
    """Return of each warning published in a period what an answer proves, by county: calls that were answered, rings that reached somebody."""
    rows = readable(CalledVillage, VIEWS).filter(warning__published_at__gte=since, warning__published_at__lt=until)
    rows = (
        rows.filter(warning__state__in=PUBLIC).exclude(warning__message_type=MessageType.CANCEL).select_related("warning", "call")
    )
    rung = {(r.warning_id, r.area) for r in readable(Ring, VIEWS).filter(rung_at__gte=since) if r.confirms}
    shares = {t.code: t.residents // t.villages for t in places.residents_of_towns() if t.villages}
    sums: dict[tuple[Warning, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        people, held = _residents(row, shares) or 0, sums[row.warning, row.area[:6]]
        answered = (row.call is not None and row.call.state == CallState.ANSWERED) or (row.warning_id, row.area) in rung
        held[:] = [held[0] + people, held[1] + (people if answered else 0), held[2] + 1]
    return [Asked(warning, county, *counts) for (warning, county), counts in sums.items()]


def reach_of(warning: Warning, named: int = 50) -> Reach:
    """Draw up how far a warning got, from receipts, copies, calls and rings that the viewer may read; the first `named` callers by name."""
    notified = messages.recipients(f"warning:{warning.pk}")
    calls, beliefs = callouts.calls_about(warning), messages.beliefs()
    called = [f"call:{call.pk}" for call in calls]
    rung = messages.recipients(*called)
    copies, elsewhere = messages.copies_about(f"warning:{warning.pk}", current().areas_for(VIEWS))
    told = [_claim(r) for r in notified]
    claims = [*told, *(_claim(r) for r in rung), *(Claim(c.channel, c.state, c.area, c.n, c.at) for c in copies)]
    villages = _villages(warning, calls)
    _weigh(warning, villages, rung, [c for c in claims if len(c.area) == 12], beliefs)
    waiting = in_order(villages.values())
    codes = {v.next_post for v in waiting[:named]} - {""}
    return Reach(
        bodies=len(notified),
        subscribers=sum(c.n for c in copies if c.channel != messages.LOUDSPEAKER),
        loudspeakers=sum(c.n for c in copies if c.channel == messages.LOUDSPEAKER),
        not_shown=elsewhere + messages.not_shown([*notified, *rung], f"warning:{warning.pk}", *called),
        channels=by_channel(claims, beliefs),
        towns=by_town(villages.values(), claims),
        times=by_time(warning.published_at, clock.now(), claims, villages.values()) if warning.published_at else [],
        calls=calls,
        villages=list(villages.values()),
        next=waiting,
        posts={code: str(post) for code, post in people.posts_by_code(codes).items()},
    )


def _claim(row: messages.Recipient) -> Claim:
    """Return what a receipt claims, since when."""
    at = {"answered": row.answered_at, "delivered": row.delivered_at}.get(row.state) or row.sent_at
    return Claim(row.channel, row.state, row.area, 1, at)


def _villages(warning: Warning, calls: list[Call]) -> dict[str, Village]:
    """Return the villages of a warning with who stands for them, and since when they have confirmed it."""
    if warning.state not in PUBLIC or warning.message_type == MessageType.CANCEL:
        return {}
    known = callouts.villages_called(warning) or callouts.villages_of(warning)
    # Nobody publishes the residents of villages: those of a town are spread evenly over its own.
    shares = {t.code: t.residents // t.villages for t in places.residents_of_towns(warning.area) if t.villages}
    answered = {call.pk: call.answered_at for call in calls if call.state == CallState.ANSWERED}
    found = {
        v.area: Village(v.area, str(v), _residents(v, shares), chain=list(v.chain), confirmed_at=answered.get(v.call_id or 0))
        for v in known
    }
    for ring in callouts.rings_about(warning):
        if village := found.get(ring.area):
            if ring.confirms:
                village.confirmed_at = min(filter(None, (village.confirmed_at, ring.rung_at)))
            else:
                village.rung[ring.post] = village.rung.get(ring.post, 0) + 1
    return found


def _residents(village: CalledVillage, shares: dict[str, int]) -> int | None:
    return shares.get(village.area[:9]) if village.population is None else village.population


def _weigh(
    warning: Warning, villages: dict[str, Village], rung: list[messages.Recipient], local: list[Claim], beliefs: Beliefs
) -> None:
    """Put to each village what channels claim there, how surely that reached it, and how grave the danger is."""
    by_post = {r.code: _claim(r) for r in rung}
    for claim in local:
        if village := villages.get(claim.area):
            village.claims.append(claim)
    open_ones = alarms.alarms_open(warning.area, warning.hazard, permission="alarms.view_alarm")
    for village in villages.values():
        village.claims += [by_post[post] for post in village.chain if post in by_post]
        sure = village.confirmed_at is not None
        village.bounds = Bounds(1, 1, 1) if sure else one_of(village.claims, beliefs)
        near = [a.level for a in open_ones if village.code.startswith(a.area) or a.area.startswith(village.code)]
        village.danger = max(near, default=0)
