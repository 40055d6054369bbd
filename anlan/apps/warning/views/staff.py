"""Pages of warning for staff: draft by hand with audience and map, calls to answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import shapely
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.apps.places import api as places
from anlan.apps.warning import actions, languages, queries, ways
from anlan.apps.warning.actions.drafting import unsaved
from anlan.apps.warning.audience import audience_of, earlier_of
from anlan.apps.warning.choices import COLOURS, CallState, Level
from anlan.apps.warning.desk import WarningDesk
from anlan.apps.warning.forms import PARTS, WORDS, DraftForm, as_fields, further, further_of, spoken_before
from anlan.apps.warning.models import Warning
from anlan.apps.warning.rules import other_colour
from anlan.kit import clock
from anlan.kit.actions.seen import Stale, seeing, version_of
from anlan.kit.desk import conflicts
from anlan.kit.desk.fields import dress
from anlan.kit.desk.problems import ProblemSerializer, check_parameters
from anlan.kit.names import name_of
from anlan.kit.pages import SIGNED_IN, Menu, page, require
from anlan.kit.refusals import PROBLEM_TYPE, NotAuthorised, Refusal
from anlan.kit.scope import current
from anlan.lib import geojson

DRAFTS = "warning.draft_warning"
VIEWS = "warning.view_warning"
ANSWERS = "warning.answer_call"


@page("draft", needs=DRAFTS, menu=Menu("warning", 20, "pencil-plus"), label=gettext_lazy("Draft a warning"))
def draft(request: HttpRequest) -> HttpResponse:
    """Draft a warning by hand: places beside the words, the words filled in from the templates on request."""
    return _drafting(request, None)


class EarlierSerializer(serializers.Serializer[Any]):
    """An earlier warning of the same place."""

    headline = serializers.CharField()
    published_at = serializers.DateTimeField()
    people = serializers.IntegerField(allow_null=True)


class AudienceSerializer(serializers.Serializer[Any]):
    """Whom a warning for a place would reach."""

    area = serializers.CharField(help_text="The smallest division around the place")
    people = serializers.IntegerField(help_text="Residents, estimated; each counted once")
    villages = serializers.IntegerField()
    ways = serializers.DictField(
        child=serializers.IntegerField(), help_text="By each way that a drafter may leave out: subscribers, loudspeakers, screens"
    )
    bodies = serializers.IntegerField()
    officials = serializers.IntegerField(help_text="Posts that are called first for the villages")
    channels = serializers.DictField(child=serializers.IntegerField(), help_text="Bodies and posts by the channel tried first")
    subscribers = serializers.DictField(child=serializers.IntegerField(), help_text="Of the public, who subscribed, by channel")
    unreachable = serializers.ListField(child=serializers.CharField(), help_text="Bodies and posts without any address")
    loudspeakers = serializers.IntegerField()
    villages_without_official = serializers.IntegerField()
    earlier = EarlierSerializer(many=True)


@page("/api/v1/warning/audience", needs=SIGNED_IN)
@extend_schema(
    summary=gettext_lazy("Whom a warning for a place would reach"),
    parameters=[
        OpenApiParameter("area", str, many=True, description=gettext_lazy("A division's code; may be given several times")),
        OpenApiParameter("polygon", str, description=gettext_lazy("An outline as WKT or GeoJSON, WGS 84")),
    ],
    responses={200: AudienceSerializer, (422, PROBLEM_TYPE): ProblemSerializer},
)
@api_view(["GET"])
def audience_api(request: Request) -> Response:
    """Count people, villages, bodies and officials of a place, and by which channel each is reached first; nothing is sent."""
    require(DRAFTS)
    check_parameters(request, {"area", "polygon"})
    found = audience_of(request.GET.getlist("area"), request.GET.get("polygon", ""))
    return Response(AudienceSerializer(found).data)


@page("warnings/<int:pk>/revise", needs=DRAFTS)
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a draft that nobody has signed, on the page on which it was drafted."""
    held = WarningDesk.get(pk)
    if not actions.revise.permits(held, current()):
        raise NotAuthorised(_("Your post may not do this here. Ask your administrator for the permission."))
    return _drafting(request, held)


