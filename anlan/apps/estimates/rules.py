"""Pure decisions: what a model is given, which outlines it draws, and what it does not know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.apps.estimates.choices import Band, Cloud, Kind
from anlan.kit.refusals import Refusal
from anlan.lib import fire_spread, plume
from anlan.lib.fire_spread import STEEPEST, WINDIEST, Fire
from anlan.lib.local_plane import placed
from anlan.lib.plume import CALM, FURTHEST, Leak

#: Minutes after it began, and the level that each time has on a map: the sooner, the graver.
HOURS = {60: 4, 180: 3, 360: 2}
#: HJ 169-2018: the weather that carries a gas furthest (class F, 1.5 m/s).
WORST = ("F", 1.5)
#: Which doubts of the pack each model wants.
DOUBTS = {
    Kind.FIRE: ("fire_rate", "fire_wind", "fire_direction", "fire_slope"),
    Kind.GAS: ("leak_rate", "leak_direction", "leak_classes"),
}

#: Label, unit and digits of what a model was given and what it found on the way, in the order of the page.
GIVEN: dict[str, tuple[Any, str, int]] = {
    "fuel": (_("Fuel"), "", 0),
    "substance": (_("Substance"), "", 0),
    "rate": (_("Leak (kg/min)"), "kg/min", 1),
    "height": (_("Height of the leak"), "m", 1),
    "temperature": (_("Air temperature (°C)"), "", 1),
    "relative_humidity": (_("Relative humidity"), "%", 0),
    "wind": (_("Wind at 10 m"), "m/s", 1),
    "wind_from": (_("Wind from"), "", 0),
    "slope": (_("Steepness (°)"), "", 0),
    "uphill": (_("Uphill towards"), "", 0),
    "cloud": (_("Sky"), "", 0),
    "town": (_("Built-up ground"), "", 0),
    "initial": (_("Rate on the flat, no wind (R0)"), "m/min", 2),
    "head": (_("Rate of the head"), "m/min", 1),
    "bearing": (_("The head runs towards"), "", 0),
    "sun": (_("Height of the sun (°)"), "", 0),
    "stability": (_("Class of stability"), "", 0),
    "worst_km": (_("Furthest in the worst weather of HJ 169 (F, 1.5 m/s)"), "km", 1),
}


@dataclass(frozen=True)
class Doubts:
    """How far off what a model is given may be: code → (low, high), reference data of the pack."""

    of: Mapping[str, tuple[float, float]]

    def checked(self, kind: Kind) -> Doubts:
        """Return itself; Refusal where the pack lacks one that the model wants."""
        if missing := [code for code in DOUBTS[kind] if code not in self.of]:
            raise Refusal(_("The pack tells no error for %(code)s: load estimates/doubts.csv.") % {"code": missing[0]})
        return self


@dataclass(frozen=True)
class Drawn:
    """A shape that a model draws: which step, how sure, its level on a map; degrees, and how far it reaches from where it began."""

    step: float
    band: Band
    level: int
    shape: shapely.Geometry
    reach_km: float
    hectares: float


def fire_outlines(fire: Fire, doubts: Doubts, lon: float, lat: float) -> Iterator[Drawn]:
    """Yield what burns after one, three and six hours; Refusal where the model lets nothing burn."""
    if not fire.initial:
        raise Refusal(
            _("By this model a fire does not spread in so cold and damp an air (R0 is nought)."), field="relative_humidity"
        )
    of = doubts.checked(Kind.FIRE).of
    doubt = fire_spread.Doubt(of["fire_rate"], of["fire_wind"], of["fire_direction"][1], of["fire_slope"][1])
    for minutes, level in HOURS.items():
        yield from _drawn(fire_spread.bands(fire, doubt, minutes), minutes, level, lon, lat)


def gas_outlines(
    leak: Leak, doubts: Doubts, wind_from: float, limits: Mapping[float, int], lon: float, lat: float
) -> Iterator[Drawn]:
    """Yield where concentrations (mg/m³ → level) are exceeded."""
    of = doubts.checked(Kind.GAS).of
    doubt = plume.Doubt(of["leak_rate"], of["leak_direction"][1], int(of["leak_classes"][1]))
    for limit, level in limits.items():
        yield from _drawn(plume.bands(leak, doubt, wind_from, limit), limit, level, lon, lat)


def _drawn(bands: dict[str, shapely.Geometry], step: float, level: int, lon: float, lat: float) -> Iterator[Drawn]:
    for name, shape in bands.items():
        if shape.area >= 1:
            far = float(shapely.distance(shapely.Point(0, 0), shapely.points(shapely.get_coordinates(shape))).max())
            yield Drawn(step, Band(name), level, placed(shape, lon, lat), far / 1000, shape.area / 1e4)


def stability_at(wind: float, at: datetime, lon: float, lat: float, cloud: Cloud) -> tuple[float, str]:
    """Return the sun's height and the class of stability."""
    sun = plume.sun_height(at, lon, lat)
    return sun, plume.stability(wind, sun, cloud)


def limits_of_fire(given: Mapping[str, Any]) -> list[Any]:
    """Return what a reader of a fire's estimate must know."""
    found = [
        _(
            "A surface fire in one fuel, with one wind and one slope for the whole time. No spotting, no crown fire, no turning of the wind."
        ),
        _("Roads, rivers, fire-breaks and fire-fighting are not reckoned with: they stop it, the model does not."),
    ]
    if given.get("slope_from_terrain"):
        found.append(
            _(
                "The slope is that of the terrain of some 1.1 km, which flattens hillsides: give the slope that you see, if steeper."
            )
        )
    if given["wind"] > WINDIEST or given["slope"] > STEEPEST:
        found.append(_("The wind lies beyond the model's table (12 m/s): the rate is carried on and less sure."))
    return found


def limits_of_gas(given: Mapping[str, Any], *, heavy: bool, furthest: float) -> list[Any]:
    """Return what a reader of a gas's estimate must know."""
    found = [
        _("A steady leak over flat ground with one wind: no hills, houses, rain, nor gas that gathers in hollows and cellars.")
    ]
    if heavy:
        found.append(
            _(
                "This gas is heavier than air: near the leak it creeps along the ground, also against the wind. This model does not know that."
            )
        )
    if given["wind"] < CALM:
        found.append(_("In a calm the gas may drift anywhere: the outlines are circles, reckoned with 1 m/s."))
    if furthest >= FURTHEST:
        found.append(_("Reaches 10 km or further: the model is not fitted beyond."))
    return found


def step_label(kind: str, step: float, given: Mapping[str, Any]) -> str:
    """Return what a step is called: the hours of a fire, the concentration of a gas and what it does."""
    if kind == Kind.FIRE:
        return gettext("after %(n)d h") % {"n": step / 60}
    words = gettext("%(n)s mg/m³ and more: may kill") if step == given.get("lethal") else gettext("%(n)s mg/m³ and more: harms")
    return words % {"n": f"{step:g}"}
