"""What came of a reach test: by channel how many took, got and answered it, by post who answered by what, and what to do next."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from anlan.apps.messages import queries
from anlan.apps.messages.actions import NO_CHANNEL
from anlan.apps.messages.choices import ReceiptState
from anlan.apps.messages.models import ReachTest, Receipt
from anlan.apps.people import api as people

ARRIVED = (ReceiptState.DELIVERED, ReceiptState.ANSWERED)


@dataclass
class ByChannel:
    """How many addresses of one channel got how far; each number includes those after it."""

    channel: str
    asked: int = 0
    sent: int = 0
    delivered: int = 0
    answered: int = 0
    failed: int = 0

    @property
    def shares(self) -> list[tuple[int, int]]:
        """Return sent, delivered and answered, each with its percent of what was asked."""
        return [(n, round(100 * n / self.asked)) for n in (self.sent, self.delivered, self.answered)]


@dataclass(frozen=True)
class Way:
    """One address, masked, and what became of it."""

    channel: str
    address: str
    state: str
    state_label: str
    answered_at: datetime | None
    said: str
    fault: str
    #: A machine answers it: nobody may have read it.
    by_machine: bool


@dataclass
class Post:
    """One post with its addresses, or an organisation with its machines."""

    area: str
    code: str
    name: str
    is_post: bool = True
    ways: list[Way] = field(default_factory=list)

    @property
    def answered(self) -> bool:
        """Return whether it answered by any of its addresses; of a post somebody, not its machine."""
        return any(way.state == ReceiptState.ANSWERED and not (self.is_post and way.by_machine) for way in self.ways)

    @property
    def next_step(self) -> str | Promise:
        """Return what to do about a post that did not answer, "" where it did."""
        states = {way.state for way in self.ways}
        if self.answered:
            return ""
        if not self.ways:
            return _("Enter a telephone number: it has no address that could be tested.")
        if states == {ReceiptState.FAILED}:
            return _("Put its addresses right: nothing gets through to any.")
        if ReceiptState.QUEUED in states:
            return _("Wait: not everything has gone out yet.")
        return _("Ring: ask whether it arrived, and have its number checked.")


@dataclass
class Reached:
    """What came of a test."""

    channels: list[ByChannel]
    #: Those who were asked and did not answer first, then those without an address, each by area.
    posts: list[Post]
    #: Posts that were asked and lie elsewhere: the viewer reads of a test what it brought in their own area.
    not_shown: int = 0

    @property
    def answered(self) -> int:
        """Return how many posts answered."""
        return sum(post.answered for post in self.posts)

    @property
    def silent(self) -> list[Post]:
        """Return the posts that did not answer."""
        return [post for post in self.posts if not post.answered]


def reached(test: ReachTest) -> Reached:
    """Draw up what came of a test, from the receipts that the viewer may read."""
    rows = list(queries.receipts_of(test).order_by("area", "recipient_code", "id"))
    names = people.posts_by_code({row.recipient_code for row in rows})
    machines = queries.machine_ways()
    channels: dict[str, ByChannel] = {}
    posts: dict[str, Post] = {}
    for row in rows:
        code = row.recipient_code
        if code not in posts:
            posts[code] = Post(row.area, code, str(names[code]) if code in names else row.to, code in names)
        post = posts[code]
        if row.channel == NO_CHANNEL:
            continue
        shown = (row.state, row.get_state_display(), row.answered_at, row.said, row.fault, row.channel in machines)
        post.ways.append(Way(row.channel, people.mask(row.address), *shown))
        _count(channels.setdefault(row.channel, ByChannel(row.channel)), row)
    return Reached(
        [channels[code] for code in sorted(channels)],
        sorted(posts.values(), key=lambda p: (p.answered, not p.ways, p.area, p.code)),
        max(test.posts - len(posts), 0),
    )


def _count(line: ByChannel, row: Receipt) -> None:
    line.asked += 1
    line.sent += row.sent_at is not None or row.state in ARRIVED
    line.delivered += row.delivered_at is not None or row.state in ARRIVED
    line.answered += row.state == ReceiptState.ANSWERED
    line.failed += row.state == ReceiptState.FAILED


def summed(found: Reached, named: int) -> dict[str, Any]:
    """Return what the page shows, the first so many posts by name, grouped by whether they answered."""
    by_area: dict[str, list[Post]] = defaultdict(list)
    for post in found.posts:
        by_area[post.area].append(post)
    places = [any(p.answered for p in posts) for area, posts in by_area.items() if len(area) == 12]
    return {
        "found": found,
        "posts": found.posts[:named],
        "more": max(len(found.posts) - named, 0),
        "villages": len(places),
        "villages_answered": sum(places),
    }
