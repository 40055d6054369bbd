"""Writers of typhoons: take advisories in, as figures or as bulletins; work out what they come to; end a storm; load the pack's agencies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from django.contrib.gis.geos import Point
from django.utils.translation import gettext_lazy as _

from anlan.apps.places import api as places
from anlan.apps.typhoons import queries, reckoning, rules
from anlan.apps.typhoons.choices import State
from anlan.apps.typhoons.events import CycloneReckoned
from anlan.apps.typhoons.models import Advisory, Agency, Cyclone, TownWind, fix_of
from anlan.kit import reference
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input, Lines, Reason
from anlan.kit.refusals import Refusal
from anlan.lib import typhoon_bulletins as bulletins
from anlan.lib.cyclones import wind_class, wind_of_pressure

#: An advisory of what is still to come is a slip of the pen.
AHEAD = timedelta(hours=1)


@dataclass(frozen=True)
class Position:
    """Where the storm is, or will be, so many hours after the advisory's time."""

    hour: Annotated[float, Input(_("Hour"), example=24)]
    lat: Annotated[float, Input(_("Latitude"), example=21.2)]
    lon: Annotated[float, Input(_("Longitude"), example=111.2)]
    wind: Annotated[float | None, Input(_("Wind near the centre (m/s)"), example=35)] = None
    pressure: Annotated[float | None, Input(_("Pressure (hPa)"), example=965)] = None


@action("typhoons.load_agencies", needs="typhoons.load_pack", label=_("Load agencies"))
def load_agencies(deed: Deed, *, agencies: list[Agency]) -> int:
    """Add a pack's agencies and take over what changed; returns how many are new."""
    return len(
        reference.take_in(deed, Agency, agencies, ("code",), "name", "name_en", "wind_minutes", "rank", "source", "confidence")
    )


@action("typhoons.advise", needs="typhoons.add_advisory", label=_("Enter an advisory"), icon="storm")
def advise(
    deed: Deed,
    *,
    agency: Annotated[str, Input(_("Agency"), choices=queries.agency_choices, example="BABJ")],
    number: Annotated[str, Input(_("Number"), _("Four digits: year and serial."), example="2203")],
    at: Annotated[datetime, Input(_("Position of"), example="2022-07-02T14:00:00+08:00")],
    positions: Annotated[Lines[Position], Input(_("Positions"), _("The first one is where the storm is, hour 0."))],
    name: Annotated[str, Input(_("English name"), example="CHABA")] = "",
    name_zh: Annotated[str, Input(_("Name"), example="暹芭")] = "",
    grade: Annotated[str, Input(_("Grade"), example="TY")] = "",
    radius_30: Annotated[str, Input(_("30-knot winds reach (km)"), _("NE SE SW NW"), example="240 200 160 300")] = "",
    radius_50: Annotated[str, Input(_("50-knot winds reach (km)"), _("NE SE SW NW"))] = "",
    radius_64: Annotated[str, Input(_("64-knot winds reach (km)"), _("NE SE SW NW"))] = "",
    correction: Annotated[str, Input(_("Correction"))] = "",
    text: Annotated[str, Input(_("Bulletin"), rows=6)] = "",
) -> Cyclone:
    """Take in what an agency says of a storm; the same agency and time again corrects it. The city's winds are worked out anew.

    Raises Refusal for a time to come, positions out of order or an unknown agency.
    """
    rules.check_hours([p.hour for p in positions])
    radii = {
        knots: sides
        for knots, told in ((30, radius_30), (50, radius_50), (64, radius_64))
        if (sides := rules.radii_of(told, f"radius_{knots}"))
    }
    fixes = [fix_of(p.hour, p.lon, p.lat, p.wind, p.pressure) for p in positions]
    facts = {"grade": grade, "correction": correction, "text": text[:20_000], "radii": {str(k): v for k, v in radii.items()}}
    return _take(deed, _agency(agency), (number, name, name_zh), at, fixes, facts)


def _agency(code: str) -> Agency:
    found: Agency | None = Agency.objects.filter(code=code).first()
    if found is None:
        known = ", ".join(Agency.objects.values_list("code", flat=True))
        raise Refusal(
            _("No agency is called %(code)s; there are: %(known)s.") % {"code": code[:20], "known": known}, field="agency"
        )
    return found


def _take(
    deed: Deed, agency: Agency, called: tuple[str, str, str], at: datetime, fixes: list[dict[str, Any]], facts: dict[str, Any]
) -> Cyclone:
    """Keep an advisory and work its storm out anew."""
    if at > deed.now + AHEAD:
        raise Refusal(_("The advisory's time lies ahead. Check the date and the time zone."), field="at")
    for n, fix in enumerate(fixes):
        if not (-180 <= fix["lon"] <= 180 and -90 <= fix["lat"] <= 90 and 0 <= (fix["wind"] or 0) <= 120):
            raise Refusal(_("No storm is there, or so strong."), field=f"positions.{n}.lat")
    held = _cyclone(deed, *called)
    now = fixes[0]
    if now["wind"] is None and now["pressure"] is not None:
        now["wind"] = wind_of_pressure(now["pressure"])
    facts |= {"fixes": fixes, "location": Point(now["lon"], now["lat"], srid=4326)}
    facts |= {"wind": now["wind"], "pressure": now["pressure"]}
    known: Advisory | None = Advisory.objects.filter(cyclone=held, agency=agency, at=at).first()
    row = deed.lock(Advisory, known) if known else Advisory(area=held.area, cyclone=held, agency=agency, at=at)
    for name, value in facts.items():
        setattr(row, name, value)
    towns = places.residents_of_towns()
    told = reckoning.reckon(row, queries.before(row), towns)
    row.strongest, row.gale_at = told.strongest, told.first_gale
    if known:
        deed.save(row)
    else:
        deed.create_many(Advisory, [row])
    _reckon(deed, held, towns)
    return held


