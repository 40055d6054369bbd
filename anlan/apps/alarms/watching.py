"""The alarm desk: what stands, in at most ten groups by cause and place, as a page and as an endpoint."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.apps.alarms.queries.alarms import next_step
from anlan.apps.alarms.queries.cards import cards_overdue, without_card
from anlan.apps.alarms.queries.groups import VIEW, Group, counts, groups, shelved
from anlan.apps.alarms.queries.restraints import out_of_service
from anlan.apps.alarms.queries.standard import in_flood
from anlan.apps.telemetry import api as telemetry
from anlan.kit import clock
from anlan.kit.desk.problems import check_parameters
from anlan.kit.pages import SIGNED_IN, Menu, page
from anlan.kit.refusals import NotAuthorised
from anlan.kit.scope import current

ANSWER = "alarms.acknowledge_alarm"
HAND_OVER = "alarms.hand_over_shift"


class GroupSerializer(serializers.Serializer[Any]):
    """Standing alarms of one cause in one place."""

    origin = serializers.CharField()
    area = serializers.CharField()
    standing = serializers.IntegerField()
    unanswered = serializers.IntegerField()
    red = serializers.IntegerField()
    orange = serializers.IntegerField()
    worst = serializers.IntegerField()
    priority = serializers.IntegerField()
    first = serializers.IntegerField()
    first_at = serializers.DateTimeField()
    newest_at = serializers.DateTimeField()


@page("now", needs=VIEW, menu=Menu("monitoring", 5, "urgent"), label=gettext_lazy("Alarm desk"))
def now(request: HttpRequest) -> HttpResponse:
    """Show what stands: who must act by when, group by group, and what is put aside or out of service."""
    scope, found = current(), groups()
    for group in found:
        for alarm in group.named:
            _tell(alarm)
    facts = {
        "groups": found,
        "counts": counts(),
        "flood": in_flood(clock.now()),
        "shelved": shelved(),
        "out": list(out_of_service()) if scope.areas_for("alarms.view_outofservice") else [],
        "overdue": cards_overdue() if scope.areas_for("alarms.view_alarmcard") else [],
        "uncarded": without_card() if scope.areas_for("alarms.change_alarmcard") else [],
        "may_report": reverse("desk:alarms_shiftreports_begin", args=["write_shift"]) if scope.areas_for(HAND_OVER) else "",
    }
    return render(request, "alarms/now.html", facts)


def _tell(alarm: Any) -> None:
    """Give a named alarm what the desk says of it: its value, who is told next and when, whether the viewer may answer it."""
    alarm.shown_value = telemetry.shown(alarm.datastream.quantity, alarm.value) if alarm.level else str(alarm.get_basis_display())
    step = next_step(alarm)
    alarm.next_step, alarm.next_at = step if step else (0, None)
    alarm.overdue = alarm.escalation > 0
    alarm.may_answer = current().may(ANSWER, alarm.area)


@page("/api/v1/alarms/groups/", needs=SIGNED_IN, name="groups_api")
@extend_schema(summary=gettext_lazy("Standing alarms in at most ten groups"), responses=GroupSerializer(many=True))
@api_view(["GET"])
def groups_api(request: Request) -> Response:
    """Return what stands in at most ten groups by cause and place, the gravest unanswered first; none is left out of the counts."""
    check_parameters(request, set())
    if not current().areas_for(VIEW):
        raise NotAuthorised(_("Your role does not include this."))
    return Response([_said(group) for group in groups()])


def _said(group: Group) -> dict[str, Any]:
    cell = group.cell
    told = {
        name: getattr(cell, name) for name in ("origin", "standing", "unanswered", "red", "orange", "worst", "priority", "first")
    }
    return told | {"area": cell.place, "first_at": _iso(cell.first_at), "newest_at": _iso(cell.newest_at)}


def _iso(at: datetime) -> str:
    return at.isoformat()
