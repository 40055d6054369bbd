"""The HTTP connector, and the page and API that show who delivers readings, when last, how many and with which faults."""

from __future__ import annotations

import zlib
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from django.db import InterfaceError, OperationalError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.apps.telemetry.intake.decoding import MOST_BYTES, from_csv, from_json
from anlan.apps.telemetry.intake.storing import IngestResult, ingest, note_refused
from anlan.apps.telemetry.kinds import CONNECTORS
from anlan.apps.telemetry.queries.network import source_name
from anlan.apps.telemetry.queries.senders import (
    MAY_DELIVER,
    MAY_LOOK,
    SHOWN_FOR,
    Clock,
    batches,
    fault_counts,
    feeds,
    senders,
    who,
)
from anlan.apps.telemetry.views.schemas import IntakeSerializer, NotTakenSerializer, ReadingsSerializer, SenderSerializer
from anlan.kit import clock
from anlan.kit.desk.permissions import BESIDES
from anlan.kit.desk.problems import ProblemSerializer, check_parameters
from anlan.kit.edge import takes
from anlan.kit.pages import SIGNED_IN, Menu, page
from anlan.kit.refusals import PROBLEM_TYPE, NotAuthorised, NotFound, Refusal, problem
from anlan.kit.scope import current

RETRY_SECONDS = 5
#: Rows ahead of their time are no fault of the body (RFC 8470); asked again at the latest after so many seconds: ours may be mended.
TOO_EARLY, LONGEST_WAIT = 425, 600
BESIDES[MAY_DELIVER] = gettext_lazy("Deliver readings by the HTTP connector")
FORMS = {"application/json": from_json, "text/csv": from_csv}


@page("/api/v1/telemetry/readings/", needs=SIGNED_IN, name="push_readings")
@extend_schema(
    summary=gettext_lazy("Deliver readings"),
    request={"application/json": ReadingsSerializer, "text/csv": OpenApiTypes.STR},
    responses={
        200: IntakeSerializer,
        **{(status, PROBLEM_TYPE): NotTakenSerializer for status in (422, 425)},
        **{(status, PROBLEM_TYPE): ProblemSerializer for status in (413, 415, 503)},
    },
    parameters=[
        OpenApiParameter(
            "Idempotency-Key", str, OpenApiParameter.HEADER, description=gettext_lazy("Sent again, it is taken once")
        )
    ],
)
@takes(MOST_BYTES)
@api_view(["POST"])
def push_readings(request: Request) -> Response:
    """Take readings as JSON ({"readings": [{station, quantity, time, value}]}) or CSV with those columns.

    Answers only after the commit, with counts and every row that was not taken. 200: taken (rows at fault are listed).
    422: nothing taken. 425 with Retry-After: all ahead of its time (a clock is wrong: the sender's or ours); send the very same
    again then. 401, 403: who you are, or may not. 409: the Idempotency-Key was used for another body. 413, 415: too
    large, not JSON or CSV. 503 with Retry-After: send the very same again, with the same key.
    """
    areas = current().areas_for(MAY_DELIVER)
    if not areas:
        raise NotAuthorised(_("This account may not deliver readings."))
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > MOST_BYTES:
        return _problem(413, _("The body is larger than %(limit)d MB; send it in parts.") % {"limit": MOST_BYTES >> 20})
    decode = FORMS.get((request.content_type or "").split(";")[0].strip().lower())
    if decode is None or request.headers.get("Content-Encoding", "identity") != "identity":
        return _problem(415, _("Send application/json or text/csv, not compressed."))
    raw = request._request.body
    if len(raw) > MOST_BYTES:
        return _problem(413, _("The body is larger than %(limit)d MB; send it in parts.") % {"limit": MOST_BYTES >> 20})
    key = request.headers.get("Idempotency-Key", "")
    own_key = f"push:{sha256(f'{current().actor} {key}'.encode('utf-8', 'replace')).hexdigest()[:48]}" if key else ""
    try:
        try:
            table = decode(raw)
        except Refusal as refusal:
            note_refused("http_push", raw, str(refusal))
            raise
        found = ingest(table, "http_push", raw, key=own_key, areas=areas)
    except (OperationalError, InterfaceError):
        answer = _problem(503, _("The database is away for a moment. Send the same again with the same key."))
        answer["Retry-After"] = str(RETRY_SECONDS)
        return answer
    if found.wait and not found.taken:
        wait = {"Retry-After": str(min(int(found.wait.total_seconds()) + 1, LONGEST_WAIT))}
        return _problem(
            TOO_EARLY, _("These readings are ahead of their time; send the same again later."), wait, **outcome_of(found)
        )
    if found.rejected and not found.taken:
        return _problem(422, _("No reading was taken; each row says why."), **outcome_of(found))
    return Response(outcome_of(found))