def _cyclone(deed: Deed, number: str, name: str, name_zh: str) -> Cyclone:
    """Return the storm of a number, begun where it is new, brought back where it was said to be over."""
    number = number.strip()
    if not number:
        raise Refusal(_("Give the storm's number."), field="number")
    found = Cyclone.objects.filter(number=number).first()
    if found is None:
        city = places.below("", "city")[0].code
        begun: Cyclone = deed.create(Cyclone, area=city, number=number, name=name, name_zh=name_zh)
        return begun
    held = deed.lock(Cyclone, found)
    held.name, held.name_zh = name or held.name, name_zh or held.name_zh
    if held.state == State.OVER:
        deed.move(held, Cyclone.life.come_back)
    return held


def _reckon(deed: Deed, held: Cyclone, towns: list[places.TownResidents]) -> None:
    """Write down what a storm comes to by the advisory that counts, and say so."""
    advisory, before = queries.leading_of(held)
    if advisory is None or not towns:
        return
    found = reckoning.reckon(advisory, before, towns)
    rows = _town_winds(held, found)
    deed.remove_many(TownWind.objects.filter(cyclone=held))
    deed.create_many(TownWind, [row for row in rows if row.force >= 1])
    gales = [row.gale_at for row in rows if row.gale_at]
    nearest = min(rows, key=lambda row: row.nearest_km)
    held.leading, held.seen_at = advisory.agency.code, queries.newest_at(held)
    held.strongest = max(row.wind for row in rows)
    held.first_gale_at = min(gales, default=None)
    held.nearest_km, held.nearest_at = nearest.nearest_km, nearest.nearest_at
    held.blown_on = sum(row.residents for row in rows if row.wind >= reckoning.STRONG)
    deed.emit(CycloneReckoned(cyclone=held.pk, area=held.area, number=held.number, strongest=held.strongest))


def _town_winds(held: Cyclone, found: reckoning.Reckoned) -> Sequence[TownWind]:
    blown = found.blown
    strongest = blown.wind.max(axis=0)
    strong, gale, storm = (blown.first(least) for least in (reckoning.STRONG, reckoning.GALE, reckoning.STORM))
    nearest = blown.km.argmin(axis=0)
    rows = []
    for n, town in enumerate(found.towns):
        at = found.instant(blown.hours[nearest[n]])
        assert at is not None
        rows.append(
            TownWind(
                area=town.code,
                cyclone=held,
                wind=round(float(strongest[n]), 1),
                force=wind_class(float(strongest[n])),
                strong_at=found.instant(strong[n]),
                gale_at=found.instant(gale[n]),
                storm_at=found.instant(storm[n]),
                nearest_km=round(float(blown.km[nearest[n], n]), 1),
                nearest_at=at,
                residents=town.residents,
            )
        )
    return rows


@action("typhoons.take_bulletins", needs="typhoons.add_advisory", label=_("Take in bulletins"), icon="file-import")
def take_bulletins(
    deed: Deed,
    *,
    text: Annotated[
        str,
        Input(_("Bulletins"), _("As transmitted, with their WMO headings (WTPQ20 BABJ, WTPQ50 RJTD, ABPW10 PGTW)."), rows=14),
    ],
    near: Annotated[
        datetime | None,
        Input(_("About when"), _("A bulletin names no month: the one nearest to this is meant; now unless given.")),
    ] = None,
) -> Cyclone:
    """Take in the advisories of bulletins as the telecommunication system carries them; returns the storm of the last one.

    Raises Refusal that says which bulletin cannot be read and why; then none is taken.
    """
    held: Cyclone | None = None
    for number, bulletin in enumerate(bulletins.split(text), 1):
        said = bulletins.read(bulletin, near or deed.now)
        if said.valid and (said.kind not in ("forecast", "summary") or not said.fixes):
            continue
        if said.faults:
            words = _("Bulletin %(number)d cannot be read: %(fault)s.")
            raise Refusal(words % {"number": number, "fault": said.faults[0]}, field="text")
        now = said.fixes[0]
        fixes = [fix_of(f.hour, f.longitude, f.latitude, f.wind, f.pressure) for f in said.fixes]
        facts: dict[str, Any] = {"grade": said.grade, "correction": said.correction, "text": bulletin[:20_000]}
        facts["radii"] = {str(knots): sides for knots, sides in now.radii.items()}
        held = _take(deed, _agency(said.centre), (said.number, said.name, ""), now.at, fixes, facts)
    if held is None:
        raise Refusal(_("No bulletin with a storm's position was found in this text."), field="text")
    return held


@action(
    "typhoons.finish",
    needs="typhoons.finish_cyclone",
    label=_("End the storm"),
    record="typhoons.Cyclone",
    icon="wind-off",
    moves=Cyclone.life.finish,
)
def finish(deed: Deed, *, cyclone: int, reason: Reason) -> Cyclone:
    """Say that no agency speaks of a storm any more, or that it is far; its winds are over. A new advisory brings it back."""
    held = deed.lock(Cyclone, cyclone)
    deed.remove_many(TownWind.objects.filter(cyclone=held))
    held.strongest, held.blown_on, held.first_gale_at = 0.0, 0, None
    deed.emit(CycloneReckoned(cyclone=held.pk, area=held.area, number=held.number, strongest=0.0))
    return held
