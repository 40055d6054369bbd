"""Readers: warnings in force, drafts that wait, the public list, lead times; bodies, hazards, words, the area of a draft."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import shapely
from django.contrib.gis.db.models import Union
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db import connections
from django.db.models import Count, Max, Q
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from anlan.apps.alarms import api as alarms
from anlan.apps.people import api as people
from anlan.apps.places import api as places
from anlan.apps.warning import headlines, languages, rules
from anlan.apps.warning.choices import (
    CAP_WORDS,
    COLOURS,
    COLOURS_EN,
    COLOURS_ZH,
    PROGRAM,
    PUBLIC,
    Accuracy,
    CallState,
    Level,
    MessageType,
    OrderState,
    State,
)
from anlan.apps.warning.models import (
    Call,
    CalledVillage,
    CalloutRule,
    HazardKind,
    IssuingBody,
    StandingOrder,
    Warning,
    WarningArea,
    WarningText,
    WarningWords,
)
from anlan.kit import clock
from anlan.kit.kept import kept
from anlan.kit.languages import listed
from anlan.kit.names import name_of, names_of
from anlan.kit.records import ScopedQuerySet
from anlan.kit.refusals import Refusal
from anlan.kit.scope import current
from anlan.kit.worlds import alias

#: The sectors whose bodies are told of every warning in their area.
TOLD = {"emergency", "government", "water"}
#: The most characters of an outline given as text.
MOST_OUTLINE = 200_000


@dataclass(frozen=True)
class WarningFact:
    """A warning for neighbours."""

    id: int
    identifier: str
    hazard: str
    level: int
    colour: str
    area: str
    state: str
    headline_zh: str
    headline_en: str
    drafted_at: datetime
    published_at: datetime | None
    expires_at: datetime
    audience: int | None
    drafted_by: str
    message_type: str
    source_ended: str


@dataclass(frozen=True)
class Piece:
    """One part of a warning's area: a division or the drawn outline, with the people counted in it."""

    division: str
    name: str
    outline: MultiPolygon
    people: int
    #: The division whose outline stands in, where the chosen one has none of its own.
    borrowed: str = ""


@dataclass(frozen=True)
class Ground:
    """Where a warning is for: its parts, the people in all of them together, and the smallest division around them."""

    pieces: tuple[Piece, ...]
    people: int
    area: str

    @property
    def codes(self) -> list[str]:
        """Return the divisions chosen."""
        return [piece.division for piece in self.pieces if piece.division]


@names_of("body", "issuer")
def _bodies() -> dict[str, tuple[str, str]]:
    return {code: (zh, en) for code, zh, en in IssuingBody.objects.values_list("division", "name_zh", "name_en")}


@names_of("cap_word", "urgency", "certainty", "response")
def _cap_words() -> dict[str, tuple[Any, Any]]:
    return {code: (word, word) for code, word in CAP_WORDS.items()}


def in_force() -> ScopedQuerySet:
    """Return the published warnings that call for care at this instant, the most severe first."""
    return standing().filter(expires_at__gt=clock.now())


def in_force_by(keys: list[int], hazard: str) -> int | None:
    """Return the newest of some warnings that is in force and of a hazard."""
    return in_force().filter(pk__in=keys, hazard=hazard).order_by("-pk").values_list("pk", flat=True).first()  # type: ignore[no-any-return]


def at_once_with(warning: Warning, within: timedelta) -> ScopedQuerySet:
    """Return the other warnings that were published so lately, or are signed and about to be."""
    lately = Q(state=State.SIGNED) | Q(state=State.PUBLISHED, published_at__gt=clock.now() - within)
    return Warning.objects.filter(lately, status=warning.status).exclude(pk=warning.pk).prefetch_related("areas").order_by("id")


def in_force_there(area: str, point: Any, status: str, all_of_it: bool = False) -> ScopedQuerySet:
    """Return what is in force for a place: for a division that it lies in, or by an outline around its point; or for any part of the area."""
    here = Q(division__in=[area[:n] for n in rules.DIGITS if n <= len(area)])
    here |= Q(outline__intersects=point) & (Q(division="") | Q(division__startswith=area))
    if all_of_it:
        here |= Q(division__startswith=area) | Q(division="", area__startswith=area)
    held = WarningArea.objects.filter(here).order_by().values("warning")
    return in_force().filter(status=status, pk__in=held).prefetch_related("areas")


def warning_of(pk: int) -> Warning:
    """Return a warning with what it is for."""
    found: Warning = Warning.objects.prefetch_related("areas").get(pk=pk)
    return found


