"""Readers: storms that are active, the advisories that count, tracks and circles as outlines, agencies side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from anlan.apps.places import api as places
from anlan.apps.places.kinds import Offered
from anlan.apps.typhoons import reckoning, rules
from anlan.apps.typhoons.choices import State
from anlan.apps.typhoons.models import Advisory, Agency, Cyclone
from anlan.kit import clock
from anlan.kit.records import readable
from anlan.lib import cyclones
from anlan.lib.levels import COLOURS

#: Which colour the class of a wind is drawn in: Guangdong's signal by mean wind (domain.md 3.1).
LEVELS = ((12, 4), (10, 3), (8, 2), (6, 1))
#: An active storm of which nobody has spoken for so long is no longer reckoned with (proposal, K-).
FORGOTTEN = timedelta(hours=24)


def agency_choices(_row: object = None) -> Iterable[tuple[str, str]]:
    """Return the agencies for a form."""
    return [(agency.code, f"{agency.code} {agency}") for agency in Agency.objects.all()]


def level_of(force: int) -> int:
    """Return the level of a wind class, 1 blue to 4 red, 0 below class 6."""
    return next((level for least, level in LEVELS if force >= least), 0)


def newest_at(held: Cyclone) -> datetime | None:
    """Return the time of a storm's newest advisory."""
    found: datetime | None = Advisory.objects.filter(cyclone=held).aggregate(at=Max("at"))["at"]
    return found


def leading_of(held: Cyclone) -> tuple[Advisory | None, list[Advisory]]:
    """Return the advisory that counts for a storm, and the same agency's earlier ones of the last day, the oldest first."""
    rows = Advisory.objects.filter(cyclone=held).select_related("agency")
    said = [rules.Said(pk, rank, at) for pk, rank, at in rows.values_list("pk", "agency__rank", "at")]
    chosen = rules.leading(said)
    if chosen is None:
        return None, []
    found = rows.get(pk=chosen.id)
    return found, before(found)


def before(advisory: Advisory) -> list[Advisory]:
    same = Advisory.objects.filter(cyclone=advisory.cyclone_id, agency=advisory.agency_id, at__lt=advisory.at)
    return list(same.filter(at__gte=advisory.at - timedelta(hours=24)).order_by("at"))


def active() -> list[Cyclone]:
    """Return the storms that the viewer sees and agencies speak of."""
    return list(readable(Cyclone).filter(state=State.ACTIVE, seen_at__isnull=False).order_by("-strongest", "-id")[:20])


def county_winds() -> dict[str, dict[int, float]]:
    """Return for every county the strongest wind of a town within 12 and 24 hours from now, by all active storms."""
    now, towns = clock.now(), places.residents_of_towns()
    found = {town.code[:6]: dict.fromkeys(reckoning.WITHIN, 0.0) for town in towns}
    for held in Cyclone.objects.filter(state=State.ACTIVE, seen_at__gt=now - FORGOTTEN):
        advisory, earlier = leading_of(held)
        if advisory is None:
            continue
        for county, winds in reckoning.reckon(advisory, earlier, towns).county_winds(now).items():
            found[county] = {hours: max(found[county][hours], wind) for hours, wind in winds.items()}
    return found


def swaths() -> Iterator[Offered]:
    """Yield what the winds of each active storm sweep along its way, come and foretold, by each radius that advisories tell."""
    for held in active():
        advisory, _earlier = leading_of(held)
        if advisory is None:
            continue
        come = Advisory.objects.filter(cyclone=held, agency=advisory.agency_id, at__lt=advisory.at).order_by("at")
        ahead, carried = reckoning.track_of(advisory, before(advisory))
        track = [*_came(come, advisory.at), *ahead]
        for knots, speed in cyclones.RADII.items():
            outline = cyclones.swath(track, knots)
            if outline.is_empty:
                continue
            name = _("%(storm)s: swept by winds of class %(force)d") % {"storm": held, "force": cyclones.wind_class(speed)}
            how = _("carried on in a straight line, no agency's forecast") if carried else _("way come and forecast")
            told = "" if any(c.radii.get(knots) for c in track) else " · " + _("no radius told: reckoned")
            yield Offered(f"{held.pk}-{knots}", name, outline, f"{advisory.agency} · {how}{told}", advisory.at)


