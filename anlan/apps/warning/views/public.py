"""Public pages of warning, without sign-in and without JavaScript: what is in force, one warning, the archive, CAP and Atom;
and the link by which whoever is called answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, Concatenate, ParamSpec

import shapely
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from shapely.ops import polylabel

from anlan.apps.places import api as places
from anlan.apps.warning import actions, atom, callouts, cap, languages, outcomes, queries, share
from anlan.apps.warning.choices import CallState, MessageStatus, MessageType, State
from anlan.apps.warning.headlines import short_en, short_zh
from anlan.apps.warning.models import Call, IssuingBody, Warning
from anlan.apps.warning.views.staff import feature
from anlan.kit import clock
from anlan.kit.edge import copies
from anlan.kit.languages import localised
from anlan.kit.pages import EVERYBODY, Menu, page
from anlan.kit.refusals import Conflict, NotFound
from anlan.kit.scope import Authority, Scope, current, entered
from anlan.kit.web import world_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

#: How long a copy may be shown before it is asked for again, in seconds.
FRESH, LASTING = 30, 3600
#: Detail of the outlines on the small map, in degrees.
COARSE = 0.008
WIDTH = 320.0


def openly(fresh: int) -> Callable[[View[P]], View[P]]:
    """Serve a page to anybody, in the public scope, in the language of `?lang=`, with a tag by which copies are checked."""

    def dress(view: View[P]) -> View[P]:
        def run(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            with entered(Scope.public(world_of(request))), translation.override(page_language(request)):
                response = view(request, *args, **kwargs)
            tag = f'"{hashlib.sha256(response.content).hexdigest()[:24]}"'
            headers = {"ETag": tag, "Cache-Control": f"public, max-age={fresh}"}
            if response.status_code == 200 and request.headers.get("If-None-Match") == tag:
                response = HttpResponseNotModified()
            for name, value in headers.items():
                response[name] = value
            if "lang" not in request.GET:
                patch_vary_headers(response, ("Accept-Language", "Cookie"))
            return response

        run.__name__, run.__doc__ = view.__name__, view.__doc__
        return run

    return dress


def page_language(request: HttpRequest) -> str:
    """Return in which language a public page itself is: English for a further one, whose words stand in it."""
    asked = request.GET.get("lang", "")
    usual = translation.get_language() or "zh-hans"
    return {"zh": "zh-hans", "en": "en"}.get(asked) or ("en" if asked in languages.known() else usual)


def _by_the_clock(warnings: Iterable[Warning]) -> list[Warning]:
    """Show as over what is over by the clock, also where the job that notes it has not run; never saved."""
    shown, now = list(warnings), clock.now()
    for w in shown:
        if w.state == State.PUBLISHED and w.message_type != MessageType.CANCEL and w.expires_at <= now:
            w.state, w.ended_at = State.EXPIRED, w.expires_at
    return shown


def _named(warnings: list[Warning]) -> list[Warning]:
    """Give each warning the names of its places in the reader's language."""
    for w in warnings:
        w.places = [queries.place_of(a) for a in w.areas.all()]  # type: ignore[attr-defined]
    return warnings


def frame_of(request: HttpRequest) -> dict[str, Any]:
    """Return what every public page says around its content: the languages, which is shown, and the page's own words in it."""
    english = (translation.get_language() or "").startswith("en")
    asked = request.GET.get("lang", "")
    further = asked if asked in languages.known() else ""
    words, spoken = languages.frame_in(further)
    shown = {"lang": further or ("en" if english else ""), "tongues": languages.offered(), "english": english}
    return {**shown, "t": words, "further": further, "framed": further if spoken else ""}


def _frame(request: HttpRequest, **more: Any) -> dict[str, Any]:
    body = IssuingBody.objects.order_by("division").first()
    return {"body": body, "now": clock.now(), "world": world_of(request), **frame_of(request), **more}


def _spoken(request: HttpRequest, warnings: list[Warning]) -> list[Warning]:
    """Give each warning its words in the further language that is asked for where it has them, and what the page calls its level and state."""
    tongue = languages.known().get(request.GET.get("lang", ""))
    said = queries.words_in(warnings, tongue.code) if tongue else {}
    words, spoken = languages.frame_in(tongue.code if tongue else "")
    for w in warnings:
        public = w.state == State.PUBLISHED and w.message_type == MessageType.CANCEL
        w.said = said.get(w.pk)  # type: ignore[attr-defined]
        w.level_said = tongue.colours[w.level - 1] if tongue and spoken else w.get_level_display()  # type: ignore[attr-defined]
        w.type_said = words[f"type_{w.message_type.lower()}"]  # type: ignore[attr-defined]
        w.state_said = words["state_public" if public else f"state_{w.state}"]  # type: ignore[attr-defined]
        w.voice = queries.body_for(w.issuer)  # type: ignore[attr-defined]
    return warnings


