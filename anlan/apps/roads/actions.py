"""Actions of roads: close, change, reopen; load a pack's roads."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Annotated

from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext_lazy as _

from anlan.apps.places import api as places
from anlan.apps.roads import events, queries
from anlan.apps.roads.choices import Cause
from anlan.apps.roads.models import Closure, RoadPiece
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Geometry, Input, Reason, Ref
from anlan.kit.reference import take_in
from anlan.kit.refusals import Refusal

#: The widest that a closure may reach around what is drawn, in metres.
WIDEST = 5000
of_closure = partial(action, needs="roads.change_closure", record="roads.Closure")
Reach = Annotated[
    int,
    Input(
        _("Closed within (m)"),
        _("Every known piece of road (at most 2 km each) that comes so near is closed as a whole."),
        example=50,
    ),
]
Until = Annotated[
    datetime | None, Input(_("Expected to reopen"), _("It stays closed until somebody reopens it; then you are reminded."))
]
Drawn = Annotated[
    Geometry, Input(_("Place closed"), geometry_types=("Point", "LineString", "MultiLineString", "Polygon", "MultiPolygon"))
]


@action("roads.load", needs="roads.load_pack", label=_("Load roads"))
def load(deed: Deed, *, pieces: list[RoadPiece]) -> int:
    """Add what is new of a pack's pieces of road and take over what changed; returns how many are new."""
    return len(take_in(deed, RoadPiece, pieces, ("code",), "road_class_id", "derived", "course"))


@action(
    "roads.close_road",
    needs="roads.add_closure",
    label=_("Close a road"),
    icon="barrier-block",
    story=_("From now on no route goes over it, and every open order whose route does gets another. Draw it as small as it is."),
)
def close_road(
    deed: Deed,
    *,
    shape: Drawn,
    place: Annotated[str, Input(_("Where the road is closed"), example="省道 S253 高道路段")],
    cause: Annotated[Cause, Input(_("Closed because"))],
    informant: Annotated[str, Input(_("Who says so"), example="清新区交通运输局")],
    reach_m: Reach = 50,
    until: Until = None,
    remark: Annotated[str, Input(_("Remark"), rows=2)] = "",
) -> Closure:
    """Close the known roads at a place; refused where none comes so near."""
    area = _area_of(shape)
    pieces = _pieces(shape, reach_m)
    _check_until(deed, until)
    given = {"place": place, "cause": cause, "informant": informant, "remark": remark, "until": until}
    made = deed.create(Closure, area=area, shape=shape, reach_m=reach_m, pieces=pieces, since=deed.now, **given)
    deed.emit(events.RoadClosed(closure=made.pk, area=area))
    return made


@of_closure("roads.change", label=_("Change the closure"), moves=Closure.life.change, icon="pencil")
def change(
    deed: Deed,
    *,
    closure: Ref[Closure],
    reach_m: Annotated[int | None, Input(_("Closed within (m)"), _("Empty: as before."))] = None,
    until: Annotated[datetime | None, Input(_("Expected to reopen"), _("Empty: as before."))] = None,
    informant: Annotated[str, Input(_("Who says so"), _("Empty: as before."))] = "",
    reason: Reason = "",
) -> None:
    """Say how far it reaches now, and until when it is expected to last."""
    _check_until(deed, until)
    closure.until, closure.informant = until or closure.until, informant or closure.informant
    if reach_m is not None and reach_m != closure.reach_m:
        closure.pieces, closure.reach_m = _pieces(closure.shape, reach_m), reach_m
        deed.emit(events.ClosureChanged(closure=closure.pk, area=closure.area))


@of_closure("roads.lift", label=_("Reopen the road"), moves=Closure.life.lift, icon="road")
def lift(deed: Deed, *, closure: Ref[Closure], reason: Reason = "") -> None:
    """Reopen the road; orders keep their route until somebody asks for a new one."""
    deed.emit(events.RoadReopened(closure=closure.pk, area=closure.area))


def _area_of(shape: GEOSGeometry) -> str:
    middle = shape.point_on_surface
    around = [code for code in places.divisions_at(middle.x, middle.y) if len(code) >= 6]
    if not around:
        raise Refusal(_("This point lies outside the city."), field="shape")
    return around[0][:6]


def _pieces(shape: GEOSGeometry, reach_m: int) -> list[str]:
    if not 1 <= reach_m <= WIDEST:
        raise Refusal(_("Give a number from %(least)s to %(most)s.") % {"least": "1", "most": f"{WIDEST}"}, field="reach_m")
    found = queries.pieces_at(shape, reach_m)
    if not found:
        raise Refusal(
            _("No known road comes so near: the program knows trunk roads only. Draw it on the road, or reach further."),
            field="shape",
        )
    return found


def _check_until(deed: Deed, until: datetime | None) -> None:
    if until is not None and not deed.now < until < deed.now + timedelta(days=366):
        raise Refusal(_("Give a time to come, within a year."), field="until")
