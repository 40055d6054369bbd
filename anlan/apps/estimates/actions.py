"""Writers: the spread of a fire or the drift of a gas is reckoned and kept; an estimate is withdrawn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Any

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.utils.translation import gettext_lazy as _

from anlan.apps.alarms import api as alarms
from anlan.apps.estimates import queries, rules
from anlan.apps.estimates.choices import Band, Cloud, Kind
from anlan.apps.estimates.events import EstimateMade
from anlan.apps.estimates.models import Estimate, Fuel, Reached, Substance
from anlan.apps.places import api as places
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Geometry, Input, Reason, Ref
from anlan.kit.refusals import Refusal
from anlan.lib.fire_spread import STEEPEST, Fire
from anlan.lib.plume import Leak

#: What began longer ago is not estimated here, what is still to come neither.
OLDEST, AHEAD = timedelta(days=3), timedelta(hours=24)

Where = Annotated[Geometry, Input(_("Where it began"), geometry_types=("Point",))]
Wind = Annotated[
    float, Input(_("Wind at 10 m (m/s)"), _("Beaufort 2 is about 3, 3 about 4, 4 about 7, 5 about 9 m/s."), example=4)
]
WindFrom = Annotated[float, Input(_("Wind from (°)"), _("Whence it blows: north 0, east 90, south 180, west 270."), example=0)]
PlaceName = Annotated[str, Input(_("Place"), example="飞来峡镇石梨村")]
Began = Annotated[datetime | None, Input(_("Began at"), _("Empty: now."))]
Remark = Annotated[str, Input(_("Remark"), rows=2)]
Burning = Annotated[Ref[Fuel], Input(_("Fuel"))]
Leaking = Annotated[Ref[Substance], Input(_("Substance"))]
OfAlarm = Annotated[int | None, Input(hidden=True)]


@action(
    "estimates.spread",
    needs="estimates.add_estimate",
    label=_("Estimate the spread of a fire"),
    icon="flame",
    story=_("Where a forest fire may be after one, three and six hours, at least, likely and at most, and who lives there."),
)
def spread(
    deed: Deed,
    *,
    location: Where,
    fuel: Burning,
    temperature: Annotated[float, Input(_("Air temperature (°C)"), example=28)],
    relative_humidity: Annotated[float, Input(_("Relative humidity (%)"), example=40)],
    wind: Wind,
    wind_from: WindFrom,
    slope: Annotated[
        float | None, Input(_("Steepness (°)"), _("Empty: from the terrain of some 1.1 km, which is flatter than a hillside."))
    ] = None,
    uphill: Annotated[float | None, Input(_("Uphill towards (°)"), _("Empty: from the terrain."))] = None,
    place: PlaceName = "",
    began_at: Began = None,
    remark: Remark = "",
    alarm: OfAlarm = None,
) -> Estimate:
    """Reckon where a forest fire may spread to (Wang Zhengfei) and keep it with what it was reckoned from."""
    _between(("temperature", temperature, -10, 50), ("relative_humidity", relative_humidity, 1, 100), ("wind", wind, 0, 40))
    _between(("wind_from", wind_from, 0, 360), ("slope", slope or 0, 0, STEEPEST), ("uphill", uphill or 0, 0, 360))
    lean = queries.lean_at(*_at(location))
    from_terrain = slope is None and lean is not None
    steep = slope if slope is not None else lean[0] if lean else 0.0
    up = uphill if uphill is not None else lean[1] if lean else None
    if up is None and steep:
        raise Refusal(_("Say which way is uphill: the pack has no terrain here."), field="uphill")
    fire = Fire(temperature, relative_humidity, wind, wind_from % 360, fuel.factor, steep, up or 0.0)
    drawn = list(rules.fire_outlines(fire, queries.doubts(), *_at(location)))
    bearing, head = fire.head()
    given = {
        "fuel": [fuel.name, fuel.name_en or fuel.name],
        **{
            "temperature": temperature,
            "relative_humidity": relative_humidity,
            "wind": wind,
            "wind_from": wind_from % 360,
            "slope": round(steep, 1),
        },
        **{"uphill": round(up or 0.0), "slope_from_terrain": from_terrain},
        **{"initial": round(fire.initial, 2), "head": round(head, 2), "bearing": round(bearing)},
    }
    about = {"place": place, "began_at": _began(deed, began_at), "remark": remark, "alarm": alarm}
    return _keep(deed, Kind.FIRE, location, given, drawn, about)


@action(
    "estimates.drift",
    needs="estimates.add_estimate",
    label=_("Estimate the drift of a gas"),
    icon="biohazard",
    story=_(
        "How far a leaking gas kills or harms, at least, likely and at most, and who lives there. A steady leak, no heavy gas."
    ),
)
def drift(
    deed: Deed,
    *,
    location: Where,
    substance: Leaking,
    rate: Annotated[
        float,
        Input(_("Leak (kg/min)"), _("What the plant says; a guess is better than none, the range allows for it."), example=30),
    ],
    wind: Wind,
    wind_from: WindFrom,
    cloud: Annotated[Cloud, Input(_("Sky"))],
    height: Annotated[float, Input(_("Height of the leak (m)"))] = 0.0,
    town: Annotated[bool, Input(_("Built-up ground"), _("Houses and works all around: the gas is mixed sooner."))] = False,
    place: PlaceName = "",
    began_at: Began = None,
    remark: Remark = "",
    alarm: OfAlarm = None,
) -> Estimate:
    """Reckon how far a leaked gas drifts (Gaussian plume, HJ 169's endpoints) and keep it with what it was reckoned from."""
    _between(("rate", rate, 0.01, 60_000), ("wind", wind, 0, 40), ("wind_from", wind_from, 0, 360), ("height", height, 0, 200))
    began = _began(deed, began_at)
    sun, stability = rules.stability_at(wind, began, *_at(location), cloud)
    leak = Leak(rate * 1000 / 60, wind, stability, height, town)
    limits = {substance.harmful: 3, substance.lethal: 4}
    drawn = list(rules.gas_outlines(leak, queries.doubts(), wind_from, limits, *_at(location)))
    if not drawn:
        raise Refusal(_("So little exceeds no endpoint of this substance beyond a few metres."), field="rate")
    worst = Leak(leak.rate, rules.WORST[1], rules.WORST[0], height, town).reach(substance.harmful)
    given = {
        "substance": [substance.name, substance.name_en or substance.name],
        **{"rate": rate, "height": height, "wind": wind, "wind_from": wind_from % 360, "cloud": int(cloud), "town": town},
        **{"sun": round(sun), "stability": stability, "worst_km": round(worst / 1000, 2)},
        **{"lethal": substance.lethal, "harmful": substance.harmful, "heavy": substance.heavy},
    }
    about = {"place": place, "began_at": began, "remark": remark, "alarm": alarm}
    return _keep(deed, Kind.GAS, location, given, drawn, about)


@action(
    "estimates.withdraw",
    needs="estimates.add_estimate",
    label=_("Withdraw the estimate"),
    record="estimates.Estimate",
    icon="x",
    danger=True,
    moves=Estimate.life.withdraw,
)
def withdraw(deed: Deed, *, estimate: int, reason: Reason) -> Estimate:
    """Withdraw an estimate that was reckoned from what is not so; it stays to be read."""
    if not reason.strip():
        raise Refusal(_("Say what was wrong with it."), field="reason")
    return deed.lock(Estimate, estimate)


def _at(location: GEOSGeometry) -> tuple[float, float]:
    return location.centroid.x, location.centroid.y


def _between(*given: tuple[str, float, float, float]) -> None:
    for name, value, least, most in given:
        if not least <= value <= most:
            raise Refusal(
                _("Give a number from %(least)s to %(most)s.") % {"least": f"{least:g}", "most": f"{most:g}"}, field=name
            )


def _began(deed: Deed, at: datetime | None) -> datetime:
    if at is not None and not deed.now - OLDEST <= at <= deed.now + AHEAD:
        raise Refusal(_("Give a time within the last three days, or the next day."), field="began_at")
    return at or deed.now


def _keep(
    deed: Deed, kind: Kind, location: GEOSGeometry, given: dict[str, Any], drawn: Iterable[rules.Drawn], about: dict[str, Any]
) -> Estimate:
    around = [code for code in places.divisions_at(*_at(location)) if len(code) >= 6]
    if not around:
        raise Refusal(_("This point lies outside the city."), field="location")
    if about["alarm"] is not None and not alarms.alarms_behind({about["alarm"]}, set()):
        raise Refusal(_("There is no such alarm."), field="alarm")
    reached = [_reached(around[0][:6], each) for each in drawn]
    of = {band: [r.people for r in reached if r.band == band] or [0] for band in Band}
    row = deed.create(
        Estimate,
        area=around[0][:6],
        kind=kind,
        location=location,
        given=given,
        people_likely=max(of[Band.LIKELY]),
        people_most=max(of[Band.HIGH]),
        furthest_km=round(max(r.reach_km for r in reached), 2),
        made_at=deed.now,
        made_by=deed.actor,
        **about,
    )
    for each in reached:
        each.estimate = row
    deed.create_many(Reached, reached)
    deed.emit(EstimateMade(estimate=row.pk, area=row.area, kind=kind, people=row.people_most))
    return row


def _reached(area: str, each: rules.Drawn) -> Reached:
    shape = GEOSGeometry(memoryview(each.shape.wkb), srid=4326)
    outline = shape if isinstance(shape, MultiPolygon) else MultiPolygon(shape, srid=4326)
    return Reached(
        area=area,
        step=each.step,
        band=each.band,
        level=each.level,
        outline=outline,
        reach_km=round(each.reach_km, 3),
        hectares=round(each.hectares, 1),
        people=places.population_in(outline).total,
        towns=[town.code for town in places.touched(outline, "town")],
    )