def _came(advisories: Iterable[Advisory], now: datetime) -> list[cyclones.Centre]:
    """Return the way a storm came, with the radii told then, hours counted from now."""
    return [replace(one.track[0], hour=(one.at - now) / timedelta(hours=1)) for one in advisories if one.fixes]


@dataclass(frozen=True)
class Word:
    """What one agency says newest of a storm, for the table of agencies side by side."""

    advisory: Advisory
    leads: bool
    next_day: dict[str, Any] | None


def side_by_side(held: Cyclone) -> list[Word]:
    """Return the newest advisory of each agency: what it comes to was reckoned by its own winds, never averaged with another's."""
    newest: dict[int, Advisory] = {}
    for row in Advisory.objects.filter(cyclone=held).select_related("agency").order_by("-at")[:200]:
        newest.setdefault(row.agency_id, row)
    return [
        Word(row, row.agency.code == held.leading, next((fix for fix in row.fixes if fix["hour"] == 24), None))
        for row in sorted(newest.values(), key=lambda r: r.agency.rank)
    ]


def shapes_of(held: Cyclone) -> list[dict[str, Any]]:
    """Return a storm as GeoJSON features: the way it came, the way each agency foretells (drawn as such), circles of wind, positions."""
    words = side_by_side(held)
    leader = next((w for w in words if w.leads), None)
    if leader is None:
        return []
    url, found = held.desk_url(), []
    for knots, sides in sorted(leader.advisory.radii.items(), key=lambda r: int(r[0])):
        force = cyclones.wind_class(cyclones.RADII.get(int(knots), 0.0))
        ring = cyclones.circle(leader.advisory.location.x, leader.advisory.location.y, sides)
        title = _("%(storm)s: winds of class %(force)d") % {"storm": held, "force": force}
        found.append(_feature("Polygon", [ring], title, "circle", COLOURS.get(level_of(force), "blue"), url))
    found += _past(held, leader.advisory, url)
    for word in words:
        found += _ahead(held, word, url)
    return found


def _past(held: Cyclone, newest: Advisory, url: str) -> list[dict[str, Any]]:
    rows = Advisory.objects.filter(cyclone=held, agency=newest.agency_id, at__lte=newest.at).order_by("at")
    line = [[row.location.x, row.location.y] for row in rows]
    found = [_feature("LineString", line, str(held), "past", "", url)] if len(line) > 1 else []
    for row in rows:
        title = f"{held} {_said(row.at)} {row.called}"
        level = COLOURS.get(level_of(row.force), "normal")
        text = _("class %(force)d") % {"force": row.force} if row.force else ""
        point = _feature("Point", [row.location.x, row.location.y], title, "now" if row == newest else "past", level, url, text)
        found.append(point)
    return found


def _ahead(held: Cyclone, word: Word, url: str) -> list[dict[str, Any]]:
    advisory = word.advisory
    track, carried = reckoning.track_of(advisory, before(advisory))
    if len(track) < 2:
        return []
    how = _("carried on in a straight line, no agency's forecast") if carried else _("forecast")
    title = f"{held} {advisory.agency} · {how}"
    found = [_feature("LineString", [[c.lon, c.lat] for c in track], title, "forecast", "", url)]
    for centre in track[1:]:
        force = cyclones.wind_class(centre.wind)
        told = _("%(when)s, class %(force)d, %(how)s") % {
            "when": _said(advisory.instant(centre.hour)),
            "force": force,
            "how": how,
        }
        level = COLOURS.get(level_of(force), "normal")
        found.append(_feature("Point", [centre.lon, centre.lat], f"{held} {advisory.agency}", "forecast", level, url, told))
    return found


def _feature(kind: str, coordinates: Any, title: str, part: str, level: str, url: str, text: str = "") -> dict[str, Any]:
    properties = {"title": title, "text": text, "part": part, "level": level, "url": url}
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": properties}


def _said(at: datetime) -> str:
    return f"{timezone.localtime(at):%m-%d %H:%M}"


def positions_of(advisory: Advisory) -> list[dict[str, Any]]:
    """Return an advisory's positions as its page shows them."""
    return [
        {
            **fix,
            "at": advisory.instant(fix["hour"]),
            "force": None if fix["wind"] is None else cyclones.wind_class(fix["wind"]),
            "grade": "" if fix["wind"] is None else cyclones.grade_of(fix["wind"]),
        }
        for fix in advisory.fixes
    ]