@page("/warnings", needs=EVERYBODY, menu=Menu("warning", 30, "world"), label=gettext_lazy("Public page"))
@openly(FRESH)
def public(request: HttpRequest) -> HttpResponse:
    """Show the public what is in force, the gravest first, and what was lifted within the last day."""
    standing = _spoken(request, _named(list(queries.in_force().prefetch_related("areas"))))
    lifted = queries.public().filter(message_type=MessageType.CANCEL, published_at__gt=clock.now() - timedelta(days=1))
    return render(
        request,
        "warning/public.html",
        _frame(request, warnings=standing, lifted=list(lifted[:10]), drawing=drawing(standing)),
    )


@copies.source("warning")
def _kept() -> tuple[str, list[copies.Kept]]:
    """Keep what the public needs most on disk: what is in force, each such warning, its CAP message, feed and outlines."""
    both, standing = ("zh-hans", "en"), list(queries.in_force())
    state = json.dumps([[w.pk, w.state, str(w.ended_at)] for w in queries.public()[: atom.NEWEST]])
    pages = [copies.Kept(reverse("warning:public"), both, tuple(w.expires_at.timestamp() for w in standing))]
    pages += [copies.Kept(reverse("warning:page", args=[w.identifier]), both, (w.expires_at.timestamp(),)) for w in standing]
    pages += [copies.Kept(reverse("warning:message", args=[w.identifier])) for w in standing]
    return state, [*pages, copies.Kept(reverse("warning:feed")), copies.Kept(reverse("warning:layer"))]


@page("/warnings/<slug:identifier>", needs=EVERYBODY, name="page")
@openly(FRESH)
def one(request: HttpRequest, identifier: str) -> HttpResponse:
    """Show one published warning; one that is over answers 410 and says what came after it."""
    (found,) = _spoken(request, _named(_by_the_clock([_published(identifier)])))
    after = found.replaced_by.filter(published_at__isnull=False).order_by("published_at").first()
    judged = outcomes.archive()
    gone = found.state in (State.CANCELLED, State.EXPIRED)
    lang = "en" if (translation.get_language() or "").startswith("en") else "zh"
    image = f"{atom.address('warning:picture', found.identifier)}?lang={lang}"
    context = _frame(
        request,
        w=found,
        came=_came(found, judged) if found.state != State.PUBLISHED else "",
        lead=judged.of.get(found.pk),
        image=image,
        own=atom.address("warning:page", found.identifier),
        after=after,
        drawing=drawing([found]),
        signature=cap.signature_of(found),
    )
    response = render(request, "warning/one.html", context, status=410 if gone else 200)
    if after is not None:
        response["Link"] = f'<{reverse("warning:page", args=[after.identifier])}>; rel="successor-version"'
    return response


@page("/warnings/archive", needs=EVERYBODY)
@openly(FRESH)
def archive(request: HttpRequest) -> HttpResponse:
    """Show every warning that ever was public, the newest first."""
    shown = Paginator(queries.public().prefetch_related("areas"), 50).get_page(request.GET.get("page"))
    shown.object_list = _by_the_clock(shown.object_list)
    judged = outcomes.archive()
    rows = [(w, judged.of.get(w.pk), _came(w, judged)) for w in shown.object_list]
    return render(request, "warning/archive.html", _frame(request, page=shown, rows=rows, judged=judged))


def _came(w: Warning, judged: outcomes.Archive) -> str:
    """Return what came of a warning in words: its class, else why it has none."""
    if (
        w.message_type == MessageType.CANCEL
        or w.published_at is None
        or w.status != MessageStatus.ACTUAL
        and current().world == "live"
    ):
        return ""
    if told := outcomes.told(judged.of.get(w.pk)):
        return told
    if w.state == State.PUBLISHED or w.pk in judged.holding or (w.ended_at is not None and w.ended_at > judged.at):
        return _("Judged when it is over.")
    return _("Not judged: nothing measures this danger there, or it is older than a year.")


@page("/warnings/archive.json", needs=EVERYBODY)
@openly(FRESH)
def archive_data(request: HttpRequest) -> JsonResponse:
    """Serve the newest 200 public warnings with what came of each, and the counts by month, to programs."""
    judged = outcomes.archive()
    warnings = [
        {
            "identifier": w.identifier,
            "headline": str(w),
            "hazard": w.hazard,
            "level": w.level,
            "published_at": w.published_at.isoformat(),
            "state": w.state,
            "outcome": found.code if (found := judged.of.get(w.pk)) else None,
            "lead_minutes": found.lead_minutes if found else None,
        }
        for w in _by_the_clock(queries.public()[:200])
    ]
    months = [
        {"month": f"{month:%Y-%m}"}
        | {name: len(getattr(s, name)) for name in ("hits", "late", "missed", "false")}
        | {name: getattr(s, name) for name in ("pod", "far", "csi", "lead_minutes")}
        for month, s in judged.months
    ]
    return JsonResponse({"judged_at": judged.at.isoformat(), "months": months, "warnings": warnings})


@page("/warnings/cap/<str:identifier>.xml", needs=EVERYBODY)
@openly(LASTING)
def message(request: HttpRequest, identifier: str) -> HttpResponse:
    """Serve a published warning as CAP 1.2, to the letter as it was published."""
    return HttpResponse(cap.document(_published(identifier)), content_type="application/cap+xml; charset=utf-8")


