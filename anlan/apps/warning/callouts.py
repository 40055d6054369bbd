"""Who stands for which village, what comes next when nobody answers, and the link by which one tap answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from anlan.apps.messages import api as messages
from anlan.apps.people import api as people
from anlan.apps.places import api as places
from anlan.apps.shelters import api as shelters
from anlan.apps.shelters.api import Danger
from anlan.apps.warning import wording
from anlan.apps.warning.choices import CONFIRMS, CallState
from anlan.apps.warning.models import Call, CalledVillage, IssuingBody, Ring, Warning
from anlan.apps.warning.queries import hazard_kind
from anlan.kit.languages import listed
from anlan.kit.names import name_of
from anlan.kit.scope import World
from anlan.lib.ladders import Ladder

SALT = "warning.call"
#: Villages named in a call; the page behind the link lists all.
NAMED = 6
#: So many shelters a listener can keep in mind; what people flee from by the first letters of an event's code (11A floods …).
OFFERED = 3
DANGERS = {"11A": Danger.FLOOD, "11B": Danger.FLOOD, "11C": Danger.QUAKE, "11D": Danger.SLIDE}


def chain_of(village: str, posts: dict[str, list[str]], duty: dict[str, str]) -> list[str]:
    """Return the posts that stand for a village: its own by rank, its town's by rank, its county's and its city's duty post."""
    found = [*posts.get(village, []), *posts.get(village[:9], [])]
    found += [duty[code] for code in (village[:6], village[:4]) if code in duty]
    return list(dict.fromkeys(found))


def villages_within(ground: Iterable[Any]) -> dict[str, places.DivisionFact]:
    """Return the villages of a ground (pieces with division or outline) by code. A drawn outline counts by towns."""
    found: dict[str, places.DivisionFact] = {}
    for piece in ground:
        codes = [piece.division] if piece.division else [town.code for town in places.touched(piece.outline, "town")]
        for code in codes:
            found |= {village.code: village for village in places.below(code, "village")}
    return found


def first_posts(area: str, villages: Iterable[str]) -> dict[str, str]:
    """Return by village the post of its own or of its town that is called first; a village without one is left out."""
    posts = _posts_below(area)
    return {village: chain[0] for village in villages if (chain := chain_of(village, posts, {}))}


def _posts_below(area: str) -> dict[str, list[str]]:
    posts: dict[str, list[str]] = defaultdict(list)
    for post in people.posts_below(area[:6]):
        posts[post.area].append(post.code)
    return posts


def villages_of(warning: Warning, pieces: Iterable[Any] | None = None) -> list[CalledVillage]:
    """Return the villages of a warning's ground as unsaved rows, each with its chain. `pieces` is the ground of what is not saved yet."""
    found, posts = villages_within(warning.areas.all() if pieces is None else pieces), _posts_below(warning.area)
    duty = dict(IssuingBody.objects.values_list("division", "duty_post"))
    return [
        CalledVillage(
            area=v.code,
            warning=warning if warning.pk else None,
            name=v.name,
            population=v.population,
            chain=chain_of(v.code, posts, duty),
        )
        for _code, v in sorted(found.items())
    ]


def by_first_post(villages: Iterable[CalledVillage]) -> dict[str, list[CalledVillage]]:
    """Group villages by the post that is called first for them, "" where nobody stands for one."""
    first: dict[str, list[CalledVillage]] = {}
    for village in villages:
        first.setdefault(village.chain[0] if village.chain else "", []).append(village)
    return first


def named(villages: Sequence[str]) -> tuple[str, str]:
    """Name the first few villages of a call, in Chinese and in English, and say how many more there are."""
    names = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            names.append(listed(name_of("area", code) for code in villages[:NAMED]))
    more = len(villages) - NAMED
    both = (names[0], names[1])
    words = _("%(names)s and %(more)d more villages")
    return messages.in_both(words, names=both, more=more) if more > 0 else both


def told_by_telephone(warning: Warning, villages: Sequence[str], pieces: Iterable[Any] | None = None) -> tuple[str, list[str]]:
    """Return what a call about some villages says, and the shelters that it offers."""
    return wording.by_telephone(warning, named(villages)[0], pieces), shelters_of(warning, villages)


def ladder(minutes: int, chain: list[str]) -> Ladder:
    """Return the ladder that a village's call climbs: each of its posts has so long to answer."""
    return Ladder((timedelta(minutes=minutes),) * len(chain))


def shelters_of(warning: Warning, villages: Iterable[str]) -> list[str]:
    """Return the shelters that a call about some villages offers to press a number for: the nearest that serve against this danger."""
    code = hazard_kind(warning.hazard).event_code
    danger = next((danger for start, danger in DANGERS.items() if code.startswith(start)), Danger.FIRE)
    called = set(villages)
    points = places.points_of(called) or places.points_of({village[:9] for village in called})  # most villages have none
    return shelters.nearest(list(points.values()), danger, OFFERED)


def next_steps(warning: Warning, minutes: int) -> dict[tuple[int, str], list[CalledVillage]]:
    """Group the villages whose call nobody answered by (that call, the next post to call); those at their chain's end rest."""
    found: dict[tuple[int, str], list[CalledVillage]] = defaultdict(list)
    stuck = CalledVillage.objects.filter(warning=warning, call__state=CallState.UNANSWERED).select_related("call")
    stuck = stuck.exclude(area__in=Ring.objects.filter(warning=warning, outcome__in=CONFIRMS).values("area"))
    for village in stuck:
        rung = village.chain.index(village.call.post) + 1
        if ladder(minutes, village.chain).next_at(rung, village.call.due_at) is not None:
            found[(village.call.pk, village.chain[rung])].append(village)
    return found


def answer_address(call: int, world: World) -> str:
    """Return the address of a call's one-tap answer: whoever holds it may answer this call, in this world, once."""
    token = signing.dumps([call, world], salt=SALT)
    return f"{settings.ANLAN_PUBLIC_URL}{'/exercise' if world == 'exercise' else ''}/warnings/answer/{token}/"


def call_of(token: str, world: World) -> int | None:
    """Return the call that a link's token is about; None for a forged one or one of the other world."""
    try:
        call, made_for = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(call) if made_for == world else None


def calls_about(warning: Warning) -> list[Call]:
    """Return the calls about a warning that the viewer may read, the earliest first."""
    return list(Call.objects.readable().filter(warning=warning).order_by("called_at", "id"))


def villages_called(warning: Warning) -> list[CalledVillage]:
    """Return the villages that a warning calls, with the call of each."""
    return list(CalledVillage.objects.filter(warning=warning).select_related("call"))


def rings_about(warning: Warning) -> list[Ring]:
    """Return whom somebody rang about a warning, the latest first."""
    return list(Ring.objects.filter(warning=warning))
