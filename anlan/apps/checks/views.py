"""The pages of checks that no desk can make: filling a sheet in, and who has all and who lacks what, with its API."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import HiddenInput
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.apps.checks import actions, queries
from anlan.apps.checks.choices import AnswerKind, Outcome
from anlan.apps.checks.desk import CheckDesk
from anlan.apps.checks.models import Check, Item, Sheet
from anlan.kit.desk.fields import dress, given_of
from anlan.kit.desk.forms import refuse, verb_form
from anlan.kit.desk.problems import check_parameters
from anlan.kit.pages import SIGNED_IN, Menu, page, require, view
from anlan.kit.records import readable
from anlan.kit.refusals import NotAuthorised, NotFound, Refusal
from anlan.kit.scope import current

FILLS, VIEWS = "checks.fill_check", view(Check)
#: The most items that a page sends.
MOST = 500


@page("begin", needs=FILLS)
def begin(request: HttpRequest) -> HttpResponse:
    """Ask which sheet is filled in about what, and go on to its items."""
    made = verb_form(actions.begin, Check)
    sent = request.method == "POST"
    form = dress(made(request.POST) if sent else made(initial=_known(request)))
    del form.fields["answers"]  # they have a page of their own, which comes next
    about = form["about"].value() or ""
    form.fields["about"].widget = HiddenInput()  # a record is checked from its own page, nobody types its number
    if about:
        del form.fields["place"]
    if sent and form.is_valid():
        try:
            return redirect("checks:fill", pk=actions.begin(**given_of(form)).pk)
        except Refusal as refusal:
            refuse(form, refusal)
    facts = {"form": form, "verb": actions.begin, "subject": queries.about(about) if about else None}
    return render(request, "checks/begin.html", facts, status=422 if sent else 200)


def _known(request: HttpRequest) -> dict[str, Any]:
    """Return what is known before anybody chooses: what the address says, and the sheet where there is only one."""
    known: dict[str, Any] = {name: request.GET[name] for name in ("sheet", "place", "about") if name in request.GET}
    sheets = readable(Sheet).filter(versions__state="in_force").distinct().values_list("code", flat=True)[:2]
    return ({"sheet": sheets[0]} if len(sheets) == 1 else {}) | known


@page("checks/<int:pk>/fill", needs=FILLS)
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill a check in, item after item; what was sent is kept even while something is missing, and what is missing is named."""
    check = CheckDesk.get(pk)
    if not actions.fill.permits(check, current()):
        raise NotAuthorised(_("Your post may not do this here. Ask your administrator for the permission."))
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            return _filled(request, check)
        except Refusal as refused:
            refusal = refused
            check = CheckDesk.get(pk)
    else:
        Check.life.fill.check(check, actions.fill.spec.label)
    shown = {**_filling(check, request, refusal), "check": check, "refusal": refusal}
    return render(request, "checks/fill.html", shown, status=refusal.status if refusal else 200)


def _filled(request: HttpRequest, check: Check) -> HttpResponse:
    """Keep what a page sent: answers, then photos, and hand the check in where that was asked for."""
    sent = _sent(request)
    if not sent:
        raise Refusal(_("Nothing was answered."))
    actions.fill(check=check.pk, answers=[{key: one[key] for key in ("item", "value", "note")} for one in sent])
    for number, one in enumerate(sent):
        for photo in request.FILES.getlist(f"answers-{number}-photo"):
            actions.add_photo(check=check.pk, item=one["item"], photo=photo)
    if "hand_in" in request.POST:
        actions.finish(check=check.pk)
        messages.success(request, _("The check was handed in."))
    else:
        messages.success(request, _("Saved. You can go on later."))
    return redirect(check.desk_url())


def _sent(request: HttpRequest) -> list[dict[str, str]]:
    count = request.POST.get("answers-count", "0")
    rows = range(min(int(count), MOST) if count.isdecimal() and len(count) < 6 else 0)
    return [{key: request.POST.get(f"answers-{row}-{key}", "") for key in ("item", "value", "note")} for row in rows]


def _filling(check: Check, request: HttpRequest, refusal: Refusal | None) -> dict[str, Any]:
    """Return the lines as they are shown: what was typed stands there again where it was refused."""
    typed = {one["item"]: one for one in _sent(request)} if refusal else {}
    at = refusal.field.split(".") if refusal else []
    fault = int(at[1]) if len(at) == 3 and at[1].isdecimal() else None
    lines = []
    for number, line in enumerate(queries.lines_of(check)):
        given = typed.get(line.item.code, {})
        lines.append(
            {
                "item": line.item,
                "value": given.get("value", line.value),
                "note": given.get("note", line.answer.note if line.answer else ""),
                "photos": line.answer.photos if line.answer else 0,
                "lacks": line.lacks,
                "options": _options(line.item),
                "photo": line.item.evidence or line.item.kind == AnswerKind.PHOTO,
                "fault": refusal if number == fault else None,
            }
        )
    missing = [line for line in lines if line["lacks"] is not None]
    return {"lines": lines, "missing": missing, "done": len(lines) - len(missing)}


