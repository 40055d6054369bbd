"""The page and API of verification: how right warnings were, by hazard, level, office and month, each hazard by its own rule."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.apps.telemetry.kinds import HAZARDS, Hazard
from anlan.apps.telemetry.kinds.verifications import SPANS
from anlan.apps.warning import queries
from anlan.apps.warning.choices import Level
from anlan.apps.warning.desk import WarningDesk
from anlan.apps.warning.models import HazardKind
from anlan.apps.warning.verification import verify
from anlan.apps.warning.verifying import Found, Issued, Score, by_office_and_month, once
from anlan.kit import clock
from anlan.kit.desk.problems import check_parameters
from anlan.kit.figures import Chart, Figure, Point, Series
from anlan.kit.figures import shown as shown_chart
from anlan.kit.names import name_of
from anlan.kit.pages import SIGNED_IN, Menu, page
from anlan.kit.refusals import Malformed, NotAuthorised
from anlan.kit.scope import current
from anlan.kit.ui.templatetags.ui import span

VIEWS = "warning.view_warning"
NUMBERS = {
    "hits": gettext_lazy("Hits"),
    "late": gettext_lazy("Late"),
    "missed": gettext_lazy("Missed"),
    "false": gettext_lazy("False alarms"),
}
#: The same of the desk: what became of its alarms.
ANSWERS = {
    "hits": gettext_lazy("Answered in time"),
    "late": gettext_lazy("Answered late"),
    "missed": gettext_lazy("Not answered"),
    "false": gettext_lazy("No danger"),
}
EVENTS = {
    "station": gettext_lazy("each alarm of a station"),
    "town": gettext_lazy("alarms of one town that stand together"),
    "county": gettext_lazy("alarms of one county that stand together"),
}
BY = {
    "warning": gettext_lazy("the public's warning"),
    "alarm": gettext_lazy("the desk's answer to the alarm"),
    "nothing": gettext_lazy("nothing"),
}


@page("verification", needs=VIEWS, menu=Menu("warning", 60, "target-arrow"), label=gettext_lazy("Verification"))
def verification(request: HttpRequest) -> HttpResponse:
    """Show how right the warnings of a period were, by hazard and level; each number opens the records behind it."""
    today = timezone.localdate(clock.now())
    until, since = _day(request.GET, "until", today), _day(request.GET, "since", today - timedelta(days=365))
    found = verify(*_bounds(since, until))
    number, asked = request.GET.get("number", ""), (request.GET.get("hazard", ""), request.GET.get("level", ""))
    both = [*found.scores, *found.desk]
    chosen = next((s for s in both if (s.hazard, str(s.level)) == asked), None) if number in NUMBERS else None
    behind = None
    if chosen is not None:
        behind = [f if isinstance(f, Found) else _false(f) for f in getattr(chosen, number)]
    indicators = _indicators(found.scores)
    shown = chosen if chosen in found.scores else next((s for s in found.scores if s.events), None)
    context = {
        "parts": _parts(shown),
        "part_of": shown and _part_of(shown, found.scores),
        "chart": _chart(shown),
        "indicators": indicators,
        "figures": {"figures": indicators},
        "thresholds": reverse("desk:telemetry_thresholds_list"),
        "advised": [(s, _hazard_name(s.hazard)) for s in once(s for s in found.scores if s.advice)],
        "since": since,
        "period": f"since={since}&until={until}",
        "until": until,
        "rows": _rows(once(found.scores)),
        "from_levels": _rows(found.scores),
        "desk": _rows(once(found.desk)),
        "answers": list(ANSWERS.items()),
        "rules": [_rule(hazard) for hazard in sorted(HAZARDS, key=lambda h: (list(BY).index(h.verified_by), str(h.name)))],
        "labels": list(NUMBERS.items()),
        "gaps": found.gaps,
        "behind": behind,
        "heading": (ANSWERS if chosen in found.desk else NUMBERS).get(number, ""),
        "alarms": reverse("desk:alarms_alarms_list"),
        "warnings": reverse(WarningDesk.name("list")),
    }
    return render(request, "warning/verification.html", context)


def _part_of(shown: Score, scores: list[Score]) -> str:
    """Return of what the parts are: the hazard, and from which level on where that is not all of it."""
    name = _hazard_name(shown.hazard)
    return name if shown in once(scores) else f"{name} · {Level(shown.level).label}"


def _rows(scores: list[Score]) -> list[dict[str, Any]]:
    """Return scores with their hazards' names and their counts."""
    return [
        {"score": s, "hazard": _hazard_name(s.hazard), "counts": [(name, len(getattr(s, name))) for name in NUMBERS]}
        for s in scores
    ]


