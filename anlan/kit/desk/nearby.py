"""What lies within so many kilometres of a point, as a filter of each desk that has one."""

from __future__ import annotations

from math import cos, radians
from typing import Any, NamedTuple

from django import forms
from django.contrib.gis.geos import Point, Polygon
from django.contrib.gis.measure import D
from django.utils.translation import gettext_lazy as _

from anlan.kit.refusals import Malformed

#: The farthest that is asked for.
FARTHEST_KM = 200.0
#: Kilometres of one degree along a meridian, at its shortest.
KM_PER_DEGREE = 110.5
EXAMPLE = _("Give longitude, latitude and kilometres, such as 113.05, 23.70, 3.")


class Circle(NamedTuple):
    """A circle on the ground: its middle in degrees (WGS 84), its radius in kilometres."""

    lon: float
    lat: float
    km: float

    @property
    def point(self) -> Point:
        """Return the middle."""
        return Point(self.lon, self.lat, srid=4326)


def circle(lon: Any, lat: Any, km: Any) -> Circle:
    """Read a circle; Malformed in words for what is none."""
    try:
        found = Circle(float(lon), float(lat), float(km))
    except (TypeError, ValueError):
        raise Malformed(EXAMPLE) from None
    if not (-180 <= found.lon <= 180 and -85 <= found.lat <= 85 and 0 < found.km <= FARTHEST_KM):
        raise Malformed(_("Longitude, latitude or distance is out of range (at most %(km)d km).") % {"km": FARTHEST_KM})
    return found


def within(rows: Any, path: str, around: Circle) -> Any:
    """Narrow rows to those whose point at `path` lies in the circle, by distance on the sphere; the box serves the spatial index."""
    high = around.km / KM_PER_DEGREE
    wide = high / cos(radians(around.lat))
    box = Polygon.from_bbox((around.lon - wide, around.lat - high, around.lon + wide, around.lat + high))
    box.srid = 4326
    return rows.filter(**{f"{path}__bboverlaps": box, f"{path}__distance_lte": (around.point, D(km=around.km))})


class NearField(forms.CharField):
    """Longitude, latitude and kilometres in one line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, widget=forms.TextInput(attrs={"placeholder": "113.05, 23.70, 3"}))

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        parts = text.replace("，", ",").split(",")
        if len(parts) != 3:
            raise forms.ValidationError(EXAMPLE)
        try:
            return circle(*parts)
        except Malformed as refusal:
            raise forms.ValidationError(str(refusal)) from None
