"""What a screen opens: its page, which any browser shows; what it is to show; its picture; a crawl's text."""

from __future__ import annotations

import json
import re
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.apps.screens import actions, queries, wall
from anlan.apps.screens.models import Screen
from anlan.kit import clock
from anlan.kit.desk.problems import check_parameters
from anlan.kit.names import name_of
from anlan.kit.pages import EVERYBODY, SIGNED_IN, Menu, page, require
from anlan.kit.refusals import NotFound
from anlan.kit.scope import Scope, entered
from anlan.kit.web import world_of

#: What the page says besides the warnings; it speaks both languages.
WORDS = {
    "none": gettext_lazy("No warning is in force here"),
    "since": gettext_lazy("No contact since"),
    "unknown": gettext_lazy("It is not known whether a warning is in force: no contact since"),
    "until": gettext_lazy("Valid until"),
    "issued": gettext_lazy("Published"),
    "current": gettext_lazy("Up to date"),
    "first": gettext_lazy("Waiting for the first answer"),
}
#: A screen asks so often, in seconds.
EVERY = 5
#: What stands there before the script does, for either reader.
IN_BOTH = {"no_script": "请开启 JavaScript。JavaScript is needed."}
SHELL = ("screens/screen.js", "screens/screen.css")


@page(
    "wall",
    needs="screens.view_screen",
    menu=Menu("warning", 65, "devices", "exercise"),
    label=gettext_lazy("Device wall"),
)
def device_wall(request: HttpRequest) -> HttpResponse:
    """Show what the phones, panels, crawls and mails of chosen villages would show while a warning of the exercise goes out."""
    if world_of(request) != "exercise":
        raise NotFound(gettext("The device wall belongs to the exercise world."))
    asked = re.findall(r"\d+", " ".join(request.GET.getlist("villages")))
    codes = asked or wall.first_villages()
    villages = wall.villages_of(codes)
    shown = [village.code for village in villages]
    fields = [(code, name_of("area", code)) for code in shown] + [("", "")] * (wall.MOST_VILLAGES - len(shown))
    left_out = [name_of("area", code) for code in dict.fromkeys(codes) if code not in shown]
    context = {"villages": villages, "fields": fields, "left_out": left_out, "most": wall.MOST_VILLAGES}
    return render(request, "screens/wall.html", context)


class DeviceSerializer(serializers.Serializer[Any]):
    """What one device would show."""

    medium = serializers.CharField()
    where = serializers.CharField(help_text="The panel, where one is entered")
    language = serializers.CharField()
    texts = serializers.ListField(child=serializers.CharField())
    pictures = serializers.ListField(child=serializers.CharField(), help_text="PNG as data addresses")
    faults = serializers.ListField(child=serializers.CharField(), help_text="Where it differs from the warning")
    heard = serializers.CharField(help_text="Word for word what is heard, where it is spoken")
    keys = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()), help_text="Of a call: each key and the shelter it stands for"
    )
    outcome = serializers.CharField(help_text="Of a call: how it stands")


class ToldSerializer(serializers.Serializer[Any]):
    """A warning in a village."""

    identifier = serializers.CharField()
    name = serializers.CharField()
    level = serializers.IntegerField()
    devices = DeviceSerializer(many=True)


class VillageSerializer(serializers.Serializer[Any]):
    """A village with what is in force there."""

    code = serializers.CharField()
    name = serializers.CharField()
    warnings = ToldSerializer(many=True)


@page("/api/v1/screens/wall/", needs=SIGNED_IN)
@extend_schema(
    summary=gettext_lazy("What the devices of villages would show (exercise world)"),
    parameters=[OpenApiParameter("villages", str, description=gettext_lazy("Codes of villages, parted by commas"))],
    responses=VillageSerializer(many=True),
)
@api_view(["GET"])
def wall_api(request: Request) -> Response:
    """Return what the devices of some villages would show, from what the media render; empty outside an exercise."""
    require("screens.view_screen")
    check_parameters(request, {"villages"})
    codes = [code for code in request.GET.get("villages", "").split(",") if code.isdigit()] or wall.first_villages()
    found = wall.villages_of(codes) if world_of(request._request) == "exercise" else []
    return Response(VillageSerializer(found, many=True).data)