def _false(one: Issued) -> dict[str, Any]:
    """Return a false warning, or an alarm that was none, as the list of what stands behind a number shows it."""
    if one.alarm:
        return {"event": one, "warning": None, "lead_hours": None}
    return {"event": None, "warning": one, "lead_hours": None, "told": one.level}


def _rule(hazard: Hazard) -> dict[str, Any]:
    """Return in words by which rule a hazard is judged."""
    spec = hazard.verification
    times = {name: span(lasting.total_seconds()) if (lasting := getattr(spec, name)) else "" for name in SPANS}
    told = {"hazard": hazard.name, "by": BY[hazard.verified_by], "why": spec.why}
    if hazard.verified_by == "nothing":
        return told
    if hazard.verified_by == "alarm":
        return told | {"event": EVENTS["station"], "held": times["held"], "answer": times["answer"]}
    return told | times | {"event": EVENTS[spec.scale], "answer": ""}


def _bounds(since: date, until: date) -> tuple[datetime, datetime]:
    return (
        timezone.make_aware(datetime.combine(since, time.min)),
        timezone.make_aware(datetime.combine(until, time.min)) + timedelta(days=1),
    )


def _parts(whole: Score | None) -> list[dict[str, Any]]:
    """Return a score by office and month, named."""
    parts = by_office_and_month(whole, timezone.get_current_timezone()) if whole else []
    return [{"office": name_of("area", office), "code": office, "month": month, "score": part} for office, month, part in parts]


def _chart(whole: Score | None) -> dict[str, Any] | None:
    """Return the three ratios by month as a chart."""
    if whole is None:
        return None
    months: dict[date, Score] = {}
    for _office, month, part in by_office_and_month(whole, timezone.get_current_timezone()):
        held = months.setdefault(month, Score(whole.hazard, whole.level))
        for name in NUMBERS:
            getattr(held, name).extend(getattr(part, name))
    labels = tuple(f"{month:%Y-%m}" for month in sorted(months))
    series = tuple(
        Series(label, tuple(Point(getattr(months[month], name)) for month in sorted(months)))
        for name, label in (("pod", _("POD")), ("far", _("FAR")), ("csi", _("CSI")))
    )
    return shown_chart(Chart(_("By month"), _("Month"), labels, series, "", 2, _("Nothing to judge.")))


def _indicators(scores: list[Score]) -> list[Figure]:
    """Return the indicators of the city's plan that a hazard stands for, of its lowest level that saw an event or a warning."""
    found, formula = [], queries.accuracy_formula()
    for hazard in HAZARDS:
        mine = [s for s in scores if s.hazard == hazard.code and s.level >= hazard.indicator_from]
        if hazard.indicator and mine:
            value = mine[0].in_time_share if hazard.indicator_before else mine[0].accuracy(formula)
            words = _("warned of before it began") if hazard.indicator_before else formula.label
            label = _("Indicator %(n)d: %(hazard)s, %(words)s") % {"n": hazard.indicator, "hazard": hazard.name, "words": words}
            found.append(Figure(label, None if value is None else value * 100, "%", 0))
    return found


class LevelsSerializer(serializers.Serializer[Any]):
    """How many events were told at their level, below or above it."""

    met = serializers.IntegerField()
    lower = serializers.IntegerField()
    higher = serializers.IntegerField()


class CountsOfSerializer(serializers.Serializer[Any]):
    """The four counts and what follows from them."""

    hits = serializers.IntegerField()
    late = serializers.IntegerField()
    missed = serializers.IntegerField()
    false = serializers.IntegerField()
    in_time = serializers.IntegerField(help_text="Events for which a warning was public when they began")
    pod = serializers.FloatField(allow_null=True)
    far = serializers.FloatField(allow_null=True)
    csi = serializers.FloatField(allow_null=True)
    lead_minutes = serializers.FloatField(allow_null=True, help_text="Median before the peak")
    led = serializers.IntegerField(help_text="Hits with the lead that the hazard's rule wants")
    levels = LevelsSerializer(
        help_text="Of events that were warned of: the highest level in force before they began against what they became"
    )


