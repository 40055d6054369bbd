"""The kinds of inputs, and how a signature or a dataclass is read as parameters."""

from __future__ import annotations

import dataclasses
import inspect
import types
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from django.contrib.gis.geos import GEOSGeometry
from django.core.files.base import File
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    SentFile = File[bytes]
else:
    SentFile = File

T = TypeVar("T")
REQUIRED = inspect.Parameter.empty


@dataclass(frozen=True, eq=False)  # typing keeps equal annotations once: two labels that read alike in Chinese would become one
class Input:
    """What is said of an input beside its type: `Annotated[float, Input(_("Hours"), example=4)]`."""

    label: Any = ""
    help: Any = ""
    #: What a reader of the API document may copy.
    example: Any = None
    #: Lines of text to write on; 1 is a single line.
    rows: int = 1
    #: Which of the viewer's rows a `Ref` may be: rows → rows.
    among: Callable[[Any], Any] | None = None
    #: A permission that the actor must hold over a row for a picker to offer it; what is named all the same, the verb itself judges.
    needs: str = ""
    #: What may be chosen of a scalar, for the record that the verb is about (None where it begins one): (value, label) pairs.
    choices: Callable[[Any], Iterable[tuple[Any, Any]]] | None = None
    #: What a `Geometry` may be: "Point", "LineString", "Polygon", "MultiPolygon" …; any if none is named.
    geometry_types: tuple[str, ...] = ()
    #: What an `Upload` may be, as a browser's file picker reads it: "image/*,.pdf".
    accept: str = ""
    #: Given by the page that leads to the verb, and not typed.
    hidden: bool = False


class _Mark:
    """Names a kind that its bare type does not tell."""

    def __init__(self, kind: str) -> None:
        self.kind = kind


#: A record: the function gets the row, resolved within the scope and the actor's permission to view it.
Ref = Annotated[T, _Mark("ref")]
#: Several rows of inputs, each a frozen dataclass.
Lines = Annotated[list[T], _Mark("lines")]
#: A file that comes with the request.
Upload = Annotated[SentFile, _Mark("upload")]
#: A geometry in WGS 84: a program sends GeoJSON, a page takes a pair of degrees, GeoJSON or KML.
Geometry = Annotated[GEOSGeometry, _Mark("geometry")]
#: Why somebody does what the journal will keep.
Reason = Annotated[str, Input(_("Reason"), example="核实为传感器故障 Confirmed as a sensor fault", rows=3)]


@dataclass(frozen=True)
class Parameter:
    """One input of a verb or of a line."""

    name: str
    #: The bare type: str, float, a choice class, a model (`ref`), a dataclass (`lines`), File, GEOSGeometry, list (of texts).
    type: Any
    #: "", "ref", "lines", "upload" or "geometry".
    kind: str = ""
    default: Any = REQUIRED
    input: Input = Input()

    @property
    def required(self) -> bool:
        """Return whether a caller must give it."""
        return self.default is REQUIRED

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Return the inputs of one line."""
        return parameters_of(self.type) if self.kind == "lines" else ()

    def called(self, column: Any = None) -> Any:
        """Return its label: as declared, else that of the column of its name, of the kind of record, or its name in words."""
        if self.input.label:
            return self.input.label
        if column is not None:
            return column.verbose_name
        return self.type._meta.verbose_name if self.kind == "ref" else self.name.replace("_", " ").capitalize()


def _bare(hint: Any) -> tuple[Any, list[Any]]:
    """Return a hint without `| None` and `Annotated`, and what was annotated, outermost last."""
    marks: list[Any] = []
    while True:
        if get_origin(hint) is Annotated:
            hint, *found = get_args(hint)
            marks = [*found, *marks]
        elif get_origin(hint) in (Union, types.UnionType):
            hint = next(one for one in get_args(hint) if one is not type(None))
        else:
            return hint, marks


def _parameter(name: str, hint: Any, default: Any) -> Parameter:
    bare, marks = _bare(hint)
    kind = next((mark.kind for mark in marks if isinstance(mark, _Mark)), "")
    said = next((mark for mark in reversed(marks) if isinstance(mark, Input)), Input())
    return Parameter(name, get_args(bare)[0] if kind == "lines" else bare, kind, default, said)


@cache
def parameters_of(owner: Any) -> tuple[Parameter, ...]:
    """Return the keyword-only parameters of a function, or the fields of a frozen dataclass, as inputs."""
    hints = get_type_hints(owner, include_extras=True)
    if dataclasses.is_dataclass(owner):
        return tuple(_parameter(f.name, hints[f.name], _default(f)) for f in dataclasses.fields(owner))
    keywords = [p for p in inspect.signature(owner).parameters.values() if p.kind is inspect.Parameter.KEYWORD_ONLY]
    return tuple(_parameter(p.name, hints[p.name], p.default) for p in keywords)


def _default(declared: dataclasses.Field[Any]) -> Any:
    return REQUIRED if declared.default is dataclasses.MISSING else declared.default


def natural_code(model: type[models.Model]) -> str:
    """Return the field by which people name a row: `natural_code` of the model, else a unique `code` or `number`; "" if none."""
    declared = getattr(model, "natural_code", None)
    if declared is not None:
        return str(declared)
    return next((f.name for f in model._meta.concrete_fields if f.name in ("code", "number") and f.unique), "")
