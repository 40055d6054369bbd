"""Pages of telemetry that no desk makes: chart data, data quality, uploads."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.apps.telemetry import actions
from anlan.apps.telemetry.desk import StationDesk
from anlan.apps.telemetry.intake.decoding import MOST_BYTES, MOST_ROWS, levelled
from anlan.apps.telemetry.intake.storing import inspect_file
from anlan.apps.telemetry.models import Station
from anlan.apps.telemetry.queries.contradictions import misfits
from anlan.apps.telemetry.queries.courses import hydrograph
from anlan.apps.telemetry.queries.newest import doubtful, unheard
from anlan.apps.telemetry.queries.senders import MAY_LOOK, clocks
from anlan.apps.telemetry.views.delivery import outcome_of
from anlan.apps.telemetry.views.schemas import UploadedSerializer
from anlan.kit.desk.problems import check_parameters
from anlan.kit.pages import SIGNED_IN, Menu, page
from anlan.kit.refusals import NotAuthorised, Refusal
from anlan.kit.scope import current

NEEDS = "telemetry.view_station"
UPLOAD = "telemetry.upload_readings"
ECHO_BYTES = 1_000_000


@page("stations/<int:pk>/series.json", needs=SIGNED_IN)
def series(request: HttpRequest, pk: int) -> JsonResponse:
    """Serve a station's hydrograph as JSON."""
    station: Station = StationDesk.get(pk)
    hours = min(int(request.GET["hours"]), 24 * 60) if request.GET.get("hours", "").isdecimal() else 288
    stream = int(request.GET["datastream"]) if request.GET.get("datastream", "").isdecimal() else None
    return JsonResponse(hydrograph(station, hours, datastream=stream))


def _seen_by(permission: str) -> tuple[str, ...]:
    areas = current().areas_for(permission)
    if not areas:
        raise NotAuthorised(_("Your role does not include this."))
    return areas


@page("quality", needs=NEEDS, menu=Menu("monitoring", 50, "heart-rate-monitor"), label=gettext_lazy("Data quality"))
def quality(request: HttpRequest) -> HttpResponse:
    """Show which stations are stale or send what cannot be believed."""
    _seen_by(NEEDS)
    values = doubtful(NEEDS)
    stations = {s.code: s for s in Station.objects.readable(NEEDS).filter(code__in={v.station for v in values})}
    rows = [(stations[v.station], v.name, v) for v in values]
    wrong = clocks(wrong_only=True) if current().areas_for(MAY_LOOK) else []
    return render(
        request, "telemetry/quality.html", {"rows": rows, "clocks": wrong, "unheard": unheard(NEEDS), "misfits": misfits(NEEDS)}
    )


@page("upload", needs=UPLOAD, menu=Menu("monitoring", 60, "file-upload"), label=gettext_lazy("Upload observations"))
def upload(request: HttpRequest) -> HttpResponse:
    """Check an observations file by hand, show every fault by its line, and load it."""
    areas = _seen_by(UPLOAD)
    context: dict[str, Any] = {"limit": MOST_ROWS, "status": 200}
    if request.method == "POST":
        try:
            name, raw = _sent_file(request)
            if request.POST.get("load"):
                context |= {"loaded": actions.upload_readings(name=name, raw=raw, partly=bool(request.POST.get("partly")))}
            else:
                _table, rejected, ready = inspect_file(raw, areas)
                context |= {"name": name, "ready": ready, "rejected": rejected, "content": _echo(raw)}
        except Refusal as refusal:
            context |= {"refusal": refusal, "status": refusal.status}
    return render(request, "telemetry/upload.html", context, status=context["status"])


def _sent_file(request: HttpRequest) -> tuple[str, bytes]:
    """Return name and content of the file sent, or of the text that was checked just before."""
    file = request.FILES.get("file")
    if file is not None:
        if file.size is not None and file.size > MOST_BYTES:
            raise Refusal(_("The file is larger than 20 MB."), field="file")
        return str(file.name), levelled(file.read())
    if request.POST.get("content"):
        return request.POST.get("name", ""), levelled(request.POST["content"].encode())
    raise Refusal(_("Choose a file first."), field="file")


def _echo(raw: bytes) -> str:
    """Return the content for the form that loads it, where it fits; else the file is chosen once more."""
    return raw.decode("utf-8-sig", "replace") if len(raw) <= ECHO_BYTES else ""


@page("/api/v1/telemetry/uploads/", needs=SIGNED_IN, name="upload_api")
@extend_schema(
    summary=gettext_lazy("Check or load an observations file"),
    request={"text/csv": OpenApiTypes.STR},
    responses=UploadedSerializer,
    parameters=[
        OpenApiParameter("check", str, description=gettext_lazy("1: say what would be loaded, load nothing")),
        OpenApiParameter("partly", str, description=gettext_lazy("1: leave faulty rows out")),
    ],
)
@api_view(["POST"])
def upload_api(request: Request) -> Response:
    """Check (?check=1) or load an observations file sent as text/csv or as the form field `file`; ?partly=1 leaves faulty rows out."""
    areas = _seen_by(UPLOAD)
    check_parameters(request, {"check", "partly"})
    sent = request._request
    name, raw = _sent_file(sent) if sent.FILES else ("upload.csv", levelled(sent.body))
    _table, rejected, ready = inspect_file(raw, areas)
    faults = [{"line": r.line, "reason": r.reason} for r in rejected]
    if request.GET.get("check"):
        return Response({"ready": ready, "rejected": faults})
    found = actions.upload_readings(name=name, raw=raw, partly=bool(request.GET.get("partly")))
    return Response(outcome_of(found) | {"rejected": faults})
