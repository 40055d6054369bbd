"""The eight sets of SensorThings: which rows of ours each is made of, what it tells of one, and how they hang together.

Identifiers are texts that stay the same in each world and place: a station's code, "code.quantity", "code.quantity.milliseconds".
A station is a Thing, its Location and the feature that it observes at once; it has been where it is since it was entered.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from unicodedata import normalize

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Concat

from anlan.apps.telemetry.choices import Flag
from anlan.apps.telemetry.kinds import measures
from anlan.apps.telemetry.models import Datastream, Station
from anlan.kit.languages import localised
from anlan.kit.records import readable
from anlan.kit.refusals import NotFound

GEOJSON, MEASUREMENT = "application/geo+json", "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
EPOCH, MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)


@dataclass(frozen=True)
class Link:
    """A relation: to which set, to many or one, and which of their columns holds the value of mine."""

    to: str
    mine: Callable[[Any], Any]
    theirs: str
    many: bool = False


@dataclass(frozen=True)
class Entities:
    """One set. `paths`: properties by which it is filtered and ordered → columns; `find`: an identifier → columns that hold it."""

    name: str
    plural: str
    rows: Callable[[], Any]
    identity: Callable[[Any], str]
    find: Callable[[str], dict[str, Any]]
    fields: Mapping[str, Callable[[Any], Any]]
    paths: Mapping[str, str]
    links: Mapping[str, Link]


@dataclass(frozen=True)
class Kind:
    """A kind of sensor or a quantity: of the registries, not of a table."""

    code: str
    name: str
    description: str


@dataclass(frozen=True)
class Observation:
    """A reading with the datastream that it belongs to."""

    stream: Datastream
    at: datetime
    value: float
    flags: int
    estimated: bool


def _stations() -> QuerySet[Station]:
    return readable(Station).order_by("code")


def _places() -> QuerySet[Station]:
    return _stations().filter(location__isnull=False)


def streams() -> QuerySet[Datastream]:
    """Return the datastreams that the asker may read, each with its station and its identifier."""
    identity = Concat("station__code", Value("."), "quantity", output_field=CharField())
    return readable(Datastream).select_related("station").annotate(identity=identity).order_by("station__code", "quantity")


def _sensors() -> list[Kind]:
    used = set(_stations().order_by().values_list("kind", flat=True).distinct())
    return [Kind(one.code, str(one.name), ", ".join(one.quantities)) for one in measures.SENSORS if one.code in used]


def _properties() -> list[Kind]:
    used = set(streams().order_by().values_list("quantity", flat=True).distinct())
    return [Kind(one.code, str(one.name), one.unit) for one in measures.QUANTITIES if one.code in used]


def _of_stream(identity: str) -> dict[str, Any]:
    code, _dot, quantity = identity.rpartition(".")
    return {"station__code": code, "quantity": quantity}


def of_observation(identity: str) -> tuple[str, datetime]:
    """Return the datastream's identifier and the instant in an observation's; NotFound for what is none."""
    stream, _dot, stamp = identity.rpartition(".")
    if not stream or not stamp.isdecimal() or len(stamp) > 14:
        raise NotFound
    return stream, EPOCH + int(stamp) * MILLISECOND


def identity_of(stream: Datastream) -> str:
    """Return a datastream's identifier."""
    return f"{stream.station.code}.{stream.quantity}"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _point(station: Station) -> Any:
    return json.loads(station.location.geojson) if station.location else None


def _named(station: Station) -> str:
    return str(localised(station.name, station.name_en))


def _unit(stream: Datastream) -> dict[str, str]:
    symbol, plain = stream.unit, normalize("NFKC", stream.unit).replace("μ", "u")
    return {"name": symbol, "symbol": symbol, "definition": f"http://unitsofmeasure.org/ucum#{plain}"}


def _quality(row: Observation) -> dict[str, Any]:
    return {"doubts": [flag.name.lower() for flag in Flag if flag & row.flags and flag.name], "estimated": row.estimated}


def _code(row: Any) -> str:
    return str(row.code)


STATION = {
    "name": _named,
    "description": lambda s: s.note or str(s.get_kind_display()),
    "properties": lambda s: {"area": s.area, "kind": s.kind, "river": s.river, "source": s.source},
}
NAMES = {
    "id": "code",
    "@iot.id": "code",
    "name": "name",
    "description": "note",
    "properties/area": "area",
    "properties/kind": "kind",
}
SETS: dict[str, Entities] = {}