def _published(identifier: str) -> Warning:
    found: Warning | None = queries.public().filter(identifier=identifier).prefetch_related("areas").first()
    if found is None:
        raise NotFound()
    return found


@page("/warnings/feed.atom", needs=EVERYBODY)
@openly(FRESH)
def feed(request: HttpRequest) -> HttpResponse:
    """Serve the newest published warnings, and whatever is in force, as an Atom feed that links to their CAP messages."""
    response = HttpResponse(atom.document(), content_type=atom.TYPE)
    response["Link"] = atom.link_header()
    return response


@page("/warnings/picture/<str:identifier>.png", needs=EVERYBODY)
@openly(FRESH)
def picture(request: HttpRequest, identifier: str) -> HttpResponse:
    """Serve the share picture of a published warning."""
    address = atom.address("warning:page", identifier)
    return HttpResponse(share.picture_of(_published(identifier), address), content_type="image/png")


@page("/warnings/active.geojson", needs=EVERYBODY)
@openly(FRESH)
def layer(request: HttpRequest) -> HttpResponse:
    """Serve the outlines of the warnings in force as GeoJSON; public."""
    features = [
        feature(a.outline, str(w), w.colour, url=w.desk_url(), text=f"{timezone.localtime(w.published_at):%m-%d %H:%M}")
        for w in queries.in_force().prefetch_related("areas")
        for a in w.areas.all()
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


@page("/warnings/map", needs=EVERYBODY, name="map")
def big_map(request: HttpRequest) -> HttpResponse:
    """Show the warnings in force on the interactive map."""
    return render(request, "warning/map.html", {})


@page("/warnings/map.json", needs=EVERYBODY)
def map_config(request: HttpRequest) -> JsonResponse:
    """Serve the public map's layers."""
    warnings = {
        "id": "warnings",
        "title": str(_("Warnings in force")),
        "role": "warning",
        "url": reverse("warning:layer"),
        "live": "warning.warning",
    }
    return JsonResponse(places.map_config([warnings]))


@page("/warnings/answer/<str:token>", needs=EVERYBODY)
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Let whoever holds a call's link answer it with one tap, once; the tap is a POST, so that no mail scanner answers."""
    world = world_of(request)
    with entered(Scope.public(world)):
        found = Call.objects.filter(pk=callouts.call_of(token, world) or 0).select_related("warning").first()
        if found is None:
            raise NotFound(_("This link is not valid. Answer in the inbox or call your duty office."))
        villages = list(found.villages.all())
    problem, status = "", 200
    if request.method == "POST":
        rights = (Authority(found.area, frozenset({"warning.answer_call"})),)
        with entered(Scope(world=world, actor=f"link:{found.post}", post=found.post, authorities=rights)):
            try:
                found = actions.answer(call=found.pk)
            except Conflict as conflict:
                problem, status = str(conflict), 409
    with entered(Scope.public(world)):
        open_still = found.state in (CallState.CALLING, CallState.UNANSWERED)
        context = _frame(request, call=found, w=_named([found.warning])[0], villages=villages, open=open_still, problem=problem)
        response = render(request, "warning/answer.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def drawing(warnings: list[Warning]) -> dict[str, Any] | None:
    """Return the small map: the counties' outlines and the warned ground as SVG paths; None where there are no outlines."""
    body = IssuingBody.objects.order_by("division").first()
    city = places.geometry_of(body.division) if body else None
    if city is None or body is None:
        return None
    west, south, east, north = city.extent
    squeeze = 0.9  # a degree of longitude at 24° north is nine tenths of one of latitude
    scale = WIDTH / ((east - west) * squeeze)

    def path(shape: Any) -> str:
        parts = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
        return "".join(f"M{'L'.join('{:.0f} {:.0f}'.format(*at(*point)) for point in ring.coords)}Z" for ring in parts)

    def at(x: float, y: float) -> tuple[float, float]:
        return (x - west) * squeeze * scale, (north - y) * scale

    below = [(c, places.geometry_of(c.code)) for c in places.below(body.division, "county")]
    known = [(c, shapely.from_wkb(bytes(shape.wkb))) for c, shape in below if shape]
    # Simplified together, neighbours keep the line between them in common.
    together = shapely.coverage_simplify([shape for _c, shape in known], COARSE) if known else []
    counties = [
        (_short(c), path(s), *at(*polylabel(max(shapely.get_parts(s), key=shapely.area), COARSE).coords[0]))
        for (c, _), s in zip(known, together, strict=True)
    ]
    ground = [
        (w.colour, path(shapely.simplify(shapely.from_wkb(bytes(a.outline.wkb)), COARSE)))
        for w in reversed(warnings)
        for a in w.areas.all()
    ]
    return {"width": WIDTH, "height": round((north - south) * scale), "counties": counties, "ground": ground}


def _short(division: Any) -> str:
    """Return what people call a division, in the reader's language: the map is small."""
    return str(localised(short_zh(division.name) or division.name, short_en(division.name_en) or division.name_en))
