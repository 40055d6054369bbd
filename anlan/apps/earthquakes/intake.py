"""Reports of agencies taken in: what is felt here becomes an earthquake, what its agency deletes is withdrawn."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.gis.geos import Point

from anlan.apps.earthquakes import actions, exposure, queries
from anlan.apps.earthquakes.models import AttenuationSet, Earthquake
from anlan.apps.earthquakes.rules import FELT
from anlan.apps.places import api as places
from anlan.kit.refusals import Refusal
from anlan.lib.quake_reports import QuakeReport


def take_in(reports: Iterable[QuakeReport]) -> list[str]:
    """Take reports in; returns what became of each: taken, not felt, withdrawn or refused. Raises Refusal without an attenuation set."""
    chosen, towns = actions.preferred(), places.residents_of_towns()
    return [_settle(one, chosen, towns) for one in reports]


def _settle(one: QuakeReport, chosen: AttenuationSet, towns: list[places.TownResidents]) -> str:
    known = queries.by_code(one.code)
    try:
        if one.deleted:
            if known is None or not Earthquake.life.withdraw.possible(known):
                return "not felt"
            actions.withdraw(earthquake=known.pk, reason="deleted by the agency 机构已删除")
            return "withdrawn"
        if known is None:
            shaken = exposure.of_towns(towns, chosen.model, chosen.strike, one.magnitude, one.lon, one.lat)
            if max(town.intensity for town in shaken) < FELT:
                return "not felt"
        actions.report(
            at=one.at,
            location=Point(one.lon, one.lat, srid=4326),
            magnitude=one.magnitude,
            depth_km=one.depth_km,
            place=one.place,
            agency=one.agency,
            code=one.code,
            reviewed=one.reviewed,
        )
    except Refusal:
        return "refused"
    return "taken"
