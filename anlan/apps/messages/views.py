"""Pages of messages: how delivery stands, a test of one address, and the answer to a reach test."""

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

from anlan.apps.messages import actions, parcels, queries, rules
from anlan.apps.messages.actions import allowed_channel
from anlan.apps.messages.choices import ParcelState
from anlan.apps.messages.desk import BroadcastDesk, ReachTestDesk, ReceiptDesk
from anlan.apps.messages.kinds import DEVICES
from anlan.apps.messages.reached import reached
from anlan.apps.people import api as people
from anlan.kit import clock
from anlan.kit.desk.problems import check_parameters
from anlan.kit.pages import EVERYBODY, SIGNED_IN, Menu, page, require
from anlan.kit.refusals import Conflict, NotFound, Refusal
from anlan.kit.scope import Authority, Scope, current, entered
from anlan.kit.web import world_of

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
        "lines": queries.line_healths(),
        "devices": [(one, one.standing(), reverse(one.list_page)) for one in DEVICES if current().areas_for(one.needs)],
        "tested": queries.tested(),
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
    error = serializers.CharField(help_text="As it is kept: a code with its values, or the receiver's own text")
    fault = serializers.CharField(help_text="The same in the reader's language")


@page("/api/v1/messages/circuits", needs=SIGNED_IN)
@extend_schema(summary=gettext_lazy("Receivers that fail just now"), responses=CircuitSerializer(many=True))
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


READS = "messages.view_broadcast"
PAGE = 50


@page("broadcasts/<int:pk>/counted", needs=READS)
def counted(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a broadcast is; asked again every few seconds while it runs."""
    row = BroadcastDesk.get(pk)
    return render(request, "messages/counted.html", {"panel": {"broadcast": row, **queries.counted(row)}})


@page("broadcasts/<int:pk>/copies", needs=READS)
def copies(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what became of single addressees of a broadcast, masked, page by page; with an address, of that one word by word."""
    require("messages.view_subscriber")
    row = BroadcastDesk.get(pk)
    asked = request.POST if request.method == "POST" else request.GET
    address = asked.get("address", "").strip()
    state = int(asked["state"]) if asked.get("state", "") in {str(s.value) for s in ParcelState} else None
    after = int(asked["after"]) if asked.get("after", "").isdecimal() and len(asked["after"]) < 19 else 0
    wanted = sorted({rules.normal(channel, address) for channel in rules.PUBLIC_CHANNELS}) if address else ()
    if address:
        actions.look_up(broadcast=row.pk, address=address)
    found = parcels.copies(row, state=state, after=after, addresses=wanted, limit=PAGE + 1)
    shown = found[:PAGE]
    context = {
        "broadcast": row,
        "copies": [(copy, people.mask(copy.address)) for copy in shown],
        "next": shown[-1].subscriber if len(found) > PAGE else None,
        "state": state,
        "states": [(s.value, s.label) for s in queries.COLUMNS],
        "asked": bool(address),
        "spoken": parcels.spoken(row, shown[0].subscriber) if address and len(shown) == 1 else [],
    }
    return render(request, "messages/copies.html", context)


class CountSerializer(serializers.Serializer[Any]):
    """How far a broadcast is on one channel."""

    channel = serializers.CharField()
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="By state; double and doubted stand beside them")


@page("/api/v1/messages/broadcasts/<int:pk>/counts", needs=SIGNED_IN)
@extend_schema(summary=gettext_lazy("How far a broadcast is, by channel and state"), responses=CountSerializer(many=True))
@api_view(["GET"])
def counts_api(request: Request, pk: int) -> Response:
    """Return a broadcast's copies counted by channel and state."""
    require(READS)
    check_parameters(request, set())
    told = parcels.tally(BroadcastDesk.get(pk).pk)
    return Response(CountSerializer([{"channel": c, "counts": n} for c, n in sorted(told.items())], many=True).data)