def _drafting(request: HttpRequest, held: Warning | None) -> HttpResponse:
    sent = request.method == "POST"
    areas = (request.POST if sent else request.GET).getlist("areas")
    channels = _channels(request.POST) if sent else None
    more: dict[str, Any] = {"seen": request.POST.get("seen") or (version_of(held) if held else ""), "held": held}
    status = 200
    if sent and "fill" in request.POST:
        form = dress(DraftForm(initial=_filled(request.POST, areas)))
    elif sent:
        form, status = dress(DraftForm(_following(request.POST, areas))), 422
        if form.is_valid():
            try:
                values = form.cleaned_data | {"channels": channels, "without": request.POST.getlist("without")}
                return redirect(_saved(held, areas, values, more["seen"]).desk_url())
            except Stale as stale:
                changes = conflicts.others(stale)
                more |= {"conflict": {"words": conflicts.in_words(stale, changes), "changes": changes}}
                more["seen"], status = version_of(stale.row), stale.status
            except Refusal as refusal:
                if refusal.field == "further":
                    form = _filled_from_before(form)
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    else:
        initial, areas = _as_it_is(held) if held else _beginning(request.GET, areas)
        channels = initial.pop("channels", None) or None
        form = dress(DraftForm(initial=initial))
    more["ways"] = ways.offered(channels)
    groups = {
        "when": [form[name] for name in ("hazard", "level", "certainty", "onset_at", "expires_at", "replaces")],
        "zh": [form[name] for name in WORDS[:3]],
        "en": [form[name] for name in WORDS[3:]],
        "further": _tongues(form, held, request.POST.getlist("without")),
    }
    return render(request, "warning/draft.html", {"form": form, "groups": groups, **more, **_picker(areas)}, status=status)


def _tongues(form: DraftForm, held: Warning | None, without: list[str]) -> list[dict[str, Any]]:
    """Return the fields of each further language, and whether what is replaced speaks it and this leaves it out."""
    before = {words.language for words in spoken_before(form["replaces"].value())}
    out = set(without) or (before - {words.language for words in languages.copied(held)} if held else set())
    return [
        {
            "code": code,
            "language": language,
            "before": code in before,
            "out": code in out,
            "fields": [form[further(code, part)] for part in PARTS],
        }
        for code, language in languages.known().items()
    ]


def _filled_from_before(form: DraftForm) -> DraftForm:
    """Return a form that was sent with the words of what it replaces where nothing was typed in their language, to be changed."""
    data = form.data.copy()
    for words in spoken_before(data.get("replaces")):
        if not any(data.get(further(words.language, part), "").strip() for part in PARTS):
            for name, text in as_fields([words]).items():
                data[name] = text
    filled: DraftForm = dress(DraftForm(data))
    filled.is_valid()
    return filled


def _saved(held: Warning | None, areas: list[str], values: dict[str, Any], seen: str) -> Warning:
    """Save a new draft, or one that is edited if it still is as it was seen."""
    given = {name: value for name, value in values.items() if name in {*DraftForm.base_fields, "channels", "without"}} | {
        "further": further_of(values)
    }
    if held is None:
        return actions.draft(areas=areas, **given)
    with seeing(held, seen):
        return actions.revise(warning=held.pk, areas=areas, **given)


def _channels(data: QueryDict) -> list[str] | None:
    """Return the ways that are ticked; None where none were asked for."""
    return data.getlist("channels") if "ways" in data else None


