"""Figures and charts: declared once, shown as numbers, as a picture in the browser, as a table with ways to the rows, as SVG on paper."""

from anlan.kit.figures.panels import ChartPanel, FiguresPanel, drawn, shown
from anlan.lib.charts import Chart, Figure, Point, Series

__all__ = ["Chart", "ChartPanel", "Figure", "FiguresPanel", "Point", "Series", "drawn", "shown"]
