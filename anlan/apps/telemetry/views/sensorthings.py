"""The SensorThings service: one address for all that it answers; observations are taken like any delivery, Things and Datastreams are entered."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.apps.telemetry.actions import enter_datastream, enter_thing
from anlan.apps.telemetry.intake.decoding import MOST_BYTES, Table, from_json
from anlan.apps.telemetry.intake.storing import ingest
from anlan.apps.telemetry.models import Station
from anlan.apps.telemetry.queries.senders import MAY_DELIVER
from anlan.apps.telemetry.sensorthings.answering import Where, answer, next_page, root, where
from anlan.apps.telemetry.sensorthings.entering import stream_of, thing_of
from anlan.apps.telemetry.sensorthings.finding import one
from anlan.apps.telemetry.sensorthings.sets import SETS
from anlan.kit.edge import takes
from anlan.kit.pages import SIGNED_IN, page, require, view
from anlan.kit.refusals import NotAuthorised, NotFound, Refusal
from anlan.kit.scope import current
from anlan.lib.sensorthings import options

ARRAYS, CODE = "CreateObservations", "sensorthings"


@page("/api/sensorthings/v1.1/<path:path>", needs=SIGNED_IN, name="sensorthings")
@extend_schema(exclude=True)
@takes(MOST_BYTES)
@api_view(["GET", "POST"])
def sensorthings(request: Request, path: str) -> HttpResponseBase:
    """Answer an address of the OGC SensorThings API 1.1, or take an observation."""
    if request.method == "POST":
        return _taken(request, path.strip("/"))
    require(view(Station))
    base = _base(request)
    if not path.strip("/"):
        return Response(root(base))
    given = {name: request.query_params[name] for name in request.query_params}
    try:
        asked = options(given)
    except ValueError as error:
        raise Refusal(_("The query cannot be read: %(why)s") % {"why": str(error)}) from None
    found = answer(where(path), asked, base, next_page(f"{base}/{path}", given, asked))
    return HttpResponse(found, content_type="text/plain; charset=utf-8") if isinstance(found, str) else Response(found)


@page("/api/sensorthings/v1.1", needs=SIGNED_IN, name="sensorthings_root")
@extend_schema(exclude=True)
@api_view(["GET"])
def sensorthings_root(request: Request) -> Response:
    """Answer the root of the service."""
    require(view(Station))
    return Response(root(_base(request)))


def _base(request: Request) -> str:
    whole = request.build_absolute_uri(request.path)
    return whole[: whole.index("/v1.1") + len("/v1.1")]


def _taken(request: Request, path: str) -> Response:
    """Take observations, one at a set of them or many as data arrays; or a Thing or Datastream with all that hangs on it."""
    raw, base = request._request.body, _base(request)
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refusal(_("The body is no JSON.")) from None
    if path.rpartition("/")[2] in {"Things", "Datastreams"}:
        return _entered(path, body, raw, base)
    areas = current().areas_for(MAY_DELIVER)
    if not areas:
        raise NotAuthorised(_("This account may not deliver readings."))
    rows = _of_arrays(body) if path == ARRAYS else [_row(body, _stream_at(path))]
    table = from_json(json.dumps({"readings": rows}).encode())
    assert isinstance(table, Table)
    found = ingest(table, CODE, raw, areas=areas)
    faults = {fault.line: fault.reason for fault in found.rejected}
    if path == ARRAYS:
        answers = [f"error: {faults[n]}" if n in faults else _link(row, base) for n, row in enumerate(rows, 1)]
        return Response(answers, status=201)
    if faults:
        raise Refusal(next(iter(faults.values())))
    return Response(status=201, headers={"Location": _link(rows[0], base)})


def _entered(path: str, body: Any, raw: bytes, base: str) -> Response:
    """Enter a station, or what one measures, with all that was sent along."""
    if path == "Things":
        require("telemetry.add_station")
        made = enter_thing(thing=thing_of(body), raw=raw)
        return Response(status=201, headers={"Location": f"{base}/Things('{made.code}')"})
    require("telemetry.add_datastream")
    of = _thing_at(path, body)
    stream = stream_of(body)
    enter_datastream(station=of.pk, stream=stream, raw=raw)
    return Response(status=201, headers={"Location": f"{base}/Datastreams('{of.code}.{stream.quantity}')"})


def _thing_at(path: str, body: Any) -> Station:
    """Return the station of a datastream that is sent: by its address, or as it says."""
    head = path.rpartition("/")[0]
    link = body.get("Thing") if isinstance(body, dict) else None
    if not head and not (isinstance(link, dict) and link.get("@iot.id")):
        raise Refusal(_('Say of which Thing: {"Thing": {"@iot.id": "QY-H01"}}.'))
    found = where(head) if head else None
    if found is not None and (found.row is None or found.entities.name != "Thing"):
        raise NotFound
    row: Station = found.row if found is not None else one(SETS["Thing"], str(link["@iot.id"]))
    return row


def _stream_at(path: str) -> str:
    """Return the identifier of the datastream below which an observation is sent, "" for the set of all; NotFound for other sets."""
    if path == "Observations":
        return ""
    head, _slash, last = path.rpartition("/")
    found: Where | None = where(head) if last == "Observations" and head else None
    if found is None or found.row is None or found.entities.name != "Datastream":
        raise NotFound(
            _(
                "Things, Datastreams and Observations are taken here; kinds of sensor and observed properties are the program's own."
            )
        )
    return found.entities.identity(found.row)


def _row(body: Any, stream: str) -> dict[str, Any]:
    """Return an observation as a reading."""
    if not isinstance(body, dict):
        raise Refusal(_("An observation is an object with phenomenonTime and result."))
    link = body.get("Datastream")
    stream = stream or str(link.get("@iot.id", "") if isinstance(link, dict) else "")
    station, _dot, quantity = stream.rpartition(".")
    if not station:
        raise Refusal(_('Say of which datastream: {"Datastream": {"@iot.id": "QY-H01.water_level"}}.'))
    return {"station": station, "quantity": quantity, "time": body.get("phenomenonTime"), "value": body.get("result")}


def _of_arrays(body: Any) -> list[dict[str, Any]]:
    """Return the observations of data arrays as readings."""
    rows: list[dict[str, Any]] = []
    try:
        for part in body:
            names = part["components"]
            rows += [
                _row({**dict(zip(names, line, strict=True)), "Datastream": part["Datastream"]}, "") for line in part["dataArray"]
            ]
    except (TypeError, KeyError, ValueError):
        raise Refusal(_("Data arrays are a list of {Datastream, components, dataArray}.")) from None
    if not rows:
        raise Refusal(_("There is no observation in this."))
    return rows


def _link(row: dict[str, Any], base: str) -> str:
    at = datetime.fromisoformat(str(row["time"]))
    return f"{base}/Observations('{row['station']}.{row['quantity']}.{int(at.timestamp() * 1000)}')"
