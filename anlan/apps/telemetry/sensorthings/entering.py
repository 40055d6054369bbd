"""Things and datastreams that are sent in (18-088, 10.2: deep insert), read as what our stations are made of.

Sensors and observed properties are our registries: what is sent of them must be found there, by identifier, definition or name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from anlan.apps.telemetry.kinds import QUANTITIES, SENSORS, UNITS, Quantity
from anlan.apps.telemetry.kinds.measures import derived
from anlan.kit.languages import in_every_language
from anlan.kit.refusals import Refusal

URN = "urn:anlan:quantity:"
CODE = re.compile(r"[\w\-]{1,40}")
USUALLY_STALE = timedelta(hours=1)
MOST_STREAMS = 50


@dataclass(frozen=True)
class NewStream:
    """A datastream that is sent in, with the first observations of it: (instant, value)."""

    quantity: str
    stale_after: timedelta
    period: timedelta | None
    observations: tuple[tuple[Any, Any], ...]


@dataclass(frozen=True)
class NewThing:
    """A station that is sent in. `point` and `area` may be missing where the other tells enough."""

    code: str
    name: str
    kind: str
    note: str
    point: Point | None
    area: str
    river: str
    source: str
    streams: tuple[NewStream, ...]


def thing_of(body: Any) -> NewThing:
    """Read a Thing with its Location, its Datastreams and their Observations; Refusal in words for what it lacks."""
    thing = _object(body, "Thing")
    more = _object(thing.get("properties") or {}, "properties")
    name = str(thing.get("name") or "").strip()
    if not name:
        raise Refusal(_("A Thing wants a name."), field="name")
    point = _point(_list(thing.get("Locations"), "Locations"))
    streams = [_object(one, "Datastreams") for one in _list(thing.get("Datastreams"), "Datastreams")]
    return NewThing(
        _code(thing.get("@iot.id") or more.get("code") or _made(name, point)),
        name[:60],
        _kind(str(more.get("kind") or ""), streams),
        str(thing.get("description") or "")[:300],
        point,
        str(more.get("area") or ""),
        str(more.get("river") or "")[:60],
        str(more.get("source") or "SensorThings")[:200],
        tuple(stream_of(one) for one in streams),
    )


def stream_of(body: Any) -> NewStream:
    """Read a Datastream with its Observations."""
    stream = _object(body, "Datastream")
    more = _object(stream.get("properties") or {}, "properties")
    quantity = _quantity(_object(stream.get("ObservedProperty") or {}, "ObservedProperty"))
    _same_unit(quantity, stream.get("unitOfMeasurement"))
    rows = [_object(one, "Observations") for one in _list(stream.get("Observations"), "Observations")]
    return NewStream(
        quantity.code,
        _minutes(more.get("stale_minutes")) or USUALLY_STALE,
        _minutes(more.get("period_minutes")),
        tuple((row.get("phenomenonTime"), row.get("result")) for row in rows),
    )


def _object(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Refusal(_("%(name)s must be an object.") % {"name": name}, field=name)
    return value


def _list(value: Any, name: str) -> Sequence[Any]:
    if value is not None and not isinstance(value, list):
        raise Refusal(_("%(name)s must be a list.") % {"name": name}, field=name)
    if len(value or ()) > MOST_STREAMS and name == "Datastreams":
        raise Refusal(_("Send at most %(limit)d datastreams with a Thing.") % {"limit": MOST_STREAMS}, field=name)
    return value or ()


def _made(name: str, point: Point | None) -> str:
    """Return a code for a Thing that brings none: the same Thing sent again has the same, so it is not entered twice."""
    return "ST-" + sha256(f"{name} {point.coords if point else ''}".encode()).hexdigest()[:10]


def _code(given: Any) -> str:
    code = str(given)
    if not CODE.fullmatch(code):
        raise Refusal(_("A code has letters, digits, - and _, 40 at most."), field="@iot.id")
    return code


def _point(locations: Sequence[Any]) -> Point | None:
    for one in locations:
        found = _object(one, "Locations").get("location")
        found = found.get("geometry", found) if isinstance(found, dict) else None
        try:
            if found is None or found["type"] != "Point":
                raise ValueError
            lon, lat = (float(number) for number in found["coordinates"][:2])
        except (KeyError, TypeError, ValueError):
            raise Refusal(_("A location is a GeoJSON point in degrees."), field="Locations") from None
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise Refusal(_("A location is a GeoJSON point in degrees."), field="Locations")
        return Point(lon, lat, srid=4326)
    return None


def _kind(given: str, streams: Sequence[Mapping[str, Any]]) -> str:
    """Return the kind of station: as given, as its first Sensor says, else the first that measures what it does."""
    told = [given]
    for stream in streams:
        sensor = _object(stream.get("Sensor") or {}, "Sensor")
        told += [str(sensor.get(name) or "") for name in ("@iot.id", "metadata", "name")]
    for code in told:
        for kind in SENSORS:
            if code and code in {kind.code, *in_every_language(kind.name)}:
                return kind.code
    quantities = [_quantity(_object(s.get("ObservedProperty") or {}, "ObservedProperty")).code for s in streams]
    for kind in SENSORS:
        if quantities and quantities[0] in kind.quantities:
            return kind.code
    known = ", ".join(kind.code for kind in SENSORS)
    raise Refusal(_("Say what kind of station it is, in properties.kind: %(known)s.") % {"known": known}, field="properties")


def _quantity(given: Mapping[str, Any]) -> Quantity:
    told = {str(given.get("@iot.id") or ""), str(given.get("definition") or "").removeprefix(URN), str(given.get("name") or "")}
    for quantity in QUANTITIES:
        if told & {quantity.code, *in_every_language(quantity.name)}:
            if quantity.code in derived():
                break
            return quantity
    known = ", ".join(q.code for q in QUANTITIES if q.code not in derived())
    raise Refusal(
        _("The observed property is none that is measured here. Known: %(known)s.") % {"known": known}, field="ObservedProperty"
    )


def _same_unit(quantity: Quantity, given: Any) -> None:
    """Refuse another unit than the quantity's own: later observations come without one and would be misread."""
    symbol = str((given or {}).get("symbol") or "") if isinstance(given, dict) or given is None else str(given)
    if symbol and UNITS.get(quantity.unit).converted(symbol) != (1.0, 0.0):
        words = _("%(quantity)s is taken in %(unit)s, not in %(sent)s.")
        raise Refusal(words % {"quantity": quantity.name, "unit": quantity.unit, "sent": symbol[:20]}, field="unitOfMeasurement")


def _minutes(given: Any) -> timedelta | None:
    if given in (None, ""):
        return None
    try:
        minutes = float(given)
    except (TypeError, ValueError):
        minutes = 0
    if not 1 <= minutes <= 527_040:
        raise Refusal(_("Give a minute or more."), field="properties")
    return timedelta(minutes=minutes)
