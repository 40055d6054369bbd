"""Writers: load the divisions and the map's background of a pack."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.places.models import BaseLayer, CodeChange, Division, MapFeature, OtherCode, PopulationCount
from anlan.kit.actions import Deed, action
from anlan.kit.reference import take_over

#: What a pack says of a division.
OF_THE_PACK = (
    "name",
    "name_en",
    "level",
    "pinyin",
    "initials",
    "population",
    "population_source",
    "point",
    "outline",
    "outline_derived",
)


@action("places.load_divisions", needs="places.load_pack", label=_("Load divisions"))
def load_divisions(deed: Deed, *, divisions: list[Division]) -> int:
    """Add the divisions that are not there yet, parents first, and change those that the pack changed; returns how many are new."""
    known = {d.code: d for d in Division.objects.all()}
    take_over(deed, [(known[d.code], d) for d in divisions if d.code in known], *OF_THE_PACK)
    fresh = [d for d in divisions if d.code not in known]
    for length in (4, 6, 9, 12):
        level = [d for d in fresh if len(d.code) == length]
        for d in level:
            d.parent = known.get(d.code[: {4: 0, 6: 4, 9: 6, 12: 9}[length]])
        for made in deed.create_many(Division, level) if level else []:
            known[made.code] = made
    return len(fresh)


@action("places.load_facts", needs="places.load_pack", label=_("Load other codes and population counts"))
def load_facts(deed: Deed, *, codes: list[tuple[str, OtherCode]], counts: list[tuple[str, PopulationCount]]) -> int:
    """Replace the other authorities' codes and the population counts, each given with its division's code."""
    known = {d.code: d for d in Division.objects.only("code")}
    deed.remove_many(OtherCode.objects.all())
    deed.remove_many(PopulationCount.objects.all())
    for code, other in codes:
        other.division = known[code]
    for code, count in counts:
        count.division = known[code]
    return len(deed.create_many(OtherCode, [c for _code, c in codes])) + len(
        deed.create_many(PopulationCount, [c for _code, c in counts])
    )


@action("places.load_background", needs="places.load_pack", label=_("Load the map's background"))
def load_background(deed: Deed, *, features: list[MapFeature], changes: list[CodeChange], layers: list[BaseLayer]) -> int:
    """Replace the background features, the base layers and the history of codes; returns how many features."""
    deed.remove_many(MapFeature.objects.all())
    deed.remove_many(CodeChange.objects.all())
    deed.remove_many(BaseLayer.objects.all())
    deed.create_many(BaseLayer, layers)
    deed.create_many(CodeChange, changes)
    return len(deed.create_many(MapFeature, features))
