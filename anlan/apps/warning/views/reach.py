"""The page and API of a warning's reach: who was reached as far as it is proved, whom to ring next, and what came of ringing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as said
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.apps.warning import actions, queries
from anlan.apps.warning.choices import COLOURS, RingOutcome
from anlan.apps.warning.desk import RingDesk, WarningDesk
from anlan.apps.warning.models import Warning
from anlan.apps.warning.reach import reach_of
from anlan.apps.warning.reaching import Village
from anlan.kit.names import name_of
from anlan.kit.pages import SIGNED_IN, page
from anlan.kit.refusals import Refusal
from anlan.kit.scope import current

ANSWERS = "warning.answer_call"
#: So many villages to ring are shown; those after them come when these are done.
NAMED = 50


@page("warnings/<int:pk>/reach", needs=SIGNED_IN)
def reach(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a warning got: by channel, town and time, call by call, and whom to ring next."""
    warning: Warning = WarningDesk.get(pk)
    picture = reach_of(warning, NAMED)
    may = bool(current().areas_for(ANSWERS))
    context = {
        "warning": warning,
        "picture": picture,
        "minutes": queries.callout_minutes(warning.hazard, warning.level),
        "may_answer": may,
        "outcomes": RingOutcome.choices,
        "next": [_shown(v, picture.posts) for v in picture.next[:NAMED]],
        "more": max(len(picture.next) - NAMED, 0),
        "towns": [(name_of("area", town.code), town) for town in picture.towns],
        "rings": f"{reverse(RingDesk.name('list'))}?warning={warning.pk}",
    }
    return render(request, "warning/reach.html", context)


def _shown(village: Village, posts: dict[str, str]) -> dict[str, Any]:
    return {
        "v": village,
        "town": name_of("area", village.code[:9]),
        "colour": COLOURS.get(village.danger, ""),
        "post": posts.get(village.next_post, village.next_post),
        "link": f"{reverse('desk:people_posts_list')}?q={village.next_post}" if village.next_post else "",
        "tried": sum(village.rung.values()),
    }


@page("warnings/<int:pk>/ring", needs=ANSWERS, name="ring")
@require_POST
def ring(request: HttpRequest, pk: int) -> HttpResponse:
    """Note what came of ringing for a village, and go back to who is next."""
    warning: Warning = WarningDesk.get(pk)
    given = {name: request.POST.get(name, "") for name in ("village", "post", "outcome", "note")}
    try:
        made = actions.ring(warning=warning, **given)
    except Refusal as refusal:
        said.error(request, str(refusal))
    else:
        said.success(request, _("Noted: %(ring)s.") % {"ring": made})
    return redirect(reverse("warning:reach", args=[pk]) + "#next")


class BoundsSerializer(serializers.Serializer[Any]):
    """Between how many of so many."""

    low = serializers.FloatField(help_text="Proved: answers, and receipts as far as their channel has earned belief")
    high = serializers.FloatField(help_text="Not refuted")
    of = serializers.FloatField()


class EarnedSerializer(serializers.Serializer[Any]):
    """How far a channel's word is believed."""

    word = serializers.CharField(help_text="sent or delivered")
    checked = serializers.IntegerField(
        help_text="Of its words of the last year, those that an answer or a silent test could confirm"
    )
    confirmed = serializers.IntegerField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class ByChannelSerializer(serializers.Serializer[Any]):
    """What became of a channel's addressees."""

    channel = serializers.CharField()
    addressed = serializers.IntegerField()
    sent = serializers.IntegerField()
    delivered = serializers.IntegerField()
    answered = serializers.IntegerField()
    failed = serializers.IntegerField()
    waiting = serializers.IntegerField()
    rendered = serializers.IntegerField(help_text="In an exercise: rendered, not sent")
    bounds = BoundsSerializer()
    earned = EarnedSerializer(many=True, source="words")


class ByTownSerializer(serializers.Serializer[Any]):
    """How far it got in one town."""

    code = serializers.CharField()
    addressed = serializers.IntegerField()
    delivered = serializers.IntegerField()
    villages = serializers.IntegerField()
    confirmed = serializers.IntegerField()
    reached = BoundsSerializer(help_text="Villages")
    people = BoundsSerializer()


class ByTimeSerializer(serializers.Serializer[Any]):
    """How far it was so many minutes after its publication; null: now."""

    minutes = serializers.IntegerField(allow_null=True)
    sent = serializers.IntegerField()
    delivered = serializers.IntegerField()
    confirmed = serializers.IntegerField(help_text="Villages")


class NextSerializer(serializers.Serializer[Any]):
    """A village that nobody confirmed, and whom to ring."""

    code = serializers.CharField()
    name = serializers.CharField()
    people = serializers.IntegerField(allow_null=True)
    danger = serializers.IntegerField(help_text="The gravest open alarm of the hazard there, 1 to 4; 0 for none")
    post = serializers.CharField(
        source="next_post", help_text="Whoever was rung least often, the nearest first; empty for nobody"
    )
    bounds = BoundsSerializer()


class ReachSerializer(serializers.Serializer[Any]):
    """How far a warning got."""

    villages = serializers.IntegerField(source="villages_in_all")
    confirmed = serializers.IntegerField(help_text="Villages that somebody answered for")
    reached = BoundsSerializer(help_text="Villages")
    people = BoundsSerializer(help_text="Who live where it was reached")
    bodies = serializers.IntegerField()
    subscribers = serializers.IntegerField()
    channels = ByChannelSerializer(many=True)
    towns = ByTownSerializer(many=True)
    times = ByTimeSerializer(many=True)
    next = NextSerializer(many=True)


@page("/api/v1/warning/warnings/<int:pk>/reach/", needs=SIGNED_IN, name="reach_api")
@extend_schema(summary="How far a warning got, as far as it is proved, and whom to ring next", responses=ReachSerializer)
@api_view(["GET"])
def reach_api(request: Request, pk: int) -> Response:
    """Tell how far a warning got by channel, town and time, with the villages that nobody confirmed in the order in which to ring."""
    return Response(ReachSerializer(reach_of(WarningDesk.get(pk))).data)
