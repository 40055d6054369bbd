"""Writers of earthquakes: take a report in, answer it, withdraw what was none; load the pack's attenuation sets."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from anlan.apps.earthquakes import exposure, queries
from anlan.apps.earthquakes.choices import State
from anlan.apps.earthquakes.events import EarthquakeReported
from anlan.apps.earthquakes.models import AttenuationSet, Earthquake, TownShaking
from anlan.apps.earthquakes.rules import FELT
from anlan.apps.places import api as places
from anlan.kit import reference
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Geometry, Input, Reason
from anlan.kit.refusals import Refusal
from anlan.lib.seismic import epicentral

COEFFICIENTS = tuple(f"{axis}_{name}" for axis in ("long", "short") for name in ("a", "b", "c", "r0"))
#: A report of what is still to come is a slip of the pen, whatever an agency's clock says.
AHEAD = timedelta(minutes=5)


@action("earthquakes.load_attenuation", needs="earthquakes.load_pack", label=_("Load attenuation sets"))
def load_attenuation(deed: Deed, *, sets: list[AttenuationSet]) -> int:
    """Add a pack's attenuation sets and take over what changed; returns how many are new."""
    more = ("name", "name_en", *COEFFICIENTS, "sigma", "strike", "preferred", "source", "confidence")
    return len(reference.take_in(deed, AttenuationSet, sets, ("code",), *more))


def preferred() -> AttenuationSet:
    """Return the attenuation set that the city reckons with; raises Refusal where its pack names none."""
    found: AttenuationSet | None = AttenuationSet.objects.filter(preferred=True).first()
    if found is None:
        raise Refusal(_("No attenuation set is marked as used here. Load a pack with seismic/attenuation.csv."))
    return found


@action("earthquakes.report", needs="earthquakes.add_earthquake", label=_("Report an earthquake"), icon="activity")
def report(
    deed: Deed,
    *,
    at: Annotated[datetime, Input(_("Time of the shock"), example="2026-11-28T03:12:45+08:00")],
    location: Annotated[Geometry, Input(_("Epicentre"), geometry_types=("Point",))],
    magnitude: Annotated[float, Input(_("Magnitude"), example=4.6)],
    depth_km: Annotated[float | None, Input(_("Depth (km)"), example=12)] = None,
    place: Annotated[str, Input(_("Place"), example="清新区太平镇")] = "",
    agency: Annotated[str, Input(_("Agency"), example="广东省地震局")] = "",
    code: Annotated[
        str, Input(_("The agency's number"), _("A later report with the same number corrects the earlier one."))
    ] = "",
    reviewed: Annotated[bool, Input(_("Reviewed by the agency"))] = False,
) -> Earthquake:
    """Take a report of a shock in: how strongly it is felt in every town, and who lives there; the same number again corrects it.

    Raises Refusal for a time to come. Intensities: domain.md 3.6, GB/T 17742-2020.
    """
    if at > deed.now + AHEAD:
        raise Refusal(_("The time of the shock lies ahead. Check the date and the time zone."), field="at")
    facts = {"at": at, "location": location, "magnitude": magnitude, "depth_km": depth_km, "place": place}
    facts |= {"agency": agency or deed.actor, "reviewed": reviewed}
    known = queries.by_code(code) if code else None
    held = deed.lock(Earthquake, known) if known else None
    attenuation = held.attenuation if held else preferred()
    shaken = exposure.of_towns(
        places.residents_of_towns(), attenuation.model, attenuation.strike, magnitude, location.centroid.x, location.centroid.y
    )
    facts |= {
        "epicentral": round(epicentral(attenuation.model, magnitude), 2),
        "strongest": max((town.intensity for town in shaken), default=1.0),
        "shaken": sum(town.residents for town in shaken if town.intensity >= 5),
    }
    row = _correct(deed, held, facts) if held else _begin(deed, code, attenuation, facts)
    _note_towns(deed, row, attenuation, shaken)
    felt = EarthquakeReported(earthquake=row.pk, area=row.area, magnitude=row.magnitude, strongest=row.strongest, level=row.level)
    deed.emit(felt)
    return row


def _begin(deed: Deed, code: str, attenuation: AttenuationSet, facts: dict[str, object]) -> Earthquake:
    city = places.below("", "city")[0].code
    number = code or f"{city}-{deed.now:%Y%m%d%H%M%S%f}"
    return deed.create(Earthquake, area=city, code=number, attenuation=attenuation, **facts)


def _correct(deed: Deed, held: Earthquake, facts: dict[str, object]) -> Earthquake:
    """Take a later report over; one that makes it graver, or brings a withdrawn one back, has to be answered anew."""
    before = held.level
    for name, value in facts.items():
        setattr(held, name, value)
    held.reports += 1
    if held.state == State.WITHDRAWN or (held.state == State.ANSWERED and held.level > before):
        deed.move(held, Earthquake.life.report_again)
    return held


def _note_towns(deed: Deed, row: Earthquake, attenuation: AttenuationSet, shaken: list[exposure.Shaken]) -> None:
    deed.remove_many(TownShaking.objects.filter(earthquake=row))
    felt = [town for town in shaken if town.intensity >= FELT - attenuation.sigma]
    told = ("km", "intensity", "residents", "villages")
    deed.create_many(
        TownShaking,
        [
            TownShaking(area=town.code, earthquake=row, sigma=attenuation.sigma, **{name: getattr(town, name) for name in told})
            for town in felt
        ],
    )


@action(
    "earthquakes.answer",
    needs="earthquakes.answer_earthquake",
    label=_("Answer the report"),
    record="earthquakes.Earthquake",
    icon="check",
    moves=Earthquake.life.answer,
)
def answer(deed: Deed, *, earthquake: int, remark: Annotated[str, Input(_("Remark"), rows=3)] = "") -> Earthquake:
    """Say that the duty has seen the report and what it does about it."""
    deed.note("remark", remark)
    return deed.lock(Earthquake, earthquake)


@action(
    "earthquakes.withdraw",
    needs="earthquakes.answer_earthquake",
    label=_("Withdraw the report"),
    record="earthquakes.Earthquake",
    icon="x",
    danger=True,
    moves=Earthquake.life.withdraw,
)
def withdraw(deed: Deed, *, earthquake: int, reason: Reason) -> Earthquake:
    """Withdraw what was no earthquake, or not there; its towns are shaken by nothing."""
    held = deed.lock(Earthquake, earthquake)
    deed.remove_many(TownShaking.objects.filter(earthquake=held))
    deed.emit(EarthquakeReported(earthquake=held.pk, area=held.area, magnitude=held.magnitude, strongest=1.0, level=0))
    return held