def _following(data: QueryDict, areas: list[str]) -> QueryDict:
    """Return what was sent with headlines that follow the level: one that nobody has worded otherwise is that of the chosen level."""
    tongues = as_fields(languages.Words(code, "") for code in languages.known())
    usual = {level: _filled({**data.dict(), **tongues, "level": str(level)}, areas) for level in Level.values}
    chosen = usual.get(int(data["level"])) if str(data.get("level", "")).isdecimal() else None
    followed = data.copy()
    if chosen and not any(
        data.get(name, "").strip() for name in WORDS
    ):  # nothing was worded: the usual words, to be read and signed
        for name in (*WORDS, *tongues):
            followed[name] = chosen.get(name, "")
    for name in ("headline_zh", "headline_en", *(further(code, "headline") for code in languages.known())):
        words = data.get(name, "").strip()
        if chosen and chosen.get(name) and words and words in {filled.get(name) for filled in usual.values()}:
            followed[name] = chosen[name]
    return followed


def as_typed(data: QueryDict) -> tuple[Warning, tuple[queries.Piece, ...]]:
    """Return what is typed so far as a warning that is saved nowhere, and its ground; Refusal in words where too little is said."""
    areas = data.getlist("areas")
    ground = queries.ground_of(areas, data.get("outline", ""))
    form = DraftForm(_following(data, areas))
    form.is_valid()  # what is at fault is left out, and told where it is typed
    names = ("hazard", "level", "certainty", "onset_at", "expires_at", *WORDS)
    values = {name: value for name in names if (value := form.cleaned_data.get(name)) is not None}
    if not all(values.get(name) for name in ("hazard", "level", "headline_zh", "description_zh")):
        raise Refusal(_("As soon as hazard, level and Chinese words are there, it is shown what each medium makes of them."))
    made = unsaved(ground, clock.now(), channels=ways.chosen(_channels(data)), **values)
    made.further = [languages.row_of(made.area, made.hazard, one) for one in further_of(form.cleaned_data)]  # type: ignore[attr-defined]
    return made, ground.pieces


@page("draft/headline", needs=DRAFTS)
def headline(request: HttpRequest) -> HttpResponse:
    """Show the headlines as they follow the level that was just chosen, and whether one names another colour."""
    data = _following(request.POST, request.POST.getlist("areas"))
    form = dress(DraftForm(initial={name: data.get(name, "") for name in DraftForm.base_fields}))
    level = int(data["level"]) if str(data.get("level", "")) in {"1", "2", "3", "4"} else 1
    fields = [(form[name], other_colour(data.get(name, ""), level)) for name in ("headline_zh", "headline_en")]
    return render(request, "warning/headline.html", {"fields": fields})


def _as_it_is(held: Warning) -> tuple[dict[str, Any], list[str]]:
    """Return a draft as the form shows it: its values, the outline drawn, and its divisions."""
    names = (*WORDS, "hazard", "level", "certainty")
    drawn = next((a.outline.json for a in held.areas.all() if not a.division), "")
    times = {
        name: timezone.localtime(at) if (at := getattr(held, name)) is not None else None for name in ("onset_at", "expires_at")
    }
    initial = {name: getattr(held, name) for name in names} | {"replaces": held.replaces_id, "outline": drawn} | times
    initial["channels"] = held.channels
    initial |= as_fields(languages.copied(held))
    return initial, [a.division for a in held.areas.all() if a.division]


def _drawn(text: str) -> str:
    """Return an outline as the map reads it; what cannot be read stays as it is, and the form says why when it is sent."""
    try:
        return str(queries.outline_from(text).json) if text.strip() else ""
    except Refusal:
        return text


