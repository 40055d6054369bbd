"""Pages that no desk can make: the registers in numbers, the map's layer, an action's progress for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.apps.transfers import queries
from anlan.apps.transfers.desk import TransferDesk
from anlan.apps.transfers.models import Household
from anlan.kit import clock
from anlan.kit.pages import SIGNED_IN, Menu, page
from anlan.kit.scope import current
from anlan.lib.geojson import collection, feature

#: So many villages are listed on one page.
MOST = 300
HEADS = ("households", "persons", "waiting", "told", "under_way", "arrived", "refused", "away", "returned", "in_danger")


@page(
    "registers",
    needs=queries.LOOKS,
    menu=Menu("response", 55, "clipboard-list"),
    label=gettext_lazy("Villages' registers in numbers"),
)
def registers(request: HttpRequest) -> HttpResponse:
    """Show what the registers of villages hold, in numbers: households, vulnerable people, who has no helper, what is late."""
    rows = queries.registers(current().areas_for(queries.LOOKS))
    names = ("households", "persons", "vulnerable", "without_helper", "unvisited", "undrilled")
    total = {name: sum(getattr(one, name) for one in rows) for name in names}
    rows.sort(key=lambda one: (-one.without_helper, -one.unvisited, one.code))
    named = bool(current().areas_for(f"transfers.view_{Household._meta.model_name}"))
    shown = {"rows": rows[:MOST], "more": max(len(rows) - MOST, 0), "total": total, "villages": len(rows), "named": named}
    return render(request, "transfers/registers.html", shown)


@page("layer.geojson", needs=queries.LOOKS)
def layer(request: HttpRequest) -> JsonResponse:
    """Serve the villages of actions under way, each with how many are not yet in safety."""
    features = []
    for transfer in queries.open_transfers():
        lines = queries.progress(transfer)
        at = queries.marks({line.code for line in lines})
        url = transfer.desk_url()
        late = transfer.due_at < clock.now()
        features += [_mark(line, at[line.code], url, transfer.title, late) for line in lines if line.code in at]
    return JsonResponse(collection(features))


def _mark(line: queries.Line, at: tuple[float, float], url: str, title: str, late: bool) -> dict[str, Any]:
    heads = line.tally
    text = _("%(n)d of %(all)d not yet in safety") % {"n": heads.in_danger, "all": heads.persons}
    told = {"url": url, "title": f"{line.name} · {text}", "text": title, "value": f"{line.name} {heads.share}%"}
    told |= {"label": line.name, "overdue": late and heads.in_danger > 0}
    return feature({"type": "Point", "coordinates": list(at)}, told)


class VillageHeadsSerializer(serializers.Serializer[Any]):
    """A village of an action in heads."""

    area = serializers.CharField()
    name = serializers.CharField()
    households = serializers.IntegerField()
    persons = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="Persons not heard of")
    told = serializers.IntegerField()
    under_way = serializers.IntegerField()
    arrived = serializers.IntegerField()
    refused = serializers.IntegerField()
    away = serializers.IntegerField()
    returned = serializers.IntegerField()
    in_danger = serializers.IntegerField(help_text="Persons not known to be out of danger")
    vulnerable_in_danger = serializers.IntegerField()
    last_word = serializers.DateTimeField(allow_null=True)
    counted = serializers.IntegerField(allow_null=True, help_text="Counted by hand")
    counted_at = serializers.DateTimeField(allow_null=True)


class TransferProgressSerializer(serializers.Serializer[Any]):
    """How far an action is."""

    transfer = serializers.IntegerField()
    not_shown = serializers.IntegerField(help_text="Villages elsewhere, of which you may not read how far they are")
    villages = VillageHeadsSerializer(many=True)


@page("/api/v1/transfers/transfers/<int:pk>/progress/", needs=SIGNED_IN, name="progress_api")
@extend_schema(summary=gettext_lazy("How far a transfer action is, village by village"), responses=TransferProgressSerializer)
@api_view(["GET"])
def progress_api(request: Request, pk: int) -> Response:
    """Return the heads of an action by village, of those that the asker may look at."""
    transfer = TransferDesk.get(pk)
    lines = queries.progress(transfer)
    return Response(
        {"transfer": transfer.pk, "not_shown": transfer.villages - len(lines), "villages": [_line(one) for one in lines]}
    )


def _line(line: queries.Line) -> dict[str, Any]:
    heads, part = line.tally, line.part
    told = {name: getattr(heads, name) for name in (*HEADS, "vulnerable_in_danger", "last_word")}
    counted = {"counted": part.counted if part else None, "counted_at": part.counted_at if part else None}
    return {"area": line.code, "name": line.name, **told, **counted}
