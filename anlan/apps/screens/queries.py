"""Readers of screens: what one shows now, which stand where a warning is for, by which key one is known, which are silent."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from anlan.apps.messages.kinds import Standing
from anlan.apps.screens.choices import Kind, ShowingState, Tongue
from anlan.apps.screens.models import Contact, Screen, Showing
from anlan.apps.warning import api as warning
from anlan.apps.warning.kinds import MEDIA, Frame
from anlan.kit import clock
from anlan.kit.records import ScopedQuerySet, readable
from anlan.kit.worlds import alias
from anlan.lib.divisions import ancestors

#: So many seconds may lie between two notes that a screen asked.
NOTED_EVERY = 5


def key_of(screen: Screen) -> str:
    """Return the key by which a screen is known: worked out with the program's own, kept nowhere."""
    return salted_hmac("screens.key", f"{screen.pk}:{screen.key_number}", algorithm="sha256").hexdigest()[:32]


def knows(screen: Screen, key: str) -> bool:
    """Return whether a key is the screen's."""
    return constant_time_compare(key, key_of(screen))


def by_code(code: str) -> Screen | None:
    """Return a screen in use."""
    found: Screen | None = Screen.objects.filter(code=code, state=Screen.State.ACTIVE).first()
    return found


def way_of(kind: str) -> str:
    """Return the way by which a warning goes to a kind of screen."""
    return "crawl" if kind == Kind.CRAWL else "screen"


def ways() -> dict[str, Any]:
    """Return the ways by which warnings go to screens."""
    return {"screen": _("Screens"), "crawl": Kind.CRAWL.label}


def counted(area: str, pieces: Sequence[tuple[str, Any]]) -> dict[str, int]:
    """Count the screens in use of a ground by way."""
    return Counter(way_of(screen.kind) for screen in standing_in(area, pieces))


def notices_on(screen: Screen) -> list[list[Any]]:
    """Return what a screen shows now: warnings in force where it stands, each in the languages that it speaks and that were read back for it; Chinese where there is no other."""
    found, medium = [], MEDIA.get(way_of(screen.kind))
    for told in warning.notices_at(screen.area, screen.location, all_of_it=screen.kind == Kind.CRAWL):
        if not told[0].goes_by(way_of(screen.kind)):
            continue
        chosen = [n for n in told if medium.speaks(n.language) and screen.language in (Tongue.BOTH, n.language)]
        found.append(chosen or told[:1])
    return found


def shown_on(screen: Screen) -> dict[str, Any]:
    """Return what a screen shows now as it fetches it; `version` changes with it."""
    warnings = [
        {
            "identifier": told[0].identifier,
            "level": told[0].level,
            "published_at": told[0].published_at.isoformat(),
            "expires_at": told[0].expires_at.isoformat(),
            "texts": [
                {
                    "language": n.language,
                    "name": n.whole_name,
                    "places": list(n.places),
                    "headline": n.headline,
                    "description": n.description,
                    "instruction": n.instruction,
                    "issuer": n.issuer,
                }
                for n in told
            ],
        }
        for told in notices_on(screen)
    ]
    version = hashlib.sha256(json.dumps([warnings, screen.language], sort_keys=True).encode()).hexdigest()[:16]
    return {"version": version, "warnings": warnings}


def crawl_lines(screen: Screen) -> list[str]:
    """Return what a crawl says now, one warning a line and language: what was read back before it came into force."""
    medium = MEDIA.get("crawl")
    return [text for told in notices_on(screen) for n in told for text in medium.render(n, Frame()).texts]


def within(told: warning.ToldGround) -> list[Screen]:
    """Return the screens in use that stand where a warning is for, of those by which it goes."""
    return [screen for screen in standing_in(told.area, told.pieces) if told.goes_by(way_of(screen.kind))]


def standing_in(area: str, pieces: Sequence[tuple[str, Any]]) -> list[Screen]:
    """Return the screens in use that stand in a ground: the division around it, its parts."""
    where = Q(pk__in=[])
    for division, outline in pieces:
        if division:
            # A screen that is entered under a larger division than the warned one is judged by its point; a crawl serves all of its own.
            above = Q(area__in=ancestors(division)) & (Q(kind=Kind.CRAWL) | Q(location__intersects=outline))
            where |= Q(area__startswith=division) | above
        else:
            above = Q(area__in=[*ancestors(area), area], kind=Kind.CRAWL)
            where |= Q(location__intersects=outline) | above
    return list(Screen.objects.filter(where, state=Screen.State.ACTIVE).order_by("id"))


def unsaid(screen: Screen, identifiers: list[str]) -> list[str]:
    """Return which of what a screen says it shows was not noted as shown yet, of what it should show now."""
    meant = {told[0].identifier for told in notices_on(screen)} & set(identifiers)
    noted = Showing.objects.filter(screen=screen, identifier__in=meant).exclude(state=ShowingState.ORDERED)
    return sorted(meant - set(noted.values_list("identifier", flat=True)))


def heard(screen: Screen, agent: str) -> None:
    """Note that a screen asked; not oftener than every few seconds."""
    now = clock.now()
    Contact.objects.using(alias()).update_or_create(screen_id=screen.pk, defaults={"at": now, "agent": agent[:200]})


def silent() -> list[Screen]:
    """Return the screens in use that the viewer may read and that have not asked for longer than they may."""
    rows = readable(Screen).filter(state=Screen.State.ACTIVE).select_related("contact").order_by("code")
    return [row for row in rows if row.silent]


def crawls() -> list[Screen]:
    """Return the broadcasters' crawls in use."""
    return list(Screen.objects.filter(kind=Kind.CRAWL, state=Screen.State.ACTIVE).order_by("code"))


def standing(warning_id: int) -> ScopedQuerySet:
    """Return what was ordered of a warning and has not ended."""
    rows: ScopedQuerySet = Showing.objects.filter(warning_id=warning_id, state__in=[ShowingState.ORDERED, ShowingState.SHOWN])
    return rows.order_by("id")


def devices() -> Standing:
    """Return how the screens stand that the viewer may read, as the health page tells it."""
    rows = list(readable(Screen).filter(state=Screen.State.ACTIVE).select_related("contact"))
    shown = readable(Showing).filter(state__in=[ShowingState.ORDERED, ShowingState.SHOWN]).values_list("state", flat=True)
    states = list(shown)
    return Standing(
        total=len(rows),
        silent=[(str(row), row.desk_url(), row.heard_at) for row in rows if row.silent][:50],
        waiting=states.count(ShowingState.ORDERED),
        taken=states.count(ShowingState.SHOWN),
    )


def address_of(screen: Screen, key: bool = False) -> str:
    """Return the public address of a screen's page, with its key if asked."""
    own = f"{settings.ANLAN_PUBLIC_URL}{reverse('screens:kiosk', args=[screen.code])}"
    return f"{own}?key={key_of(screen)}" if key else own


def told_of_all() -> list[dict[str, Any]]:
    """Return every screen in use with its address and key, as the command line tells it."""
    rows = Screen.objects.filter(state=Screen.State.ACTIVE).select_related("contact").order_by("code")
    return [
        {
            "code": row.code,
            "name": str(row),
            "area": row.area,
            "address": address_of(row, key=True),
            "heard_at": row.heard_at.isoformat() if row.heard_at else None,
            "silent": row.silent,
            "shows": [one["identifier"] for one in shown_on(row)["warnings"]],
        }
        for row in rows
    ]
