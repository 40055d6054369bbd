"""Places on records: a point, line or area typed or pasted into any form, and measured where it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.gis.geos import GEOSGeometry, Point
from django.core.files import File
from django.db import models
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from shapely import from_wkb

from anlan.kit import bounded
from anlan.kit.desk.columns import Column, value_at
from anlan.kit.desk.text import NOT_THERE
from anlan.kit.inputs.places import fitted, read_shape
from anlan.kit.refusals import Refusal
from anlan.lib import places

#: What a column may say of its field; the rest is meant for Django's own geometry field.
OPTIONS = ("required", "label", "initial", "help_text", "error_messages", "validators", "disabled")
MOST_BYTES = 10 * 1024 * 1024
#: A geometry column's kind, as GeoJSON calls it.
KINDS = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")
POINT_HELP = _("Longitude, latitude, such as 113.05, 23.70; GeoJSON or KML may be pasted.")
HELP = _("Paste GeoJSON or KML (WGS 84).")


def kinds_of(column: Any) -> tuple[str, ...]:
    """Return the kinds of geometry that a column holds; none for any."""
    return tuple(kind for kind in KINDS if kind.upper() == column.geom_type.upper())


class ShapeInput(forms.TextInput):
    """A place as text, drawn on a map, put together of divisions, or read from a file; the text says what is sent."""

    template_name = "ui/shape.html"
    needs_multipart_form = True
    kinds: tuple[str, ...] = ()

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Return what the template needs: which kinds may be drawn."""
        kinds = " ".join(dict.fromkeys(kind.removeprefix("Multi") for kind in self.kinds or KINDS[:3]))
        many = any(kind.startswith("Multi") for kind in self.kinds)
        return {**super().get_context(name, value, attrs), "kinds": kinds, "many": many, "line": self.kinds == ("Point",)}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return the file where one was chosen, else the text."""
        return files.get(f"{name}-file") or super().value_from_datadict(data, files, name)


class ShapeField(forms.CharField):
    """The form field of a place, a record's column or a verb's input; cleaned to a geometry of one of the kinds, any if none is named."""

    def __init__(self, kinds: Sequence[str] = (), **options: Any) -> None:
        self.kinds = tuple(kinds)
        pair = self.kinds == ("Point",)
        widget = ShapeInput(attrs={"spellcheck": "false"} if pair else {"rows": 3, "spellcheck": "false"})
        widget.kinds = self.kinds
        own = {name: value for name, value in options.items() if name in OPTIONS}
        super().__init__(**{**own, "help_text": own.get("help_text") or (POINT_HELP if pair else HELP)}, widget=widget)

    def prepare_value(self, value: Any) -> Any:
        """Show a point as longitude and latitude, anything else as GeoJSON."""
        if isinstance(value, Point):
            return f"{value.x:.6f}, {value.y:.6f}"
        return "" if isinstance(value, File) else value.json if isinstance(value, GEOSGeometry) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, GEOSGeometry):
            return value
        if value in self.empty_values or (isinstance(value, str) and not value.strip()):
            return None
        try:
            read = GEOSGeometry(bounded.place(read_bytes(value)), srid=4326) if isinstance(value, File) else read_shape(value)
            return fitted(read, self.kinds)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether the text differs from what was shown."""
        return bool(self.prepare_value(initial) != data)


def read_bytes(file: Any) -> bytes:
    """Return a file's content; Refusal for one that is too large."""
    if file.size > MOST_BYTES:
        raise Refusal(_("The file is larger than %(limit)d MB.") % {"limit": MOST_BYTES // 1024 // 1024})
    return bytes(file.read())


def measured(shape: GEOSGeometry) -> str:
    """Return how large an area is (hectares or square kilometres) or how long a line; "" for a point."""
    return places.measured(from_wkb(bytes(shape.wkb)))


@dataclass(frozen=True)
class Shape(Column):
    """Show a place: a point's longitude and latitude with the way to what lies near, an area or a line by its size."""

    def show(self, row: models.Model) -> Any:
        shape = value_at(row, self.name)
        if shape is None:
            return NOT_THERE
        if isinstance(shape, Point):
            text = f"{shape.x:.5f}, {shape.y:.5f}"
            return format_html(
                '<a class="number" href="/near/?lon={}&lat={}&km=3">{}</a>', f"{shape.x:.6f}", f"{shape.y:.6f}", text
            )
        return measured(shape)