def call_for(warning: int, village: str) -> Call | None:
    """Return the call about a warning that stands for a village now; None where nobody is called for it."""
    held = CalledVillage.objects.filter(warning=warning, area=village).select_related("call").first()
    return held.call if held is not None else None


def last_change() -> tuple[Any, ...]:
    """Return what changes as soon as any public warning does."""
    found = public().order_by().aggregate(at=Max("changed_at"), n=Count("id"))
    return found["n"], found["at"]


def successor(warning: int) -> Warning | None:
    """Return the published message that updated or cancelled a warning, if one did."""
    rows = Warning.objects.filter(replaces=warning, published_at__isnull=False)
    found: Warning | None = rows.order_by("-published_at").first()
    return found


@dataclass(frozen=True)
class AreaWarned:
    """An area that a warning in force is for, at its level."""

    name: str
    level: int
    outline: Any


def areas_in_force(area: str) -> list[AreaWarned]:
    """Return what the warnings in force are for within an area, as a map shows it."""
    rows = WarningArea.objects.filter(warning__in=in_force().filter(area__startswith=area).order_by()).select_related("warning")
    return [AreaWarned(place_of(row), row.warning.level, row.outline) for row in rows]


def standing() -> ScopedQuerySet:
    """Return the published warnings that nothing has ended, those whose time is over among them, the most severe first."""
    rows: ScopedQuerySet = Warning.objects.filter(state=State.PUBLISHED).exclude(message_type=MessageType.CANCEL)
    return rows.order_by("-level", "-published_at")


def one_by_one(what: str) -> None:
    """Let one transaction after the other pass here, until each ends: two drafts in one second must not take one number."""
    with connections[alias()].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])


def public() -> ScopedQuerySet:
    """Return everything that ever was in force, the newest first."""
    rows: ScopedQuerySet = Warning.objects.filter(published_at__isnull=False, state__in=PUBLIC)
    return rows.order_by("-published_at", "-id")


def published() -> list[WarningFact]:
    """Return the warnings in force as facts."""
    return [_fact(w) for w in _published()]


@kept
def _published() -> Any:
    return in_force()


def people_warned() -> int:
    """Return the estimated residents of the ground that the warnings in force cover within the scope, each counted once."""
    ground = WarningArea.objects.filter(warning__in=in_force().order_by()).order_by("pk")
    return _residents(alias(), tuple(ground.values_list("pk", flat=True)))


@lru_cache(maxsize=16)
def _residents(using: str, ground: tuple[int, ...]) -> int:
    """Count once for the same ground: what was published keeps its outline."""
    whole = WarningArea.objects.using(using).filter(pk__in=ground).aggregate(whole=Union("outline"))["whole"]
    return places.population_in(whole).total if whole else 0


def waiting(state: str) -> list[WarningFact]:
    """Return warnings in a state (draft, signed), oldest first."""
    return [_fact(w) for w in Warning.objects.readable().filter(state=state).order_by("drafted_at", "id")]


def of_alarms(alarms: set[int]) -> list[WarningFact]:
    """Return the warnings that were drafted from these alarms and not withdrawn, as far as the viewer may read them, oldest first."""
    rows = Warning.objects.readable().filter(alarm__in=alarms).exclude(state=State.WITHDRAWN)
    return [_fact(w) for w in rows.order_by("drafted_at", "id")]


def calls_waiting(since: datetime) -> list[tuple[int, str]]:
    """Return the calls (their number, the post called) that nobody has answered since an instant, oldest first."""
    rows = Call.objects.filter(state=CallState.CALLING, called_at__lte=since).order_by("called_at", "id")
    return list(rows.values_list("pk", "post"))


def open_calls(permission: str) -> ScopedQuerySet:
    """Return the calls that nobody has answered, of warnings in force, over which the viewer holds a permission."""
    rows: ScopedQuerySet = Call.objects.readable(permission).filter(state__in=[CallState.CALLING, CallState.UNANSWERED])
    return rows.filter(warning__state=State.PUBLISHED).select_related("warning").prefetch_related("villages")


