"""What each medium shows or says of a warning before anybody signs it: on its page, while it is drafted, and by API."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.apps.messages import api as messages
from anlan.apps.messages.kinds import sound_of
from anlan.apps.warning.desk import WarningDesk
from anlan.apps.warning.devices import Device, calls_of, devices_of
from anlan.apps.warning.kinds import MEDIA, Frame, Medium, Notice, Rendering
from anlan.apps.warning.models import Warning
from anlan.apps.warning.notices import notices_of
from anlan.apps.warning.views.staff import DRAFTS, as_typed
from anlan.kit.desk.problems import ProblemSerializer, check_parameters
from anlan.kit.pages import SIGNED_IN, page
from anlan.kit.refusals import PROBLEM_TYPE, Conflict, NotFound, Refusal

#: The sizes that a panel may have, in pixels.
LEAST, MOST = Frame(64, 32), Frame(8192, 8192)
LANGUAGE = OpenApiParameter("language", str, description=gettext_lazy("The language of the notice: zh (unless said) or en"))


@page("warnings/<int:pk>/renderings", needs=SIGNED_IN)
def renderings(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what each medium shows or says of a warning: as it was read back, and to listen to."""
    warning: Warning = WarningDesk.get(pk)
    context = {"warning": warning, "devices": devices_of(notices_of(warning)), "calls": calls_of(warning)}
    return render(request, "warning/renderings.html", context)


@page("draft/devices", needs=DRAFTS)
def draft_devices(request: HttpRequest) -> HttpResponse:
    """Show what each medium would show or say of what is typed, before anything is saved."""
    try:
        warning, pieces = as_typed(request.POST)
        context: dict[str, Any] = {"devices": devices_of(notices_of(warning, pieces)), "calls": calls_of(warning, pieces)}
    except Refusal as refusal:
        context = {"refusal": refusal}
    return render(request, "warning/devices.html", context)


@page("draft/sound", needs=DRAFTS)
def draft_sound(request: HttpRequest) -> HttpResponse:
    """Let a drafter hear what a voice would say of what is typed; nothing is saved."""
    try:
        warning, pieces = as_typed(request.POST)
        spoken = _heard(warning, pieces, request.POST.get("medium", ""), request.POST)
        sound = f"data:audio/wav;base64,{base64.b64encode(spoken).decode()}"
    except Refusal as refusal:
        return render(request, "warning/sound.html", {"fault": refusal})
    return render(request, "warning/sound.html", {"sound": sound})


def _heard(warning: Warning, pieces: Iterable[Any] | None, medium: str, given: Any) -> bytes:
    """Return the sound of a medium, or of one of the calls that a draft would cause."""
    calls = calls_of(warning, pieces) if medium not in MEDIA else None
    call = next((one for one in calls.devices if one.medium == medium), None) if calls else None
    if call is not None:
        return _voice(call.heard)
    return _spoken(_rendered(notices_of(warning, pieces), medium, given)[1])


class RenderingSerializer(serializers.Serializer[Any]):
    """What a medium shows or says of a warning in one language."""

    medium = serializers.CharField()
    name = serializers.CharField()
    language = serializers.CharField()
    texts = serializers.ListField(child=serializers.CharField(), help_text="In order as a reader sees them")
    parts = serializers.IntegerField(help_text="In how many parts it goes on the wire; 0 where nothing is cut")
    heard = serializers.CharField(help_text="Word for word what is heard, where it is spoken")
    faults = serializers.ListField(
        child=serializers.CharField(), help_text="Where it differs from the warning; none: it may go out"
    )
    content = serializers.CharField(help_text="Of what kind its octets are")
    addresses = serializers.ListField(
        child=serializers.CharField(),
        help_text="Where its octets are fetched: parts, pictures, a mail; a call to a village has none",
    )
    sound = serializers.CharField(help_text="Where the voice is fetched that says it (WAV), empty where it is not spoken")


@page("/api/v1/warning/warnings/<int:pk>/renderings/", needs=SIGNED_IN)
@extend_schema(
    summary=gettext_lazy("What each medium shows or says of a warning, also of a draft"),
    responses=RenderingSerializer(many=True),
)
@api_view(["GET"])
def renderings_api(request: Request, pk: int) -> Response:
    """Return what every medium renders, read again by machine and compared, and where its octets and its sound are fetched."""
    check_parameters(request, set())
    warning = WarningDesk.get(pk)
    calls = calls_of(warning)
    found = [*devices_of(notices_of(warning)), *(calls.devices if calls else ())]
    return Response(RenderingSerializer([_told(pk, one) for one in found], many=True).data)


