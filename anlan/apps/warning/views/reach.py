"""The page and API of a warning's reach: who was reached as far as it is proved, whom to ring next, and what came of ringing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as said
from django.http import HttpRequest, HttpResponse, JsonResponse
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

from anlan.apps.places import api as places
from anlan.apps.warning import actions, queries
from anlan.apps.warning.choices import COLOURS, RingOutcome
from anlan.apps.warning.desk import RingDesk, WarningDesk
from anlan.apps.warning.models import Warning
from anlan.apps.warning.reach import reach_of
from anlan.apps.warning.reaching import ByTown, Village
from anlan.apps.warning.views.staff import feature
from anlan.kit.names import name_of
from anlan.kit.pages import SIGNED_IN, page
from anlan.kit.refusals import Refusal
from anlan.kit.scope import current

ANSWERS = "warning.answer_call"
#: So many villages to ring are shown; those after them come when these are done.
NAMED = 50
#: The records whose changes move a warning's reach.
LIVE = "warning.call warning.calledvillage warning.ring messages.receipt messages.broadcast"


@page("warnings/<int:pk>/reach", needs=SIGNED_IN)
def reach(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a warning got: by channel, town and time, call by call, and whom to ring next."""
    warning: Warning = WarningDesk.get(pk)
    picture = reach_of(warning, NAMED)
    may = bool(current().areas_for(ANSWERS))
    context = {
        "warning": warning,
        "picture": picture,
        "live": LIVE,
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


@page("warnings/<int:pk>/reach/map.json", needs=SIGNED_IN)
def reach_map(request: HttpRequest, pk: int) -> JsonResponse:
    """Configure the map of a warning's reach: its area, and by town the villages that nobody has confirmed."""
    warning: Warning = WarningDesk.get(pk)
    layer = {
        "id": "waiting",
        "title": str(_("Villages not confirmed")),
        "role": "waiting",
        "group": "",
        "hidden": False,
        "url": reverse("warning:reach_layer", args=[pk]),
        "live": LIVE,
    }
    config = places.map_config([layer])
    if boxes := [shape.extent for _town, shape in _towns(warning)]:
        west, south = min(b[0] for b in boxes), min(b[1] for b in boxes)
        config["bounds"] = [west, south, max(b[2] for b in boxes), max(b[3] for b in boxes)]
    return JsonResponse(config)


@page("warnings/<int:pk>/reach/towns.geojson", needs=SIGNED_IN)
def reach_layer(request: HttpRequest, pk: int) -> JsonResponse:
    """Serve the towns of a warning with how many of their villages somebody has confirmed, and how many wait."""
    features = [
        feature(
            shape,
            name_of("area", town.code),
            "",
            value=f"{town.confirmed} / {town.villages}",
            share=(town.villages - town.confirmed) / town.villages,
        )
        for town, shape in _towns(WarningDesk.get(pk))
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


def _towns(warning: Warning) -> list[tuple[ByTown, Any]]:
    """Return the towns with villages that a warning is for, each with its outline."""
    towns = [town for town in reach_of(warning, 0).towns if town.villages]
    outlines = places.outlines_of(town.code for town in towns)
    return [(town, outlines[town.code]) for town in towns if town.code in outlines]


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
    loudspeakers = serializers.IntegerField()
    not_shown = serializers.IntegerField(help_text="Bodies and subscribers of whom you may not read what became of them")
    channels = ByChannelSerializer(many=True)
    towns = ByTownSerializer(many=True)
    times = ByTimeSerializer(many=True)
    next = NextSerializer(many=True)


@page("/api/v1/warning/warnings/<int:pk>/reach/", needs=SIGNED_IN, name="reach_api")
@extend_schema(
    summary=gettext_lazy("How far a warning got, as far as it is proved, and whom to ring next"), responses=ReachSerializer
)
@api_view(["GET"])
def reach_api(request: Request, pk: int) -> Response:
    """Tell how far a warning got by channel, town and time, with the villages that nobody confirmed in the order in which to ring."""
    return Response(ReachSerializer(reach_of(WarningDesk.get(pk))).data)
