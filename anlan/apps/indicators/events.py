"""Facts that indicators announce."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from anlan.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class FigureSigned(Event):
    """A reported figure is in force."""

    name = "indicators.figure_signed"
    label = _("Figure signed")
    figure: int
    subject: str
    year: int


@dataclass(frozen=True, kw_only=True)
class FigureRevoked(FigureSigned):
    """A figure that was in force was taken back."""

    name = "indicators.figure_revoked"
    label = _("Figure revoked")


@dataclass(frozen=True, kw_only=True)
class ReportSigned(Event):
    """The report of a year was signed."""

    name = "indicators.report_signed"
    label = _("Report of a year signed")
    report: int
    year: int
