"""Places as people and programs give them (`anlan.lib.places`), as geometries of the wanted kind or refused in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, MultiLineString, MultiPoint, MultiPolygon
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.kit.languages import listed
from anlan.kit.refusals import Refusal
from anlan.lib import places

MULTI: dict[str, Any] = {"MultiPoint": MultiPoint, "MultiLineString": MultiLineString, "MultiPolygon": MultiPolygon}
AN_AREA = gettext_lazy("an area")
CALLED = {"Point": gettext_lazy("a point"), "LineString": gettext_lazy("a line"), "MultiLineString": gettext_lazy("a line")}


def read_shape(given: Any) -> GEOSGeometry:
    """Read "lon, lat", GeoJSON (a geometry, a feature, a collection; text or object), KML or WKT, in WGS 84; Refusal in words."""
    try:
        return GEOSGeometry(memoryview(places.read(given).wkb), srid=4326)
    except places.NotAPlace as error:
        raise Refusal(_(error.text) % error.figures) from None


def fitted(shape: GEOSGeometry, kinds: Sequence[str]) -> GEOSGeometry:
    """Return a geometry as one of the wanted kinds ("Point", "MultiPolygon" …; any if none is named); Refusal in words.

    One part stands for several where several are wanted; an area gives a point on its surface where only a point is.
    """
    found = shape.geom_type
    if not kinds or found in kinds:
        return shape
    if f"Multi{found}" in kinds:
        return MULTI[f"Multi{found}"](shape, srid=4326)  # type: ignore[no-any-return]
    if tuple(kinds) == ("Point",) and shape.dims == 2:
        return shape.point_on_surface
    wanted = listed(dict.fromkeys(str(CALLED.get(kind, AN_AREA)) for kind in kinds))
    raise Refusal(_("This place must be %(kind)s.") % {"kind": wanted})