class LineSerializer(serializers.Serializer[Any]):
    """A line that carries broadcasts."""

    channel = serializers.CharField()
    peer = serializers.CharField()
    worker = serializers.CharField(help_text="The process that holds it")
    state = serializers.CharField()
    binds = serializers.IntegerField(help_text="Connections that stand")
    waiting = serializers.IntegerField(help_text="Handed over and not answered")
    per_second = serializers.FloatField()
    throttled = serializers.IntegerField()
    reconnected = serializers.IntegerField()
    error = serializers.CharField(help_text="As it is kept: a code with its values, or the peer's own text")
    fault = serializers.CharField(help_text="The same in the reader's language")
    seen_at = serializers.DateTimeField()


@page("/api/v1/messages/lines", needs=SIGNED_IN)
@extend_schema(summary=gettext_lazy("How the lines stand that carry broadcasts"), responses=LineSerializer(many=True))
@api_view(["GET"])
def lines_api(request: Request) -> Response:
    """Return how each line stands, as its process told last."""
    require("messages.view_receipt")
    check_parameters(request, set())
    return Response(LineSerializer(queries.line_healths(), many=True).data)


@page("/reached/<str:token>", needs=EVERYBODY)
def answer_reach(request: HttpRequest, token: str) -> HttpResponse:
    """Let whoever holds the link of a reach test answer it with one tap; the tap is a POST, so that no mail scanner answers."""
    world = world_of(request)
    with entered(Scope.public(world)):
        found = queries.asked_by(token, world)
        test = queries.reach_test_of(found) if found else None
    if found is None or test is None:
        raise NotFound(_("This link is not valid. It was made for one address of one test."))
    problem, status = "", 200
    if request.method == "POST":
        rights = (Authority(found.area, frozenset({"messages.record_answer"})), Authority(test.area, frozenset()))
        with entered(Scope(world=world, actor=f"link:{found.recipient_code}", post=found.recipient_code, authorities=rights)):
            try:
                found = actions.answer_reach(receipt=found.pk)
            except Conflict as conflict:
                problem, status = str(conflict), 409
    with entered(Scope.public(world)):
        context = {"receipt": found, "test": test, "problem": problem, "over": test.until <= clock.now()}
        response = render(request, "messages/answer_reach.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


class ReachedByChannelSerializer(serializers.Serializer[Any]):
    """How many addresses of a channel got how far in a reach test."""

    channel = serializers.CharField()
    asked = serializers.IntegerField()
    sent = serializers.IntegerField(help_text="Each number includes those after it")
    delivered = serializers.IntegerField()
    answered = serializers.IntegerField()
    failed = serializers.IntegerField()


class ReachedWaySerializer(serializers.Serializer[Any]):
    """One address and what became of it."""

    channel = serializers.CharField()
    address = serializers.CharField(help_text="Masked")
    state = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)
    said = serializers.CharField(help_text="The key that was pressed, or a machine's status")
    fault = serializers.CharField()


class ReachedPostSerializer(serializers.Serializer[Any]):
    """A post that was asked."""

    area = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()
    answered = serializers.BooleanField()
    next_step = serializers.CharField(help_text="What to do about one that did not answer")
    ways = ReachedWaySerializer(many=True)


class ReachTestReachedSerializer(serializers.Serializer[Any]):
    """What came of a reach test; those who did not answer come first."""

    channels = ReachedByChannelSerializer(many=True)
    posts = ReachedPostSerializer(many=True)
    not_shown = serializers.IntegerField(help_text="Posts elsewhere that were asked too, of which you may not read what became")


@page("/api/v1/messages/reach-tests/<int:pk>/reached", needs=SIGNED_IN)
@extend_schema(summary=gettext_lazy("What came of a reach test, by channel and by post"), responses=ReachTestReachedSerializer)
@api_view(["GET"])
def reached_api(request: Request, pk: int) -> Response:
    """Return what came of a reach test."""
    require("messages.view_reachtest")
    check_parameters(request, set())
    return Response(ReachTestReachedSerializer(reached(ReachTestDesk.get(pk))).data)
