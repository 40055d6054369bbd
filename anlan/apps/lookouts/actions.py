"""Writers: a lookout no longer watches, or watches again; a pack's lookouts and forests."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.lookouts.models import KeyForest, Lookout
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Reason
from anlan.kit.reference import take_in
from anlan.kit.refusals import Refusal


@action(
    "lookouts.take_out",
    needs="lookouts.change_lookout",
    label=_("It does not watch"),
    record="lookouts.Lookout",
    moves=Lookout.life.take_out,
    icon="eye-off",
)
def take_out(deed: Deed, *, lookout: int, reason: Reason) -> Lookout:
    """Say that a lookout does not watch: it counts for no coverage until it does again."""
    if not reason.strip():
        raise Refusal(_("Say why it does not watch."), field="reason")
    return deed.lock(Lookout, lookout)


@action(
    "lookouts.put_back",
    needs="lookouts.change_lookout",
    label=_("It watches again"),
    record="lookouts.Lookout",
    moves=Lookout.life.put_back,
    icon="eye",
)
def put_back(deed: Deed, *, lookout: int) -> Lookout:
    """Say that a lookout watches again."""
    return deed.lock(Lookout, lookout)


@action("lookouts.load", needs="lookouts.load_pack", label=_("Load lookouts"))
def load(deed: Deed, *, lookouts: list[Lookout], forests: list[KeyForest]) -> int:
    """Take over a pack's lookouts and key forests, new and changed ones."""
    names = ("name", "name_en", "area", "source")
    take_in(deed, Lookout, lookouts, ("code",), "kind", "location", "height_m", "reach_km", "bearing_from", "bearing_to", *names)
    take_in(deed, KeyForest, forests, ("code",), "outline", *names)
    return len(lookouts) + len(forests)
