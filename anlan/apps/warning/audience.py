"""Who a warning would reach, told before anybody sends it: people, villages, bodies and officials, each by the channel it is reached by first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from anlan.apps.messages import api as messages
from anlan.apps.people import api as people
from anlan.apps.warning import callouts, queries, ways
from anlan.apps.warning.kinds import goes_by
from anlan.apps.warning.models import Warning
from anlan.kit.records import readable
from anlan.kit.refusals import NotAuthorised
from anlan.kit.scope import Scope, current, entered

NEEDS = "warning.draft_warning"
#: So many earlier warnings of the place are told beside it.
EARLIER = 5


@dataclass(frozen=True)
class Earlier:
    """An earlier warning of the same place, to hold the numbers against."""

    headline: str
    published_at: datetime
    people: int | None


@dataclass(frozen=True)
class Audience:
    """What a ground holds and how its addressees are reached. `unreachable` have no address that leaves; nobody is counted twice."""

    area: str
    people: int
    villages: int
    bodies: int
    officials: int
    channels: dict[str, int]
    #: Of the public, who subscribed, by channel.
    subscribers: dict[str, int]
    loudspeakers: int
    #: By each way that a drafter may leave out: subscribers, loudspeakers, screens.
    ways: dict[str, int]
    unreachable: list[str]
    villages_without_official: int
    earlier: list[Earlier]


def audience_of(areas: list[str], outline: str = "") -> Audience:
    """Count the audience of divisions and a drawn outline (WKT, GeoJSON); raises Refusal in words where there is no such ground."""
    ground = queries.ground_of(areas, outline)
    if not current().may(NEEDS, ground.area):
        raise NotAuthorised(_("Your post may not do this here. Ask your administrator for the permission."))
    villages = callouts.villages_within(ground.pieces)
    bodies = queries.bodies_of(ground.area, ground.pieces)
    posts = callouts.first_posts(ground.area, villages)
    officials = list(dict.fromkeys(posts.values()))
    # Whoever drafts may not see the addresses of the city's own bodies; that they have one is counted all the same.
    with entered(Scope.everything("system:audience", current().world)):
        first = people.first_contacts([*bodies, *officials])
    # In the live world the sandbox reaches nobody.
    reached = {code: contact for code, contact in first.items() if messages.allowed_channel(contact.kind, current().world)}
    counts = ways.counted(ground.area, ground.pieces)
    subscribers, loudspeakers = _told(counts)
    return Audience(
        area=ground.area,
        people=ground.people,
        villages=len(villages),
        bodies=len(bodies),
        officials=len(officials),
        channels=dict(sorted(Counter(contact.kind for contact in reached.values()).items())),
        subscribers=subscribers,
        loudspeakers=loudspeakers,
        ways=counts,
        unreachable=[code for code in [*bodies, *officials] if code not in reached],
        villages_without_official=len(villages) - len(posts),
        earlier=earlier_of(ground.area),
    )


def earlier_of(area: str) -> list[Earlier]:
    """Return what was last published for the same place, newest first, for whom the viewer may read it."""
    rows = readable(Warning).filter(area=area, published_at__isnull=False).order_by("-published_at")[:EARLIER]
    return [Earlier(str(w), w.published_at, w.audience) for w in rows]


def told_in(pieces: Iterable[Any], channels: Sequence[str] = ()) -> tuple[dict[str, int], int]:
    """Count the subscribers of a ground (pieces with division or outline) by channel, and its loudspeakers, which are nobody of the public.

    `channels` are those by which they are told, none for all.
    """
    areas, outline = queries.told_ground(pieces)
    with entered(Scope.everything("system:audience", current().world)):
        found = dict(messages.subscribers_in(areas, outline, messages.towns_of(outline)))
    return _told({code: n for code, n in found.items() if goes_by(channels, code)})


def _told(counts: Mapping[str, int]) -> tuple[dict[str, int], int]:
    """Return of the addressees by way the subscribers by channel, and the loudspeakers."""
    found = {code: counts[code] for code in messages.broadcast_channels() if counts.get(code)}
    return found, found.pop(messages.LOUDSPEAKER, 0)