def _add(*found: Entities) -> None:
    SETS.update({one.name: one for one in found})


_add(
    Entities(
        "Thing",
        "Things",
        _stations,
        _code,
        lambda i: {"code": i},
        STATION,
        {**NAMES, "Datastreams/ObservedProperty/id": "datastreams__quantity"},
        {
            "Locations": Link("Location", _code, "code", many=True),
            "HistoricalLocations": Link("HistoricalLocation", _code, "code", many=True),
            "Datastreams": Link("Datastream", _code, "station__code", many=True),
        },
    ),
    Entities(
        "Location",
        "Locations",
        _places,
        _code,
        lambda i: {"code": i},
        {**STATION, "encodingType": lambda _s: GEOJSON, "location": _point},
        {**NAMES, "location": "location"},
        {
            "Things": Link("Thing", _code, "code", many=True),
            "HistoricalLocations": Link("HistoricalLocation", _code, "code", many=True),
        },
    ),
    Entities(
        "HistoricalLocation",
        "HistoricalLocations",
        _places,
        _code,
        lambda i: {"code": i},
        {"time": lambda s: _moment(s.created_at)},
        {"id": "code", "time": "created_at"},
        {"Thing": Link("Thing", _code, "code"), "Locations": Link("Location", _code, "code", many=True)},
    ),
    Entities(
        "Datastream",
        "Datastreams",
        streams,
        identity_of,
        _of_stream,
        {
            "name": lambda d: f"{_named(d.station)} · {d}",
            "description": lambda d: f"{_named(d.station)}: {d}",
            "observationType": lambda _d: MEASUREMENT,
            "unitOfMeasurement": _unit,
            "observedArea": lambda d: _point(d.station),
            "properties": lambda d: {"area": d.area, "period": str(d.period) if d.period else None},
        },
        {
            "id": "identity",
            "@iot.id": "identity",
            "name": "station__name",
            "Thing/id": "station__code",
            "Thing/name": "station__name",
            "Sensor/id": "station__kind",
            "ObservedProperty/id": "quantity",
            "observedArea": "station__location",
            "properties/area": "area",
        },
        {
            "Thing": Link("Thing", lambda d: d.station.code, "code"),
            "Sensor": Link("Sensor", lambda d: d.station.kind, "code"),
            "ObservedProperty": Link("ObservedProperty", lambda d: d.quantity, "code"),
            "Observations": Link("Observation", lambda d: d.pk, "pk", many=True),
        },
    ),
    Entities(
        "Sensor",
        "Sensors",
        _sensors,
        _code,
        lambda i: {"code": i},
        {
            "name": lambda k: k.name,
            "description": lambda k: k.description,
            "encodingType": lambda _k: "text/html",
            "metadata": lambda k: k.code,
        },
        {},
        {"Datastreams": Link("Datastream", _code, "station__kind", many=True)},
    ),
    Entities(
        "ObservedProperty",
        "ObservedProperties",
        _properties,
        _code,
        lambda i: {"code": i},
        {
            "name": lambda k: k.name,
            "description": lambda k: k.description,
            "definition": lambda k: f"urn:anlan:quantity:{k.code}",
        },
        {},
        {"Datastreams": Link("Datastream", _code, "quantity", many=True)},
    ),
    Entities(
        "Observation",
        "Observations",
        lambda: None,
        lambda o: f"{identity_of(o.stream)}.{(o.at - EPOCH) // MILLISECOND}",
        lambda i: {"identity": i},
        {
            "phenomenonTime": lambda o: _moment(o.at),
            "resultTime": lambda o: _moment(o.at),
            "result": lambda o: o.value,
            "resultQuality": _quality,
        },
        {"phenomenonTime": "at", "resultTime": "at", "result": "value"},
        {
            "Datastream": Link("Datastream", lambda o: o.stream.pk, "pk"),
            "FeatureOfInterest": Link("FeatureOfInterest", lambda o: o.stream.station.code, "code"),
        },
    ),
    Entities(
        "FeatureOfInterest",
        "FeaturesOfInterest",
        _places,
        _code,
        lambda i: {"code": i},
        {**STATION, "encodingType": lambda _s: GEOJSON, "feature": _point},
        {**NAMES, "feature": "location"},
        {"Observations": Link("Observation", _code, "station__code", many=True)},
    ),
)
PLURALS = {one.plural: one for one in SETS.values()}
