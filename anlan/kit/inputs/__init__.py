"""What a verb may ask for: typed parameters, read from its signature; pages, API, spreadsheets and jobs read the same declaration.

    @action("supplies.count", needs="supplies.count_stock", label=_("Count"), record="supplies.Depot")
    def count(deed: Deed, *, depot: int, lines: Lines[CountLine], to: Ref[Depot], photo: Upload | None = None, why: Reason = "") -> Count:

A scalar says its own label, help and example: `Annotated[float, Input(_("Hours"), example=4)]`. `Ref[Depot]` is the row;
callers give the row, its id or its natural code. `Lines[CountLine]` is a list of frozen dataclasses whose fields are such inputs again.
"""

from anlan.kit.inputs.kinds import Geometry, Input, Lines, Parameter, Reason, Ref, Upload, natural_code, parameters_of
from anlan.kit.inputs.reading import found, geometry, offered, read, written

__all__ = [
    "Geometry",
    "Input",
    "Lines",
    "Parameter",
    "Reason",
    "Ref",
    "Upload",
    "found",
    "geometry",
    "natural_code",
    "offered",
    "parameters_of",
    "read",
    "written",
]
