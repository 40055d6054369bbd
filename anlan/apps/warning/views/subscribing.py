"""Public pages by which anybody asks to be told of warnings, confirms it by the code that came, and leaves in one step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from anlan.apps.messages import api as messages
from anlan.apps.places import api as places
from anlan.apps.warning import languages
from anlan.apps.warning.models import IssuingBody
from anlan.apps.warning.views.public import frame_of, page_language
from anlan.kit.languages import localised
from anlan.kit.names import name_of
from anlan.kit.pages import EVERYBODY, page
from anlan.kit.refusals import NotFound, Refusal
from anlan.kit.scope import Authority, Scope, entered
from anlan.kit.web import world_of
from anlan.lib import web_push

SALT = "warning.subscription"


@contextmanager
def _as_public(request: HttpRequest, *permissions: str) -> Iterator[None]:
    """Act for whoever asks, with nothing but what a subscription needs, in the language of `?lang=`."""
    rights = (Authority("", frozenset(permissions)),)
    with (
        entered(Scope(world=world_of(request), actor="public", authorities=rights)),
        translation.override(page_language(request)),
    ):
        yield


def _page(request: HttpRequest, template: str, status: int = 200, **more: Any) -> HttpResponse:
    body = IssuingBody.objects.order_by("division").first()
    context = {"body": body, "language": _language(request), "world": world_of(request), **frame_of(request), **more}
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "no-store"
    return response


@page("/warnings/subscribe", needs=EVERYBODY)
def subscribe(request: HttpRequest) -> HttpResponse:
    """Ask for an address and a place (found by name, or where one stands); a code goes to the address."""
    with _as_public(request, "messages.add_subscriber"):
        asked = request.POST if request.method == "POST" else request.GET
        found = _places(asked.get("place", ""))
        problem, status = "", 200
        if request.method == "POST" and "find" not in request.POST:
            try:
                row = messages.subscribe(
                    channel=asked.get("channel", ""),
                    address=asked.get("address", ""),
                    area=asked.get("area", "") or (found[0][0] if len(found) == 1 else ""),
                    lon=_degrees(asked.get("lon", "")),
                    lat=_degrees(asked.get("lat", "")),
                    language=_language(request),
                )
            except Refusal as refusal:
                problem, status = str(refusal), refusal.status
            else:
                asked = request.GET.get("lang", "")
                lang = f"?lang={asked}" if asked in {"zh", "en", *languages.known()} else ""
                return redirect(reverse("warning:confirm", args=[signing.dumps(row.pk, salt=SALT)]) + lang)
        return _page(
            request,
            "warning/subscribe.html",
            status,
            found=found,
            asked=asked,
            problem=problem,
            **_ways(request, asked.get("channel", "")),
        )


def _language(request: HttpRequest) -> str:
    """Return in which language the asker wants to be told: one chosen, else the page's."""
    for asked in (request.POST.get("language", ""), request.GET.get("lang", "")):
        if asked in {"zh", "en", *languages.known()}:
            return asked
    return "en" if (translation.get_language() or "").startswith("en") else "zh"


def _ways(request: HttpRequest, chosen: str) -> dict[str, Any]:
    """Return the ways that can send now, the first chosen unless another was, and those that cannot, with why."""
    known = messages.public_ways()
    offered = [way for way in known if not way.why_not]
    first = next((way.code for way in offered if way.code == chosen), offered[0].code if offered else "")
    push = _push() if any(way.code == "web_push" for way in offered) else None
    return {"ways": offered, "chosen": first, "shut": [way for way in known if way.why_not], "push": push}


def _push() -> dict[str, str]:
    """Return what a browser needs to register."""
    key = web_push.public_key(web_push.sender(settings.ANLAN_VAPID_KEY))
    return {"key": key, "worker": reverse("warning:push_worker"), "scope": reverse("warning:public")}


@page("/warnings/push-worker.js", needs=EVERYBODY)
def push_worker(request: HttpRequest) -> HttpResponse:
    """Serve the script by which a browser shows what is pushed to it, while no page is open as well."""
    found = finders.find("warning/push-worker.js")
    with open(str(found), encoding="utf-8") as script:
        answer = HttpResponse(script.read(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"], answer["Service-Worker-Allowed"] = "no-cache", reverse("warning:public")
    return answer


def _places(text: str) -> list[tuple[str, str]]:
    """Return the divisions that a name, pinyin or code may mean, each with what it lies in."""
    if not text.strip():
        return []
    rows = places.find(text.strip()[:60], 12)
    return [(d.code, " · ".join([str(d), *([name_of("area", d.code[:-3])] if len(d.code) > 6 else [])])) for d in rows]


def _degrees(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if -180 <= value <= 180 else None


@page("/warnings/subscribe/<str:token>", needs=EVERYBODY)
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Let a subscription begin by the code that came to its address."""
    with _as_public(request, "messages.add_subscriber"):
        row = _subscriber(token, SALT)
        problem, status = "", 200
        if request.method == "POST":
            try:
                if not messages.confirm(subscriber=row.pk, code=request.POST.get("code", "")):
                    problem, status = _("This is not the code that was sent. Look again."), 422
            except Refusal as refusal:
                problem, status = str(refusal), refusal.status
            row = _subscriber(token, SALT)
        sent = messages.code_sent(row)
        place = places.division(row.area)
        where = localised(place.name, place.name_en) if place else row.area
        told = {"address": _called(row), "first": _called(row, first=True), "where": where, "problem": problem, "sent": sent}
        return _page(request, "warning/confirm.html", status, subscriber=row, **told)


@page("/warnings/leave/<str:token>", needs=EVERYBODY)
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Let whoever holds the link of an e-mail leave with one tap; the tap is a POST, so that no mail scanner leaves for them."""
    with _as_public(request, "messages.change_subscriber"):
        row = _subscriber(token, messages.LEAVE_SALT)
        if request.method == "POST" and row.state != messages.SubscriberState.ENDED:
            messages.unsubscribe(subscriber=row.pk)
            row = _subscriber(token, messages.LEAVE_SALT)
        return _page(request, "warning/leave.html", subscriber=row, address=_called(row), first=_called(row, first=True))


def _called(row: messages.Subscriber, *, first: bool = False) -> str:
    """Return how a subscriber's own address is called to them, as a sentence's `first` word too: an address stays as it is."""
    if row.channel != "web_push":
        return row.masked_address
    return capfirst(_("this browser")) if first else _("this browser")  # a browser has no address that anybody would know


def _subscriber(token: str, salt: str) -> messages.Subscriber:
    row = messages.subscriber_of(token, salt)
    if row is None:
        raise NotFound(_("This link is not valid."))
    return row
