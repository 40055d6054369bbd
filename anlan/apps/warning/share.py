"""The share picture of a public warning: what the page says, in one language, as a picture that people pass on."""

from __future__ import annotations

from functools import lru_cache

import shapely
from django.utils.translation import gettext as _

from anlan.apps.places import api as places
from anlan.apps.warning import queries, wording
from anlan.apps.warning.choices import MessageType, State
from anlan.apps.warning.models import IssuingBody, Warning
from anlan.kit.languages import listed, localised
from anlan.lib.share_picture import OVER, Ring, Shown, drawn

#: The bar's colour and the words' in it, as on the public page.
BARS = {
    "red": ("#b3121f", "#ffffff"),
    "orange": ("#b84300", "#ffffff"),
    "yellow": ("#ffd84a", "#3d2f00"),
    "blue": ("#1459c2", "#ffffff"),
}
#: Detail of the outlines, in degrees.
COARSE = 0.01
PLACES = 6


def picture_of(warning: Warning, address: str) -> bytes:
    """Draw a public warning in the reader's language; the code in it leads to `address`."""
    return _kept(_shown(warning, address))


@lru_cache(32)
def _kept(shown: Shown) -> bytes:
    return drawn(shown)


def _shown(warning: Warning, address: str) -> Shown:
    standing = warning.state == State.PUBLISHED and warning.message_type != MessageType.CANCEL
    bar, ink = BARS[warning.colour] if standing else (OVER, "#ffffff")
    areas = list(warning.areas.all())
    names = [queries.place_of(area) for area in areas]
    more = len(names) - PLACES
    where = listed(names[:PLACES]) + (_(" and %(n)d more places") % {"n": more} if more > 0 else "")
    body = queries.body_for(warning.issuer)
    lines = [_("For: %(places)s") % {"places": where}]
    if warning.published_at:
        lines.append(_("Issued: %(at)s") % {"at": wording.at(warning.published_at)})
    if standing:
        lines.append(_("Valid until: %(at)s") % {"at": wording.at(warning.expires_at)})
    elif warning.ended_at:
        lines.append(_("Ended: %(at)s") % {"at": wording.at(warning.ended_at)})
    return Shown(
        headline=str(warning),
        second=warning.instruction if standing else "",
        level=f"{warning.get_level_display()} · {warning.get_message_type_display()}",
        state=warning.get_state_display(),
        lines=tuple(lines),
        issuer=str(localised(body.name_zh, body.name_en)) if body else "",
        address=address,
        bar=bar,
        bar_ink=ink,
        parts=_parts(),
        ground=tuple(ring for area in areas for ring in _rings(area.outline)),
        stamp=_("EXERCISE") if warning.status == "Exercise" else "",
    )


def _parts() -> tuple[Ring, ...]:
    """Return the outlines of the city's counties."""
    body = IssuingBody.objects.order_by("division").first()
    shapes = [places.geometry_of(county.code) for county in places.below(body.division, "county")] if body else []
    return tuple(ring for shape in shapes if shape for ring in _rings(shape))


def _rings(outline: object) -> list[Ring]:
    shape = shapely.simplify(shapely.from_wkb(bytes(outline.wkb)), COARSE)  # type: ignore[attr-defined]
    rings = [part.exterior.coords for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return [tuple((round(x, 4), round(y, 4)) for x, y, *_rest in ring) for ring in rings]