def _beginning(query: QueryDict, areas: list[str]) -> tuple[dict[str, Any], list[str]]:
    """Return what the form begins with: the warning to update, or what the address says, else a yellow one for two days."""
    old = WarningDesk.rows().filter(pk=query["replaces"]).first() if query.get("replaces", "").isdecimal() else None
    if old is None:
        begin = {"hazard": query.get("hazard") or queries.first_hazard(), "level": query.get("level") or Level.YELLOW.value}
        begin |= {"certainty": "Likely", "expires_at": timezone.localtime(clock.now() + timedelta(hours=48))}
        begin |= {"outline": _drawn(query.get("outline", ""))}  # an estimate brings the ground that it reaches
        return (_filled(begin, areas) if areas else begin), areas
    initial, areas = _as_it_is(old)
    later = max(old.expires_at, clock.now() + timedelta(hours=24))
    fresh = _filled({**initial, "level": str(old.level)}, areas)
    headlines = ("headline_zh", "headline_en", *(further(code, "headline") for code in languages.known()))
    words = {name: fresh[name] for name in headlines if fresh.get(name) and initial.get(name)}
    return initial | words | {
        "channels": old.channels,
        "replaces": old.pk,
        "onset_at": None,
        "expires_at": timezone.localtime(later),
    }, areas


def _filled(data: Any, areas: list[str]) -> dict[str, Any]:
    """Return what was typed with the words of the chosen hazard, level and places put in."""
    tongues = as_fields(languages.Words(code, "") for code in languages.known())
    initial = {name: data.get(name, "") for name in (*DraftForm.base_fields, *tongues)}
    zh, en = _called(areas, str(data.get("outline") or ""))
    level = int(data["level"]) if str(data.get("level", "")).isdecimal() else Level.YELLOW
    try:
        texts, _response = queries.words_for(data.get("hazard", ""), level, zh, en)
    except Refusal:
        return initial
    return initial | texts.__dict__ | as_fields(languages.usual(data.get("hazard", ""), level, en))


def _called(areas: list[str], outline: str) -> tuple[str, str]:
    """Return how a draft's ground is called in Chinese and in English: by its divisions, else as its messages call what is drawn."""
    here = [found for code in areas if (found := places.division(code))]
    if here:
        more = "等地" if len(here) > 3 else ""
        return "、".join(d.name for d in here[:3]) + more, ", ".join(d.name_en or d.name for d in here[:3])
    try:
        shape = queries.outline_from(outline) if outline.strip() else None
    except Refusal:
        shape = None  # the form says why when it is sent
    if shape is None:
        return "本市", "the area"
    names = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            names.append(str(queries.name_of_drawn(shape)))
    return names[0], names[1]


def _picker(areas: list[str]) -> dict[str, Any]:
    chosen = [(code, name_of("area", code)) for code in dict.fromkeys(areas)]
    return {"chosen": chosen, "roots": [d for area in current().areas_for(DRAFTS) for d in _branches(area)]}


def _branches(area: str) -> list[tuple[str, str]]:
    """Return a drafter's own division and the ones right below it, by code and name."""
    below = {4: "county", 6: "town", 9: "village"}.get(len(area), "")
    codes = [area, *(d.code for d in places.below(area, below))] if below else [area]
    return [(code, name_of("area", code)) for code in codes]


@page("draft/places", needs=DRAFTS)
def picker(request: HttpRequest) -> HttpResponse:
    """Add a division to the draft's places or take one away; with `q` find divisions by name, pinyin or code."""
    areas = [code for code in request.POST.getlist("areas") if code != request.POST.get("drop")]
    if added := request.POST.get("add"):
        areas.append(added)
    if "q" in request.POST and not added:
        within = current().areas_for(DRAFTS)
        rows = [d for d in places.find(request.POST["q"], 60) if any(d.code.startswith(a) for a in within)]
        found = [(d.code, str(d), name_of("area", d.code[:-3]) if len(d.code) > 6 else "") for d in rows[:12]]
        return render(request, "warning/found.html", {"found": found, "asked": request.POST["q"]})
    response = render(request, "warning/picker.html", _picker(areas))
    response["HX-Trigger-After-Swap"] = "areas-changed"  # what follows reads the new places
    return response


