"""Rain of towns as a small map: the darker, the more, a doubtful mean with a broken edge."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from anlan.apps.places import api as places
from anlan.kit.names import name_of
from anlan.lib.sketches import shaded

#: Where the shades begin (mm).
SHADES = (0.1, 10, 25, 50, 100)


def rain_map(means: Mapping[str, tuple[float | None, bool]]) -> str:
    """Draw the mean rain of towns, by code with whether it is doubtful, as SVG; "" where no mean is known."""
    outlines = places.index("town")
    areas = [
        (f"{name_of('area', code)} {mean:.1f} mm", outline, mean, doubtful)
        for code, outline in zip(outlines.codes, outlines.polygons, strict=True)
        for mean, doubtful in [means.get(code, (None, False))]
        if mean is not None
    ]
    return SafeString(shaded(_("Mean rain by town"), areas, SHADES)) if areas else ""
