"""Pages of messages: how delivery stands, and a test of one address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.apps.messages import actions, queries
from anlan.apps.messages.actions import allowed_channel
from anlan.apps.messages.desk import ReceiptDesk
from anlan.apps.people import api as people
from anlan.kit.desk.problems import check_parameters
from anlan.kit.pages import SIGNED_IN, Menu, page, require
from anlan.kit.refusals import Refusal
from anlan.kit.scope import current

SENDS = "messages.send_message"


@dataclass(frozen=True)
class Way:
    """One address of a recipient, masked, and the channel that would carry it ('' for none)."""

    order: int
    kind: str
    address: str
    channel: str


def masked(address: str) -> str:
    """Show enough of an address to recognise it, not enough to use it."""
    return f"{address[:3]}…{address[-4:]}" if len(address) > 9 else f"{address[:2]}…"


@page("delivery", needs="messages.view_receipt", menu=Menu("warning", 50, "mail-check"), label=gettext_lazy("Message delivery"))
def delivery(request: HttpRequest) -> HttpResponse:
    """Show how every channel stands, what waits for its next attempt, whom nobody reached, and the addresses of one recipient."""
    rows = ReceiptDesk.rows().select_related("message")
    code = request.GET.get("recipient", "").strip()
    ways = [
        Way(order, c.kind, masked(c.address), allowed_channel(c.kind, current().world))
        for order, c in enumerate(people.contacts_of(code, SENDS) if code else [])
    ]
    unreached = list(queries.of_the_unreached(rows)[:50])
    context = {
        "channels": queries.channels(),
        "circuits": queries.circuits(),
        "waiting": list(rows.filter(state="queued").order_by("next_at")[:50]),
        "unreached": unreached,
        "again": _carried({r.channel for r in unreached}) if current().areas_for(SENDS) else [],
        "tests": list(rows.filter(message__kind=actions.TEST).order_by("-id")[:10]),
        "ladder": [int(wait.total_seconds() // 60) for wait in queries.ladder().waits],
        "code": code,
        "ways": ways,
        "may_test": bool(current().areas_for(SENDS)),
    }
    return render(request, "messages/delivery.html", context)


def _carried(ways: set[str]) -> list[str]:
    """Return those ways that a channel of this world carries: to send again by another one is in vain."""
    return [way for way in ways if way != actions.NO_CHANNEL and allowed_channel(way, current().world)]


class CircuitSerializer(serializers.Serializer[Any]):
    """A receiver that fails just now."""

    channel = serializers.CharField()
    host = serializers.CharField()
    failures = serializers.IntegerField(help_text="In a row")
    failed_at = serializers.DateTimeField()
    open_until = serializers.DateTimeField(allow_null=True, help_text="Left alone until; null while it is still tried")
    error = serializers.CharField()


@page("/api/v1/messages/circuits", needs=SIGNED_IN)
@extend_schema(summary="Receivers that fail just now", responses=CircuitSerializer(many=True))
@api_view(["GET"])
def circuits_api(request: Request) -> Response:
    """Return the receivers that fail in a row, those that are left alone first."""
    require("messages.view_receipt")
    check_parameters(request, set())
    return Response(CircuitSerializer(queries.circuits(), many=True).data)


@page("delivery/test", needs=SIGNED_IN)
@require_POST
def test_contact(request: HttpRequest) -> HttpResponse:
    """Send a test to one address of a recipient."""
    code, order = request.POST.get("recipient", ""), request.POST.get("order", "")
    try:
        actions.test_contact(recipient=code, order=int(order) if order.isdigit() else -1)
        flash.success(request, _("The test is on its way; its receipt appears below."))
    except Refusal as refusal:
        flash.error(request, str(refusal))
    return redirect(f"{reverse('messages:delivery')}?recipient={code}")