def history() -> list[dict[str, object]]:
    """Return every warning that was published in this world, with its lead before the peak of the alarm that led to it.

    One that a person drafted without an alarm is held against the gravest that stood in its area while it was in force.
    """
    found = []
    for w in public().exclude(message_type=MessageType.CANCEL).order_by("published_at", "id"):
        alarm = w.alarm or alarms.gravest_during(w.area, w.hazard, w.published_at, w.ended_at or w.expires_at)
        peak = alarms.peak_during(alarm) if alarm else None
        found.append(
            {
                "identifier": w.identifier,
                "hazard": w.hazard,
                "level": COLOURS[Level(w.level)],
                "area": w.area,
                "headline": w.headline_zh,
                "headline_en": w.headline_en,
                "published_at": w.published_at,
                "ended_at": w.ended_at,
                "expires_at": w.expires_at,
                "alarm": alarm is not None,
                "lead_time_minutes": rules.lead_minutes(w.published_at, peak[0] if peak else None),
                "audience": w.audience,
            }
        )
    return found


def body_for(division: str) -> IssuingBody | None:
    """Return the issuing body of a division."""
    return IssuingBody.objects.filter(division=division).first()


def accuracy_formula() -> Accuracy:
    """Return by which formula the city's body has accuracy told; of several cities in view the first one's."""
    body = IssuingBody.objects.order_by(Length("division"), "division").first()
    return Accuracy(body.accuracy) if body and body.accuracy in Accuracy.values else Accuracy.SUCCESS


def concerned(warning: Warning) -> list[str]:
    """Return the bodies to tell of a warning."""
    return bodies_of(warning.area, warning.areas.all())


def told_ground(pieces: Iterable[Any]) -> tuple[list[str], MultiPolygon | None]:
    """Return a ground (pieces with division or outline) as subscribers are told by it: its divisions, and what was drawn besides."""
    held = list(pieces)
    outline = next((piece.outline for piece in held if not piece.division), None)
    return [piece.division for piece in held if piece.division], outline


def bodies_of(around: str, ground: Iterable[Any]) -> list[str]:
    """Return the bodies to tell of a ground (pieces with division or outline): the city's own, its own and those above it."""
    found: list[str] = []
    for piece in ground:
        codes = [piece.division] if piece.division else [town.code for town in places.touched(piece.outline, "town")]
        for code in codes:
            found += [o.code for o in people.organisations(area=code) if o.sector in TOLD]
            above = [code[:n] for n in (6, 9) if n < len(code)]
            found += [o.code for at in above for o in people.organisations(area=at, level=len(at)) if o.sector in TOLD]
    bodies = [body for n in (4, 6) if (body := body_for(around[:n]))]
    return list(dict.fromkeys([*(body.organisation for body in bodies), *found]))


def issuer_for(area: str, authorities: tuple[str, ...]) -> str:
    """Return the division in whose name a warning for `area` speaks, by where its signer may sign."""
    return rules.issuer(area, authorities, IssuingBody.objects.values_list("division", flat=True))


def voice_of(warning: Warning) -> IssuingBody | None:
    """Return the body in whose name a warning speaks: of a draft the body of the reader who may sign it, since whoever signs speaks."""
    signs = current().areas_for("warning.sign_warning")
    if warning.state != State.DRAFT or not current().may("warning.sign_warning", warning.area):
        return body_for(warning.issuer)
    bodies = {body.division: body for body in IssuingBody.objects.all()}
    return bodies.get(rules.issuer(warning.area, signs, bodies))


def below_a_city(rows: Any) -> Any:
    """Return the cities and counties among divisions."""
    return rows.filter(level__in=["city", "county"]).order_by("code")


def drafted_of_alarms(area: str, hazard: str, level: int, back: timedelta) -> int:
    """Count the drafts of a hazard from a level on that alarms have called for in an area lately."""
    rows = Warning.objects.filter(hazard=hazard, level__gte=level, drafted_at__gt=clock.now() - back, alarm__isnull=False)
    return rows.within(area).count()


def order_for(draft: Warning, now: datetime) -> StandingOrder | None:
    """Return the standing order under which a draft of the program's own may go out at once.

    None where none covers its place, hazard and level, where no observed alarm of that level stands behind it, or where it would
    lower what is in force.
    """
    if not draft.drafted_by.startswith("system:") or draft.state != State.DRAFT or draft.message_type == MessageType.CANCEL:
        return None
    lowers = draft.replaces is not None and draft.replaces.state == State.PUBLISHED and draft.replaces.level > draft.level
    heard = {a.id: a.level for a in alarms.alarms_open(draft.area, draft.hazard, rules.RELEASES_WITHIN)}
    if lowers or heard.get(draft.alarm or 0, 0) < draft.level:
        return None
    orders = StandingOrder.objects.filter(hazard=draft.hazard, state=OrderState.IN_FORCE, until__gt=now)
    covering = orders.filter(area__in=[draft.area[:n] for n in rules.DIGITS], from_level__lte=draft.level)
    return covering.order_by("from_level", "pk").first()