def _screen(request: HttpRequest, code: str) -> Screen:
    """Return a screen of the live world: what is an exercise is shown on none."""
    found = queries.by_code(code) if world_of(request) == "live" else None
    if found is None:
        raise NotFound(gettext("There is no such screen in use."))
    return found


def _program() -> Any:
    return entered(Scope.everything("system:screens"))


@page("/screen/<str:code>", needs=EVERYBODY, name="kiosk")
@require_GET
def kiosk(request: HttpRequest, code: str) -> HttpResponse:
    """Show the page that stands on a screen: what is in force there, kept without a network, with its age."""
    with _program():
        screen = _screen(request, code)
    words = {}
    for language, locale in (("zh", "zh-hans"), ("en", "en")):
        with translation.override(locale):
            words[language] = {name: str(text) for name, text in WORDS.items()}
    languages = ["zh", "en"] if screen.language == "both" else [screen.language]
    declared = {"code": code, "every": EVERY, "languages": languages, "words": words, "name": [screen.name, screen.name_en]}
    declared |= {"state": reverse("screens:state", args=[code]), "shown": reverse("screens:shown", args=[code])}
    declared |= {"worker": reverse("screens:worker"), "zone": settings.TIME_ZONE}
    answer = render(request, "screens/kiosk.html", {**IN_BOTH, "declared": declared, "screen": screen, "language": languages[0]})
    answer["Cache-Control"] = "no-cache"
    return answer


@page("/screen/worker.js", needs=EVERYBODY)
def worker(request: HttpRequest) -> HttpResponse:
    """Serve the service worker, which keeps the page and its two files."""
    found = finders.find("screens/worker.js")
    with open(str(found), encoding="utf-8") as file:
        text = file.read()
    home = reverse("screens:worker").removesuffix("worker.js")
    head = f"const KEPT = {json.dumps([static(name) for name in SHELL])}, HOME = {json.dumps(home)};\n"
    answer = HttpResponse(head + text, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"], answer["Service-Worker-Allowed"] = "no-cache", home
    return answer


@page("/screen/<str:code>/state.json", needs=EVERYBODY)
@require_GET
def state(request: HttpRequest, code: str) -> JsonResponse:
    """Return what a screen shows now; asked with its key, it is noted that the screen is there."""
    with _program():
        screen = _screen(request, code)
        shown = queries.shown_on(screen)
        if queries.knows(screen, request.GET.get("key", "")):
            queries.heard(screen, request.headers.get("User-Agent", ""))
    answer = JsonResponse({**shown, "at": clock.now().isoformat()}, json_dumps_params={"ensure_ascii": False})
    answer["Cache-Control"] = "no-store"
    return answer


@page("/screen/<str:code>/shown", needs=EVERYBODY)
@csrf_exempt
@require_POST
def shown(request: HttpRequest, code: str) -> JsonResponse:
    """Take a screen's word that it shows warnings: its receipt. Only the key makes it one."""
    with _program():
        screen = _screen(request, code)
        if not queries.knows(screen, request.POST.get("key", "")):
            return JsonResponse({"noted": 0}, status=403)
        said = [one for one in request.POST.get("shown", "")[:2000].split(",") if one]
        noted = actions.note_shown(screen=screen.pk, identifiers=said) if queries.unsaid(screen, said) else 0
    return JsonResponse({"noted": noted})


@page("/screen/<str:code>/crawl.txt", needs=EVERYBODY)
@require_GET
def crawl(request: HttpRequest, code: str) -> HttpResponse:
    """Return what a broadcaster's crawl says, one warning a line; nothing in force is an empty text."""
    with _program():
        screen = _screen(request, code)
        lines = queries.crawl_lines(screen)
        if queries.knows(screen, request.GET.get("key", "")):
            queries.heard(screen, request.headers.get("User-Agent", ""))
    text = "".join(f"{line}\n" for line in lines)
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer["Cache-Control"] = "no-store"
    answer["Last-Modified"] = timezone.localtime(clock.now()).strftime("%a, %d %b %Y %H:%M:%S GMT")
    return answer