@page("draft/preview", needs=DRAFTS)
def preview(request: HttpRequest) -> HttpResponse:
    """Show before anything is saved: the people in the chosen ground, who would be told and called, and the ground on the map."""
    areas, outline = request.POST.getlist("areas"), request.POST.get("outline", "")
    level = int(request.POST["level"]) if request.POST.get("level", "") in {"1", "2", "3", "4"} else 1
    channels = _channels(request.POST)
    if not areas and not outline.strip():
        return render(request, "warning/preview.html", {"ground": None, "ways": ways.offered(channels)})
    try:
        ground = queries.ground_of(areas, outline)
    except Refusal as refusal:
        return render(request, "warning/preview.html", {"ground": None, "refusal": refusal, "ways": ways.offered(channels)})
    towns = [t.code for p in ground.pieces if not p.division for t in places.touched(p.outline, "town")]
    villages = {v.code for code in [*ground.codes, *towns] for v in places.below(code, "village")}
    context = {
        "ground": ground,
        "ways": ways.offered(channels, ways.counted(ground.area, ground.pieces)),
        "told": len(queries.bodies_of(ground.area, ground.pieces)),
        "villages": len(villages),
        "minutes": queries.callout_minutes(request.POST.get("hazard", ""), level),
        "allowed": current().may(DRAFTS, ground.area),
        "earlier": earlier_of(ground.area),
    }
    return render(request, "warning/preview.html", context)


@page("draft/ground", needs=DRAFTS)
def ground(request: HttpRequest) -> HttpResponse:
    """Show the map on which an outline is drawn, with the chosen divisions in the level's colour."""
    asked = urlencode({"areas": request.POST.getlist("areas"), "level": request.POST.get("level", "")}, doseq=True)
    return render(request, "warning/ground.html", {"map": f"{reverse('warning:draft_map')}?{asked}"})


@page("draft/map.json", needs=DRAFTS)
def draft_map(request: HttpRequest) -> JsonResponse:
    """Serve the map of a draft's divisions: its bounds, and one layer with their outlines."""
    layer = {
        "id": "draft",
        "title": str(_("Draft")),
        "role": "warning",
        "url": f"{reverse('warning:draft_layer')}?{request.GET.urlencode()}",
    }
    config = places.map_config([layer])
    if boxes := [piece.outline.extent for piece in _pieces(request)]:
        west, south = min(b[0] for b in boxes), min(b[1] for b in boxes)
        config["bounds"] = [west, south, max(b[2] for b in boxes), max(b[3] for b in boxes)]
    return JsonResponse(config)


@page("draft/area.geojson", needs=DRAFTS)
def draft_layer(request: HttpRequest) -> JsonResponse:
    """Serve the outlines of a draft's divisions as GeoJSON."""
    level = COLOURS.get(int(request.GET["level"]), "") if request.GET.get("level", "").isdecimal() else ""
    features = [feature(p.outline, p.name, level) for p in _pieces(request)]
    return JsonResponse(geojson.collection(features))


def _pieces(request: HttpRequest) -> tuple[queries.Piece, ...]:
    areas = request.GET.getlist("areas")
    return queries.ground_of(areas).pieces if areas else ()


def feature(outline: Any, title: str, level: str, **more: Any) -> dict[str, Any]:
    """Return an outline as a GeoJSON feature of the map's warning role, to about a hundred metres."""
    shape = shapely.set_precision(shapely.from_wkb(bytes(outline.wkb)), 0.001)
    facts = {"title": title, "level": level, **more}
    return geojson.feature(shape, facts)


@page("inbox", needs=ANSWERS, menu=Menu("warning", 25, "phone-incoming"), label=gettext_lazy("Calls to answer"))
def calls(request: HttpRequest) -> HttpResponse:
    """Show the calls that wait for an answer within the asker's jurisdiction, their own post's first."""
    rows = sorted(queries.open_calls(ANSWERS), key=lambda c: (c.state != CallState.CALLING, c.due_at, c.pk))
    own = current().post
    context = {"mine": [c for c in rows if c.post == own], "others": [c for c in rows if c.post != own]}
    return render(request, "warning/calls.html", context)
