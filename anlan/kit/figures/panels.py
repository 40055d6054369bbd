"""Figures and charts as panels of a record's page; any other page includes the same templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.html import json_script
from django.utils.safestring import SafeString, mark_safe

from anlan.lib import charts
from anlan.lib.charts import Chart, Figure


def drawn(chart: Chart, width: int = 640, height: int = 240) -> SafeString:
    """Return a chart as an SVG element; the same chart is the same text."""
    return mark_safe(charts.drawn(chart, width, height))  # noqa: S308  every text in it is escaped there


def shown(chart: Chart) -> dict[str, Any]:
    """Return what figures/chart.html shows: `{% include "figures/chart.html" with panel=… %}` on any page."""
    return {"chart": chart, "svg": drawn(chart), "json": json_script(chart.data)}


@dataclass(frozen=True)
class FiguresPanel:
    """A panel of figures; `make` returns them for a row."""

    make: Callable[[Any], Iterable[Figure]]
    title: Any = ""
    template: str = "figures/figures.html"
    tab: str = "overview"

    def context(self, row: Any) -> dict[str, Any]:
        """Return the row's figures."""
        return {"figures": list(self.make(row)), "wide": True}


@dataclass(frozen=True)
class ChartPanel:
    """A panel with a chart and its table; `make` returns it for a row."""

    make: Callable[[Any], Chart]
    title: Any = ""
    template: str = "figures/chart.html"
    tab: str = "overview"

    def context(self, row: Any) -> dict[str, Any]:
        """Return the row's chart."""
        return shown(self.make(row)) | {"wide": True}
