"""Figures and charts: declared once, shown as numbers, as a picture in the browser, as a table with ways to the rows, as SVG on paper."""

from anlan.kit.figures.declaration import Chart, Figure, Point, Series
from anlan.kit.figures.panels import ChartPanel, FiguresPanel, shown
from anlan.kit.figures.svg import drawn

__all__ = ["Chart", "ChartPanel", "Figure", "FiguresPanel", "Point", "Series", "drawn", "shown"]