def _problem(status: int, title: str, headers: dict[str, str] | None = None, **more: Any) -> Response:
    kind = HTTPStatus(status).phrase.title().replace(" ", "")
    return Response(problem(kind, title, status, **more), status=status, headers=headers, content_type=PROBLEM_TYPE)


def outcome_of(found: IngestResult) -> dict[str, Any]:
    """Return what became of a batch as the API says it."""
    return {
        "batch": found.batch,
        "accepted": found.accepted,
        "duplicate": found.duplicate,
        "corrected": found.corrected,
        "forecasts": found.forecasts,
        "rejected": [{"line": r.line, "reason": r.reason} for r in found.rejected],
    }


@page("connectors", needs=MAY_LOOK, menu=Menu("monitoring", 70, "plug-connected"), label=gettext_lazy("Connectors"))
def connectors(request: HttpRequest) -> HttpResponse:
    """Show each way in and each sender: last contact, counts of the newest 30 days, and the newest deliveries with faults."""
    lately = batches().filter(received_at__gte=clock.now() - SHOWN_FOR)
    faulty = Q(rejected__gt=0) | ~Q(faults=[])
    told = senders()
    troubles = list(lately.filter(faulty).defer("raw").order_by("-id")[:50])
    for batch in troubles:
        batch.way, batch.who = source_name(batch.connector), who(batch.sender)
    ways = [(way, any(s["connector"] == way.code for s in told)) for way in CONNECTORS]
    shown = {"ways": ways, "senders": told, "troubles": troubles, "feeds": feeds(), "malformed": fault_counts()}
    return render(request, "telemetry/connectors.html", shown)


@page("/api/v1/telemetry/senders/", needs=SIGNED_IN, name="senders_api")
@extend_schema(
    summary=gettext_lazy("Who delivers readings, and how far each clock is from ours"), responses=SenderSerializer(many=True)
)
@api_view(["GET"])
def senders_api(request: Request) -> Response:
    """Return the senders of the newest 30 days: last contact, counts, and the measured clock (null until three deliveries tell it)."""
    check_parameters(request, set())
    return Response(
        [
            {
                "connector": s["connector"],
                "sender": s["sender"],
                "last": s["last"],
                "deliveries": s["batches"],
                "accepted": s["new"],
                "rejected": s["bad"],
                "clock": _clock(s["clock"]),
            }
            for s in senders()
        ]
    )


def _clock(found: Clock | None) -> dict[str, Any] | None:
    return found and {
        "behind_seconds": found.lag.total_seconds(),
        "deliveries": found.deliveries,
        "wrong_since": found.wrong_since,
    }


@page("batches/<int:pk>/body", needs=SIGNED_IN, name="payload")
def payload(request: HttpRequest, pk: int) -> HttpResponse:
    """Return a batch's body as it came in, for who must find out what a sender really said."""
    batch = batches().filter(pk=pk).first()
    if batch is None or not batch.raw:
        raise NotFound(_("There is no such delivery, or its body was not kept."))
    try:
        content = zlib.decompress(batch.raw)
    except zlib.error:
        content = bytes(batch.raw)  # kept before bodies were compressed
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="batch-{batch.pk}.txt"'
    return answer
