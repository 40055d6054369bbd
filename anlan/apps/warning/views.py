"""Public pages of warning: what is in force, its CAP message, the feed; and the map layer and draft form for staff."""

from __future__ import annotations

import json

import shapely
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from lxml import etree

from anlan.apps.places import api as places
from anlan.apps.warning import actions, cap
from anlan.apps.warning.choices import PUBLIC
from anlan.apps.warning.forms import DraftForm
from anlan.apps.warning.models import Warning
from anlan.apps.warning.queries import in_force
from anlan.kit import clock
from anlan.kit.desk.forms import dress
from anlan.kit.refusals import NotFound, Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.web import world_of

ATOM = "http://www.w3.org/2005/Atom"


@login_not_required
def public(request: HttpRequest) -> HttpResponse:
    """Show the public what is in force, the gravest first."""
    with entered(Scope.public(world_of(request))):
        return render(request, "warning/public.html", {"warnings": list(in_force().prefetch_related("areas"))})


@login_not_required
def message(request: HttpRequest, identifier: str) -> HttpResponse:
    """Serve a published warning as CAP 1.2."""
    with entered(Scope.public(world_of(request))):
        found = Warning.objects.filter(identifier=identifier, published_at__isnull=False, state__in=PUBLIC).first()
        if found is None:
            raise NotFound()
        return HttpResponse(cap.xml(found), content_type="application/cap+xml; charset=utf-8")


@login_not_required
def feed(request: HttpRequest) -> HttpResponse:
    """Serve the newest published warnings as an Atom feed that links to their CAP messages."""
    with entered(Scope.public(world_of(request))):
        rows = list(Warning.objects.filter(published_at__isnull=False, state__in=PUBLIC).order_by("-published_at")[:50])
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    _text(root, "id", request.build_absolute_uri())
    _text(root, "title", "清远市预警信息 Qingyuan public warnings")
    newest = rows[0].published_at if rows else clock.real_now()
    _text(root, "updated", timezone.localtime(newest).isoformat())
    author = etree.SubElement(root, f"{{{ATOM}}}author")
    _text(author, "name", "清远市应急管理局")
    for w in rows:
        entry = etree.SubElement(root, f"{{{ATOM}}}entry")
        _text(entry, "id", f"urn:cap:{w.identifier}")
        _text(entry, "title", w.headline_zh)
        _text(entry, "updated", timezone.localtime(w.published_at).isoformat())
        _text(entry, "summary", f"{w.description_zh}{w.instruction_zh}")
        address = request.build_absolute_uri(f"../cap/{w.identifier}.xml")
        etree.SubElement(entry, f"{{{ATOM}}}link", rel="alternate", type="application/cap+xml", href=address)
    return HttpResponse(
        etree.tostring(root, xml_declaration=True, encoding="UTF-8"), content_type="application/atom+xml; charset=utf-8"
    )


def _text(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}{name}").text = text


@login_not_required
def layer(request: HttpRequest) -> JsonResponse:
    """Serve the outlines of the warnings in force as GeoJSON; public."""
    with entered(Scope.public(world_of(request))):
        features = [
            {
                "type": "Feature",
                "geometry": json.loads(shapely.to_geojson(shapely.set_precision(shapely.from_wkb(bytes(a.outline.wkb)), 0.001))),
                "properties": {"title": str(w), "level": w.colour, "url": w.desk_url(), "text": f"{w.published_at:%m-%d %H:%M}"},
            }
            for w in in_force().prefetch_related("areas")
            for a in w.areas.all()
        ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


def draft(request: HttpRequest) -> HttpResponse:
    """Draft a warning by hand."""
    form = dress(DraftForm(request.POST or None))
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(actions.draft(**form.cleaned_data).desk_url())
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return render(request, "warning/draft.html", {"form": form}, status=422 if request.method == "POST" else 200)


@login_not_required
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
