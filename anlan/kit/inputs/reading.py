"""Reading inputs: a record by id or code within the reader's sight, lines as dataclasses, and what is parked read back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from anlan.kit import journal
from anlan.kit.inputs.kinds import Parameter, natural_code
from anlan.kit.inputs.places import fitted, read_shape
from anlan.kit.records import readable
from anlan.kit.refusals import NotFound, Refusal

#: The most digits of a key.
KEY_DIGITS = 18


def offered(parameter: Parameter) -> Any:
    """Return the rows that the actor may choose among for a `Ref`: those that he may view, narrowed as declared."""
    rows = readable(parameter.type)
    return parameter.input.among(rows) if parameter.input.among else rows


def found(parameter: Parameter, value: Any) -> Any:
    """Return the row that `value` names for a `Ref`: a row, a whole number for its id, a text for its code; NotFound otherwise.

    Where a kind of record has no code, or none that is a number, a text of digits is its id: a form sends everything as text.
    """
    if isinstance(value, models.Model):
        return value
    code, rows, digits = natural_code(parameter.type), offered(parameter), str(value).strip().isdecimal()
    if isinstance(value, str) and code and (not digits or rows.filter(**{f"{code}__regex": r"^\d+$"}).exists()):
        wanted: dict[str, Any] = {code: value.strip()}
    elif not isinstance(value, bool) and digits and len(str(value).strip()) <= KEY_DIGITS:
        wanted = {"pk": int(value)}
    else:
        raise NotFound()
    row = rows.filter(**wanted).first()
    if row is None:
        raise NotFound(_("There is no such %(kind)s in your jurisdiction.") % {"kind": parameter.type._meta.verbose_name})
    return row


def geometry(parameter: Parameter, value: Any) -> GEOSGeometry:
    """Return a geometry of the input's kinds, given as itself, GeoJSON, KML or a pair of degrees; Refusal in words."""
    if isinstance(value, GEOSGeometry):
        return value
    try:
        return fitted(read_shape(value), parameter.input.geometry_types)
    except Refusal as refusal:
        raise Refusal(str(refusal), field=parameter.name) from None


def read(parameters: Iterable[Parameter], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a caller's keywords as the function takes them; what is typed already stays as it is."""
    known = {parameter.name: parameter for parameter in parameters}
    return {name: _read(known[name], value) if name in known else value for name, value in given.items()}


def _read(parameter: Parameter, value: Any) -> Any:
    if value is None:
        return None
    if parameter.kind == "ref":
        try:
            return found(parameter, value)
        except NotFound as refusal:
            raise Refusal(str(refusal), field=parameter.name) from None
    if parameter.kind == "geometry":
        return geometry(parameter, value)
    if parameter.kind == "lines":
        return [_line(parameter, number, one) for number, one in enumerate(value)]
    if isinstance(value, str) and parameter.type in (datetime, date, Decimal):
        parse: Any = {datetime: parse_datetime, date: parse_date, Decimal: Decimal}[parameter.type]
        return parse(value)
    return value


def _line(parameter: Parameter, number: int, value: Any) -> Any:
    if isinstance(value, parameter.type):
        content = {f.name: getattr(value, f.name) for f in fields(value)}
    else:
        content = dict(value)
    try:
        return parameter.type(**read(parameter.parameters, content))
    except Refusal as refusal:
        raise Refusal(str(refusal), field=f"{parameter.name}.{number}.{refusal.field}") from None


def written(value: Any) -> Any:
    """Return an action's arguments as JSON that `read` takes back: rows as ids, geometries as GeoJSON, lines as objects."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, GEOSGeometry):
        return json.loads(value.geojson)
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: written(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, dict):
        return {str(key): written(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [written(one) for one in value]
    return journal.plain(value)