def _options(item: Item) -> list[tuple[str, str]]:
    """Return what may be chosen of an item: value and words."""
    found = ["yes", "no"] if item.kind == AnswerKind.YES_NO else [one.code for one in item.asks.options]
    if item.kind in (AnswerKind.YES_NO, AnswerKind.CHOICE):
        return [(value, item.said(value)) for value in [*found, *(["na"] if item.optional else [])]]
    return []


@page("standing", needs=VIEWS, menu=Menu("checks", 5, "building-community"), label=gettext_lazy("Who has all, who lacks what"))
def standing(request: HttpRequest) -> HttpResponse:
    """Show how many places of an area have all that a sheet asks, and what the others lack, part by part."""
    sheets = queries.countable()
    sheet = next((one for one in sheets if one.code == request.GET.get("sheet")), sheets[0] if sheets else None)
    if sheet is None:
        return render(request, "checks/standing.html", {"sheet": None, "sheets": sheets})
    whole, parts, items = queries.standings(sheet, _area(request.GET.get("area", "")))
    shown = {"sheet": sheet, "sheets": sheets, "whole": whole, "parts": parts, "above": _above(whole.code)}
    failing = urlencode({"outcome": Outcome.FAILED, "filled__newest": "true", "filled__sheet__code": sheet.code})
    shown["answers"] = f"{reverse('desk:checks_answers_list')}?{failing}"
    if current().areas_for(FILLS):
        shown["begin"] = f"{reverse('checks:begin')}?{urlencode({'sheet': sheet.code})}"
    columns = [(item, whole.lacking[item.code]) for item in items]
    rows = [(part, [(item, part.lacking[item.code]) for item in items if part.lacking[item.code]]) for part in parts]
    return render(request, "checks/standing.html", {**shown, "columns": columns, "rows": rows})


def _area(code: str) -> str:
    """Return the area that is asked for, else the widest of the viewer's; NotFound outside what the viewer may read."""
    area = code.strip() or queries.home() or "4418"
    if not queries.within_sight(area):
        raise NotFound()
    return area


def _above(code: str) -> list[Any]:
    return [fact for fact in queries.above(code) if queries.within_sight(fact.code)]


class LackingSerializer(serializers.Serializer[Any]):
    """How many places lack one item."""

    item = serializers.CharField()
    question = serializers.CharField()
    places = serializers.IntegerField()


class StandingSerializer(serializers.Serializer[Any]):
    """How the places of a division stand by a sheet: `passed` have all and their check still counts."""

    code = serializers.CharField()
    name = serializers.CharField()
    level = serializers.CharField()
    places = serializers.IntegerField()
    passed = serializers.IntegerField()
    failed = serializers.IntegerField()
    expired = serializers.IntegerField()
    unchecked = serializers.IntegerField()
    check = serializers.IntegerField(allow_null=True, help_text="The check that counts, where the division is such a place")
    lacking = LackingSerializer(many=True)


class StandingsSerializer(serializers.Serializer[Any]):
    """An area and the divisions one step below it."""

    sheet = serializers.CharField()
    whole = StandingSerializer()
    parts = StandingSerializer(many=True)


@page("/api/v1/checks/standing/", needs=SIGNED_IN)
@extend_schema(
    summary=gettext_lazy("Who has all that a sheet asks, who lacks what"),
    parameters=[
        OpenApiParameter("sheet", str, required=True, description=gettext_lazy("The sheet's code, such as village.ten_haves")),
        OpenApiParameter("area", str, description=gettext_lazy("Division code; the widest of the asker's unless said")),
    ],
    responses=StandingsSerializer,
)
@api_view(["GET"])
def standing_api(request: Request) -> Response:
    """Answer how many places of an area have all, how many lack each item, and the same for each part of it."""
    require(VIEWS)
    check_parameters(request, {"sheet", "area"})
    sheet = next((one for one in queries.countable() if one.code == request.GET.get("sheet")), None)
    if sheet is None:
        raise ValidationError({"sheet": [_("There is no sheet with this code by which places are counted.")]})
    try:
        area = _area(request.GET.get("area", ""))
    except NotFound as refusal:
        raise ValidationError({"area": [str(refusal)]}) from None
    whole, parts, items = queries.standings(sheet, area)
    return Response(
        {
            "sheet": sheet.code,
            "whole": _standing_as_json(whole, items),
            "parts": [_standing_as_json(part, items) for part in parts],
        }
    )


def _standing_as_json(one: queries.Standing, items: list[Item]) -> dict[str, Any]:
    numbers = {
        name: getattr(one, name) for name in ("code", "name", "level", "places", "passed", "failed", "expired", "unchecked")
    }
    lacking = [{"item": item.code, "question": str(item), "places": one.lacking[item.code]} for item in items]
    return {**numbers, "check": one.check.pk if one.check else None, "lacking": lacking}


@page("/api/v1/checks/form/<str:sheet>", needs=SIGNED_IN)
@extend_schema(summary=gettext_lazy("A sheet's version in force, to be filled in"), responses=OpenApiTypes.OBJECT)
@api_view(["GET"])
def form_api(request: Request, sheet: str) -> Response:
    """Answer a sheet's version in force with all its items, in both languages."""
    check_parameters(request, ())
    found = readable(Sheet).filter(code=sheet).first()
    if found is None:
        raise NotFound()
    return Response(queries.sheet_form(found.code))