def _told(pk: int, device: Device) -> dict[str, Any]:
    query = f"?language={device.language}"
    octets = reverse("warning:rendering_api", args=[pk, device.medium])
    count = len(device.pictures) or device.parts or 1
    sound = reverse("warning:sound_api", args=[pk, device.medium]) + query if device.voiced else ""
    named = ("medium", "name", "language", "texts", "parts", "heard", "faults")
    told = {name: getattr(device, name) for name in named} | {"content": "", "sound": sound, "addresses": []}
    if device.medium not in MEDIA:  # a call has no octets of its own: it is said
        return told
    told["content"] = MEDIA.get(device.medium).content
    return told | {"addresses": [f"{octets}{query}&part={n}" for n in range(1, count + 1)]}


@page("/api/v1/warning/warnings/<int:pk>/renderings/<slug:medium>/", needs=SIGNED_IN)
@extend_schema(
    summary=gettext_lazy("A medium's rendering of a warning, also of a draft, as it would leave"),
    parameters=[
        LANGUAGE,
        OpenApiParameter("part", int, description=gettext_lazy("Which part or picture, from 1")),
        OpenApiParameter("width", int, description=gettext_lazy("Of a panel, in pixels")),
        OpenApiParameter("height", int, description=gettext_lazy("Of a panel, in pixels")),
    ],
    responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, (422, PROBLEM_TYPE): ProblemSerializer},
)
@api_view(["GET"])
def rendering_api(request: Request, pk: int, medium: str) -> HttpResponse:
    """Return the octets of one part of a rendering: a picture of a panel, a mail, a part of a text message, a crawl's line."""
    check_parameters(request, {"language", "part", "width", "height"})
    found, rendering = _rendered(notices_of(WarningDesk.get(pk)), medium, request.GET)
    part = _number(request.GET, "part", 1, 1, len(rendering.octets))
    return _octets(rendering.octets[part - 1], found.content)


@page("/api/v1/warning/warnings/<int:pk>/renderings/<slug:medium>/sound/", needs=SIGNED_IN)
@extend_schema(
    summary=gettext_lazy("What a listener hears of a warning, also of a draft (WAV)"),
    parameters=[LANGUAGE],
    responses={(200, "audio/wav"): OpenApiTypes.BINARY},
)
@api_view(["GET"])
def sound_api(request: Request, pk: int, medium: str) -> HttpResponse:
    """Return the voice that says it; 409 in words where no voice can."""
    check_parameters(request, {"language"})
    return _octets(_heard(WarningDesk.get(pk), None, medium, request.GET), "audio/wav")


def _octets(octets: bytes, content: str) -> HttpResponse:
    answer = HttpResponse(octets, content_type=content)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _rendered(notices: list[Notice], code: str, given: Any) -> tuple[Medium, Rendering]:
    """Return a medium with what it renders of a warning in the language and size that are asked for."""
    language = given.get("language") or "zh"
    notice = next((one for one in notices if one.language == language), None)
    if code not in MEDIA or notice is None or not MEDIA.get(code).speaks(language):
        raise NotFound(_("No medium of this name tells the warning in this language."))
    usual = Frame()
    frame = Frame(
        _number(given, "width", usual.width, LEAST.width, MOST.width),
        _number(given, "height", usual.height, LEAST.height, MOST.height),
    )
    medium = MEDIA.get(code)
    return medium, medium.render(notice, frame)


def _spoken(rendering: Rendering) -> bytes:
    """Return the sound of what is spoken; Refusal in words where nothing is."""
    if not MEDIA.get(rendering.medium).voiced:
        raise NotFound(_("This medium is not spoken."))
    return _voice("\n".join(rendering.texts))


def _voice(text: str) -> bytes:
    """Return the sound of a text; Refusal in words where no voice says it."""
    try:
        return sound_of(text)
    except (OSError, ValueError) as error:
        raise Conflict(messages.in_words(str(error))) from None


def _number(given: Any, name: str, usual: int, least: int, most: int) -> int:
    text = given.get(name) or str(usual)
    if not text.isdecimal() or not least <= int(text[:9]) <= most:
        raise Refusal(_("This must be a whole number from %(least)d to %(most)d.") % {"least": least, "most": most}, field=name)
    return int(text)