def hazard_kind(code: str) -> HazardKind:
    """Return a hazard's names and codes; Refusal for one that this city does not warn of."""
    found = HazardKind.objects.filter(code=code).first()
    if found is None:
        raise Refusal(_("This city has no such hazard among its warnings."), field="hazard")
    return found


def speaks_for_us(sender: str, identifier: str = "") -> bool:
    """Return whether a sender's name is one of our own issuing bodies', or a message is one of ours that came round."""
    own = Warning.objects.filter(identifier=identifier) if identifier else Warning.objects.none()
    return IssuingBody.objects.filter(sender=sender).exists() or own.exists()


def hazard_by(codes: Iterable[str], event: str) -> str:
    """Return our hazard for a foreign event by its national code or name, "" for none."""
    named = Q(event_code__in=list(codes)) | Q(name_zh=event) | Q(name_en__iexact=event)
    return str(HazardKind.objects.filter(named).order_by("event_code").values_list("code", flat=True).first() or "")


def first_hazard() -> str:
    """Return the hazard that a blank draft begins with: that of the newest warning, else the first that the city warns of."""
    newest = Warning.objects.order_by("-drafted_at").values_list("hazard", flat=True).first()
    return newest or HazardKind.objects.values_list("code", flat=True).first() or ""


def words_for(hazard: str, level: int, place_zh: str, place_en: str, **words: str) -> tuple[rules.Texts, str]:
    """Return the words to begin with, filled in, and their CAP response type; level 0 is a cancellation."""
    rows = {row.hazard: row for row in WarningText.objects.filter(hazard__in=[hazard, "*"], level=level)}
    row = rows.get(hazard) or rows.get("*")
    if row is None:
        raise Refusal(_("The pack has no words for this hazard at this level."), field="level")
    kind = hazard_kind(hazard)
    texts = rules.Texts(**{name: getattr(row, name) for name in rules.Texts.__dataclass_fields__})
    shade = {} if level == 0 else {"colour_zh": COLOURS_ZH[Level(level)], "colour_en": COLOURS_EN[Level(level)]}
    known = {"place_zh": place_zh, "place_en": place_en, "hazard_zh": kind.name_zh, "hazard_en": kind.name_en}
    return texts.filled(**{**known, **shade, **words}), row.response


def callout_minutes(hazard: str, level: int) -> int | None:
    """Return how long each post has to answer when villages are called at this level, None when they are not called."""
    rows = CalloutRule.objects.filter(Q(hazard=hazard) | Q(hazard="*"), level__lte=level)
    minutes = list(rows.values_list("minutes", flat=True))
    return min(minutes) if minutes else None


def outline_from(text: str) -> MultiPolygon:
    """Read an outline given as GeoJSON (geometry, feature or collection) or WKT in degrees, longitude first; Refusal in words."""
    if len(text) > MOST_OUTLINE:
        raise Refusal(_("This outline has too many points. Simplify it first."), field="outline")
    try:
        shape = _shape(text.strip())
    except (ValueError, TypeError, KeyError, AttributeError, shapely.errors.ShapelyError):
        words = _("This is neither GeoJSON nor WKT. Look for a bracket, comma or number that is missing or wrong: %(like)s")
        raise Refusal(words % {"like": "POLYGON ((112.9 23.7, 113.1 23.7, 113 23.9, 112.9 23.7))"}, field="outline") from None
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    if not parts or any(part.geom_type != "Polygon" for part in shapely.get_parts(shape)):
        raise Refusal(_("An outline must be one or more polygons."), field="outline")
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise Refusal(_("The outline must be in degrees, longitude before latitude."), field="outline")
    if not shape.is_valid:
        why = shapely.is_valid_reason(shape)
        raise Refusal(_("The outline crosses itself: %(why)s") % {"why": why}, field="outline")
    return MultiPolygon(*(GEOSGeometry(memoryview(part.wkb), srid=4326) for part in parts), srid=4326)


def _shape(text: str) -> shapely.Geometry:
    if not text.startswith("{"):
        return shapely.force_2d(shapely.from_wkt(text))
    found = json.loads(text)
    if found.get("type") == "FeatureCollection":
        return shapely.union_all([shapely.from_geojson(json.dumps(f["geometry"])) for f in found["features"]])
    return shapely.force_2d(shapely.from_geojson(json.dumps(found.get("geometry", found))))