class PartSerializer(CountsOfSerializer):
    """Of one office and month."""

    office = serializers.CharField()
    month = serializers.CharField()


class ScoreSerializer(CountsOfSerializer):
    """Of one hazard from a level on: a danger of a higher level stands in the rows of the lower ones too."""

    hazard = serializers.CharField()
    level = serializers.IntegerField()
    each_once = serializers.BooleanField(
        help_text="The hazard's lowest level: each danger once; its other rows are parts of it, never to be added up"
    )
    parts = PartSerializer(many=True)


class JudgedBySerializer(serializers.Serializer[Any]):
    """By which rule a hazard is judged."""

    hazard = serializers.CharField()
    by = serializers.CharField(help_text="warning, alarm (the desk's answer) or nothing")
    scale = serializers.CharField(help_text="station, town or county: whose alarms that stand together are one event")
    quantities = serializers.ListField(child=serializers.CharField(), help_text="Of which alarms are events")
    held_minutes = serializers.FloatField(help_text="So long an event stands at least")
    before_minutes = serializers.FloatField(help_text="So long before an event a warning may have ended")
    after_minutes = serializers.FloatField(help_text="So long after an event a warning still counts as late")
    lead_minutes = serializers.FloatField(help_text="The lead that is wanted")
    answer_minutes = serializers.FloatField(help_text="Within which the desk answers an alarm in time")
    why = serializers.CharField(help_text="Why it is not judged")


class VerificationSerializer(serializers.Serializer[Any]):
    """How right the warnings of a period were."""

    scores = ScoreSerializer(many=True)
    desk = ScoreSerializer(many=True, help_text="Hazards judged by the desk's answer: in time, late, none; false is no danger")
    rules = JudgedBySerializer(many=True)
    gaps = serializers.ListField(child=serializers.CharField(), help_text="What these numbers leave out")


def _counted(score: Score) -> dict[str, Any]:
    told = {name: len(getattr(score, name)) for name in NUMBERS}
    return told | {name: getattr(score, name) for name in ("in_time", "pod", "far", "csi", "lead_minutes", "led", "levels")}


@page("/api/v1/warning/verification/", needs=SIGNED_IN, name="verification_api")
@extend_schema(
    summary=gettext_lazy("Were the warnings right? Counts, POD, FAR, CSI and lead by hazard, level, office and month"),
    responses=VerificationSerializer,
    parameters=[
        OpenApiParameter("since", str, description=gettext_lazy("First day, like 2022-06-01; without it a year ago")),
        OpenApiParameter("until", str, description=gettext_lazy("Last day; without it today")),
    ],
)
@api_view(["GET"])
def verification_api(request: Request) -> Response:
    """Hold the warnings of a period against the alarms of their places, within the asker's jurisdiction."""
    check_parameters(request, {"since", "until"})
    if not current().areas_for(VIEWS):
        raise NotAuthorised(_("Your role does not include this."))
    today, zone = timezone.localdate(clock.now()), timezone.get_current_timezone()
    until = _day(request.GET, "until", today)
    found = verify(*_bounds(_day(request.GET, "since", until - timedelta(days=365)), until))
    scores, desk = (
        [
            _counted(s)
            | {"hazard": s.hazard, "level": s.level, "each_once": s in once(some)}
            | {"parts": [_counted(p) | {"office": o, "month": f"{m:%Y-%m}"} for o, m, p in by_office_and_month(s, zone)]}
            for s in some
        ]
        for some in (found.scores, found.desk)
    )
    rules = [{"hazard": hazard.code, **hazard.verified()} for hazard in HAZARDS]
    return Response({"scores": scores, "desk": desk, "rules": rules, "gaps": found.gaps})


def _day(query: QueryDict, name: str, otherwise: date) -> date:
    """Return the day that a query names, or another without one; Malformed for what is none."""
    try:
        day = date.fromisoformat(str(query[name])) if query.get(name) else otherwise
    except ValueError:
        day = date.min
    if not clock.believable(day):
        raise Malformed(_("Give a day like 2022-06-20."), field=name)
    return day


def _hazard_name(code: str) -> str:
    kind = HazardKind.objects.filter(code=code).first()
    return str(kind) if kind else str(HAZARDS.get(code).name) if code in HAZARDS else code
