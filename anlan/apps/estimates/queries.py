"""Readers: what was reached step by step, the outlines as features of a map, what an estimate was reckoned from and does not know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import shapely
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.apps.alarms import api as alarms
from anlan.apps.estimates import rules
from anlan.apps.estimates.choices import Band, Cloud, Kind, State, Way
from anlan.apps.estimates.kinds import MODELS
from anlan.apps.estimates.models import Doubt, Estimate, Reached
from anlan.apps.lookouts import api as lookouts
from anlan.apps.places.kinds import Offered
from anlan.kit import clock
from anlan.kit.languages import localised
from anlan.kit.names import name_of
from anlan.kit.records import readable
from anlan.lib.geojson import feature

#: How long an estimate stays on the command map.
SHOWN_FOR = timedelta(hours=24)
#: An outline in an address: so many degrees off are some fifty metres, which no warning needs.
FINE = 0.0005


def doubts() -> rules.Doubts:
    """Return how far off things may be, as the pack tells."""
    return rules.Doubts({row.code: (row.low, row.high) for row in Doubt.objects.all()})


def lean_at(lon: float, lat: float) -> tuple[float, float] | None:
    """Return how steep the terrain is and which way is up, None where the pack has none."""
    ground = lookouts.terrain()
    return ground.slope(lon, lat) if ground else None


def recent() -> list[Estimate]:
    """Return the estimates of the last day that stand, the newest first."""
    rows = readable(Estimate).filter(state=State.STANDING, made_at__gt=clock.now() - SHOWN_FOR)
    return list(rows.prefetch_related("outlines").order_by("-made_at")[:20])


def steps_of(row: Estimate) -> list[dict[str, Any]]:
    """Return what is reached step by step: label, each band's reach, size and residents, the towns at most, the way to a warning."""
    found: dict[float, dict[str, Reached]] = {}
    for outline in row.outlines.all():
        found.setdefault(outline.step, {})[outline.band] = outline
    order = sorted(found.items(), reverse=row.kind == Kind.GAS)
    return [_step(row, step, bands) for step, bands in order]


def _step(row: Estimate, step: float, bands: dict[str, Reached]) -> dict[str, Any]:
    most = bands[Band.HIGH]
    return {
        "label": rules.step_label(row.kind, step, row.given),
        "level": most.level,
        "figures": [_figures(bands, name, digits) for name, digits in (("reach_km", 1), ("hectares", 0), ("people", 0))],
        "towns": [name_of("area", code) for code in most.towns],
        "warn": warn_url(row, most),
    }


def _figures(bands: dict[str, Reached], name: str, digits: int) -> tuple[str, ...]:
    """Return a figure of a step: likely, at least, at most; a band that reaches nothing is nought."""
    found = (float(getattr(bands[band], name)) if band in bands else 0.0 for band in (Band.LIKELY, Band.LOW, Band.HIGH))
    return tuple(f"{value:,.{digits}f}" for value in found)


def warn_url(row: Estimate, reached: Reached) -> str:
    """Return the address of the form that drafts a warning for an outline."""
    outline = reached.outline.simplify(FINE, preserve_topology=True)
    outline = outline[0] if outline.geom_type == "MultiPolygon" and len(outline) == 1 else outline
    about = {"hazard": MODELS.get(row.kind).warns, "level": reached.level, "outline": outline.wkt.replace(" (", "(")}
    return f"{reverse('warning:draft')}?{urlencode(about)}"


def features_of(row: Estimate) -> list[dict[str, Any]]:
    """Return the outlines of an estimate as GeoJSON, the widest first so that the nearest is drawn on top, and where it began."""
    found = []
    for outline in sorted(row.outlines.all(), key=lambda o: -o.hectares):
        label = rules.step_label(row.kind, outline.step, row.given)
        title = f"{row.get_kind_display()} · {label} · {outline.get_band_display()}"
        text = _("%(km)s km; %(n)s residents (estimate)") % {"km": f"{outline.reach_km:.1f}", "n": f"{outline.people:,}"}
        properties = {"title": title, "label": label, "text": text, "level": outline.colour, "part": outline.band}
        found.append(feature(outline.outline, {**properties, "url": row.desk_url()}))
    where = {"title": str(row), "label": _("Began here"), "level": "red", "part": "began", "url": row.desk_url()}
    return [*found, feature(row.location, where)]


def grounds() -> Iterator[Offered]:
    """Yield what the estimates of the last day reach at most, step by step, as grounds."""
    for row in recent():
        for one in row.outlines.all():
            if one.band == Band.HIGH:
                label = rules.step_label(row.kind, one.step, row.given)
                note = _("at most, %(km)s km") % {"km": f"{one.reach_km:.1f}"}
                yield Offered(str(one.pk), f"{row} · {label}", shapely.from_wkb(bytes(one.outline.wkb)), note, row.made_at)


def bounds_of(row: Estimate) -> list[float]:
    """Return the box around all that is reached, with a margin: west, south, east, north."""
    boxes = [o.outline.extent for o in row.outlines.all()]
    west, south, east, north = (f(b[i] for b in boxes) for i, f in enumerate((min, min, max, max)))
    wide = max(east - west, north - south) * 0.25
    return [west - wide, south - wide, east + wide, north + wide]


def given_of(row: Estimate) -> list[tuple[str, str]]:
    """Return what an estimate was reckoned from and what was found on the way, labelled and with units."""
    found = []
    for name, (label, unit, digits) in rules.GIVEN.items():
        value = row.given.get(name)
        if value is not None:
            found.append((str(label), _told(name, value, unit, digits)))
    return found


def _told(name: str, value: Any, unit: str, digits: int) -> str:
    if name == "cloud":
        return str(Cloud(value).label)
    if name in ("wind_from", "uphill", "bearing"):
        return f"{value:.0f}° ({Way.of(value).label})"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return str(localised(*value))
    return value if isinstance(value, str) else f"{value:,.{digits}f} {unit}".strip()


def limits_of(row: Estimate) -> list[str]:
    """Return what a reader of an estimate must know."""
    if row.kind == Kind.FIRE:
        return [str(text) for text in rules.limits_of_fire(row.given)]
    likely = max((o.reach_km for o in row.outlines.all() if o.band == Band.HIGH), default=0.0)
    return [str(text) for text in rules.limits_of_gas(row.given, heavy=row.given.get("heavy", False), furthest=likely * 1000)]


def alarm_of(row: Estimate) -> alarms.AlarmNow | None:
    """Return the alarm that gave rise to an estimate, where the viewer may read it."""
    return next(iter(alarms.alarms_behind({row.alarm}, set())), None) if row.alarm else None