def name_of_drawn(shape: MultiPolygon) -> str:
    """Name a drawn outline in the reader's language by the counties that it touches."""
    names = [name_of("area", county.code) for county in places.touched(shape, "county")]
    return _("the area drawn in %(places)s") % {"places": listed(names)} if names else _("the area drawn on the map")


def place_of(area: WarningArea) -> str:
    """Name what a warning is for in the reader's language, whatever its drafter's was."""
    return name_of("area", area.division) if area.division else name_of_drawn(area.outline)


def ground_of(areas: list[str], outline: str = "") -> Ground:
    """Work out where a warning is for, from divisions and a drawn outline: nobody is counted twice."""
    pieces = [_piece(code) for code in rules.outermost(areas)]
    codes = [piece.division for piece in pieces]
    if outline.strip():
        shape = outline_from(outline)
        counted = places.population_in(shape)
        if not counted.by_division:
            raise Refusal(_("The outline lies outside the divisions of this city."), field="outline")
        pieces.append(Piece("", name_of_drawn(shape), shape, counted.total))
        codes += [code for code, *_rest in counted.by_division]
    if not pieces:
        raise Refusal(_("Choose at least one division, or give an outline."), field="areas")
    area = rules.common_area(codes)
    if not area:
        raise Refusal(_("These divisions do not belong to one city."), field="areas")
    together = pieces[0].outline
    for piece in pieces[1:]:
        together = together.union(piece.outline)
    people = places.population_in(together).total if len(pieces) > 1 else pieces[0].people
    return Ground(tuple(pieces), people, area)


def signed_for(issuer: str) -> int:
    """Return how many warnings are signed in a body's name and not published yet."""
    found: int = Warning.objects.filter(state=State.SIGNED, issuer=issuer).count()
    return found


def ground_held(warning: Warning) -> Ground:
    """Return the ground that a warning has."""
    pieces = tuple(Piece(a.division, a.name, a.outline, a.population) for a in warning.areas.all())
    return Ground(pieces, warning.audience or 0, warning.area)


def _piece(code: str) -> Piece:
    here = places.division(code)
    if here is None:
        raise Refusal(_("There is no division with the code %(code)s.") % {"code": code}, field="areas")
    outline, borrowed = places.geometry_of(code), ""
    if outline is None:
        raise Refusal(_("%(name)s has no outline: without geometry nothing is sent.") % {"name": here.name}, field="areas")
    for n in (len(code), 9, 6, 4):
        above = code[:n]
        if n <= len(code) and places.has_outline(above):
            borrowed = "" if above == code else name_of("area", above)
            break
    return Piece(code, here.name, outline, places.population_in(outline).total, borrowed)


def named_elsewhere(warning: Warning) -> list[str]:
    """Return the counties and towns that a warning's headlines name and its ground has nothing of; what the program drafted names its ground itself.

    Of what passes a foreign message on, whoever is said to have sent it is no place that is warned.
    """
    if warning.drafted_by.startswith(PROGRAM):
        return []
    ground = list(warning.areas.all())
    codes = {a.division for a in ground if a.division}
    codes |= {d.code for a in ground if not a.division for level in ("county", "town") for d in places.touched(a.outline, level)}
    city = places.division(warning.area[:4])
    known = [place for level in ("county", "town") for place in places.below(warning.area[:4], level)] + ([city] if city else [])
    said = warning.headline_zh.partition("：")[2] if warning.passes_on else warning.headline_zh
    dangers = HazardKind.objects.values_list("name_zh", flat=True)
    found = headlines.named_elsewhere(said, [(place.code, place.name) for place in known], codes, dangers)
    english = [(place.code, place.name_en) for place in known]  # a further language calls places as English does
    for headline in dict.fromkeys([warning.headline_en, *(row.headline for row in languages.of(warning))]):
        found += [name for name in headlines.named_elsewhere(headline, english, codes) if name not in found]
    return found


def words_in(warnings: Iterable[Warning], language: str) -> dict[int, WarningWords]:
    """Return by warning what each says in a further language."""
    rows = WarningWords.objects.filter(warning__in=[w.pk for w in warnings], language=language)
    return {row.warning_id: row for row in rows}


def _fact(w: Warning) -> WarningFact:
    return WarningFact(
        w.pk,
        w.identifier,
        w.hazard,
        w.level,
        w.colour,
        w.area,
        w.state,
        w.headline_zh,
        w.headline_en,
        w.drafted_at,
        w.published_at,
        w.expires_at,
        w.audience,
        w.drafted_by,
        w.message_type,
        w.source_ended,
    )
