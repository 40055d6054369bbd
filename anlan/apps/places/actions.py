"""Writers: load the divisions and the map's background of a pack."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.places.models import CodeChange, Division, MapFeature
from anlan.kit.actions import Deed, action


@action("places.load_divisions", needs="places.load_pack", label=_("Load divisions"))
def load_divisions(deed: Deed, *, divisions: list[Division]) -> int:
    """Add the divisions that are not there yet, parents first; returns how many."""
    known = {d.code: d for d in Division.objects.all()}
    fresh = [d for d in divisions if d.code not in known]
    for length in (4, 6, 9, 12):
        level = [d for d in fresh if len(d.code) == length]
        for d in level:
            d.parent = known.get(d.code[: {4: 0, 6: 4, 9: 6, 12: 9}[length]])
        for made in deed.create_many(Division, level) if level else []:
            known[made.code] = made
    return len(fresh)


@action("places.load_background", needs="places.load_pack", label=_("Load the map's background"))
def load_background(deed: Deed, *, features: list[MapFeature], changes: list[CodeChange]) -> int:
    """Replace the background features and the history of codes; returns how many features."""
    for row in MapFeature.objects.all():
        deed.remove(row)
    for change in CodeChange.objects.all():
        deed.remove(change)
    deed.create_many(CodeChange, changes)
    return len(deed.create_many(MapFeature, features))
