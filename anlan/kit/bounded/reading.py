"""The asking side: hands a file to one of a few child processes, waits a bounded time, and says in words what was wrong."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from anlan.kit.refusals import Refusal
from anlan.lib import readers
from anlan.lib.readers import Limits

#: What a grid may cost: GDAL wants memory and time of its own.
RASTER = Limits(seconds=10, megabytes=2048)
TIMES: dict[str, Any] = {kind.__name__: kind.fromisoformat for kind in (datetime, date, time)}


WORDS: dict[str, Any] = {
    "old_excel": _("This is a file of an old Excel (.xls). Save it as .xlsx or CSV."),
    "unpacked": _("The file unpacks to more than is accepted."),
    "rows": _("The file has more than %(limit)d rows; split it."),
    "columns": _("The file has more than %(limit)d columns."),
    "line": _("A line of the file is longer than %(limit)d kB; a quotation mark may not be closed."),
    "cells": _("The file has more cells than are accepted: delete empty rows and columns, or split it."),
    "damaged": _("This file cannot be read: it is damaged, or of another kind than is wanted here. Save it anew."),
    "toml": _("This file cannot be read: %(error)s"),
    "depth": _("The file is nested too deeply."),
    "keys": _("The file has more than %(limit)d entries."),
    "memory": _("The file needs more memory or time to read than is accepted. Split it, or save it anew."),
    "grid_kind": _("This is no grid: a GeoTIFF, NetCDF or GRIB file is wanted."),
    "grid_several": _("The file has several layers or quantities; give one."),
    "grid_place": _("The file does not say where it lies: neither a system of coordinates nor degrees."),
    "grid_elsewhere": _("The grid does not lie over this city."),
    "grid_cells": _("The grid has more cells over the city than are accepted; make them larger."),
    "busy": _("Other files are being read just now. Nothing was saved. Try again in a moment."),
}


def sheet_lines(content: bytes, limits: Limits) -> list[tuple[int, list[str]]]:
    """Read a spreadsheet (CSV, Excel) into its lines, as text, with their numbers; raises Refusal."""
    return [(line, cells) for line, cells in _ask("sheet", content, limits)]


def toml(content: bytes, limits: Limits = Limits(megabytes=64)) -> dict[str, Any]:  # noqa: B008  frozen
    """Read a TOML document; raises Refusal."""
    found: dict[str, Any] = _with_times(_ask("toml", content, limits))
    return found


def check_scenario(folder: Path, limits: Limits = Limits(seconds=20, megabytes=1024)) -> list[dict[str, Any]]:  # noqa: B008  frozen
    """Read a scenario's folder; returns its problems (file, text, line, words), raises Refusal when it cannot be read at all."""
    found: list[dict[str, Any]] = _ask("scenario", str(folder).encode(), limits)
    return found


def place(content: bytes, limits: Limits = Limits(seconds=10, megabytes=1024)) -> str:  # noqa: B008  frozen
    """Read a file with a place in it (GeoJSON, KML, a zipped shapefile); returns hexadecimal WKB, raises Refusal."""
    return str(_ask("place", content, limits))


def raster(content: bytes, bounds: tuple[float, float, float, float], limits: Limits = RASTER) -> dict[str, Any]:
    """Read a grid (GeoTIFF, NetCDF, GRIB) within bounds; returns what `Raster.read` takes, raises Refusal."""
    found: dict[str, Any] = _ask("raster", json.dumps(bounds).encode() + b"\n" + content, limits)
    return found


def _ask(kind: str, content: bytes, limits: Limits) -> Any:
    answer = readers.ask(kind, content, limits)
    if answer.get("wrong") == "place":
        raise Refusal(_now(answer["figures"]["text"]) % answer["figures"]["words"], field="file")
    if "wrong" in answer:
        words = WORDS[answer["wrong"]]
        raise Refusal(words % answer["figures"] if "%(" in str(words) else words, field="file")
    return answer["result"]


def _with_times(value: Any) -> Any:
    if isinstance(value, dict):
        if "$time" in value:
            return TIMES[value["$kind"]](value["$time"])
        return {key: _with_times(one) for key, one in value.items()}
    return [_with_times(one) for one in value] if isinstance(value, list) else value
