"""Targets and published figures of the pack; figures reported for a year; the signed report of a year."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.apps.indicators.choices import FigureState, ReportState, Sense
from anlan.apps.indicators.kinds import BASES, INDICATORS
from anlan.apps.indicators.rules import WHOLE_YEAR
from anlan.kit.lives import Life, Move
from anlan.kit.names import name_of, names_of
from anlan.kit.records import Record, Reference


@names_of("figure_subject", "subject", "indicator")
def _subjects() -> dict[str, tuple[Any, Any]]:
    """Return what indicators and base quantities are called: texts that translate themselves."""
    return {one.code: (one.name, one.name) for one in [*INDICATORS, *BASES.values()]}


AMOUNT: dict[str, Any] = {"max_digits": 16, "decimal_places": 4}


def subject_name(code: str) -> str:
    """Return what an indicator or base quantity is called, in the reader's language; the code where nobody declares it."""
    if code in INDICATORS:
        return str(INDICATORS.get(code).name)
    return str(BASES[code].name) if code in BASES else code


class Target(Reference):
    """What the plan asks of an indicator in a year: a value, or a fall by so many percent from a base year."""

    mirrored = True

    indicator = models.CharField(_("Indicator"), max_length=40)
    since = models.PositiveSmallIntegerField(_("First year of the plan"))
    year = models.PositiveSmallIntegerField(_("Year"))
    sense = models.CharField(_("Asks for"), max_length=2, choices=Sense.choices)
    value = models.DecimalField(_("Target"), **AMOUNT, null=True, blank=True)
    fall = models.DecimalField(_("Fall (%)"), max_digits=5, decimal_places=2, null=True, blank=True)
    base_year = models.PositiveSmallIntegerField(_("Base year"), null=True, blank=True)
    comparable_since = models.PositiveSmallIntegerField(_("Comparable since"), null=True, blank=True)
    told = models.CharField(_("As the plan says it"), max_length=60)
    source = models.CharField(_("Source"), max_length=300)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["indicator", "year"]
        constraints = [models.UniqueConstraint(fields=["indicator", "year"], name="one_target_a_year")]
        verbose_name = _("Target of the plan")

    def __str__(self) -> str:
        return f"{subject_name(self.indicator)} {self.year}"


class PublishedFigure(Reference):
    """A figure that an authority has published: of an indicator, or of a quantity by which rates are told."""

    mirrored = True

    subject = models.CharField(_("Figure of"), max_length=40)
    division = models.CharField(_("Division"), max_length=12)
    year = models.PositiveSmallIntegerField(_("Year"))
    months = models.PositiveSmallIntegerField(_("Up to month"), default=WHOLE_YEAR)
    value = models.DecimalField(_("Value"), **AMOUNT)
    note = models.CharField(_("Note"), max_length=300, blank=True)
    source = models.CharField(_("Source"), max_length=300)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["subject", "division", "-year"]
        constraints = [models.UniqueConstraint(fields=["subject", "division", "year", "months"], name="published_once_a_period")]
        verbose_name = _("Published figure")

    def __str__(self) -> str:
        return named(self.subject, self.year, self.months)

    @property
    def shown(self) -> str:
        """Return the value with its unit, without the noughts that a column keeps behind it."""
        return in_unit(self.subject, self.value)


class ReportedFigure(Record):
    """A figure that a statistician enters and a second person signs; a later one supersedes it, none is ever overwritten."""

    shared_down = True
    shared_once = "signed_at"
    life = Life(
        Move("sign", FigureState.ENTERED, FigureState.SIGNED, stamps="signed"),
        Move("withdraw", FigureState.ENTERED, FigureState.WITHDRAWN, stamps="ended"),
        Move("revoke", FigureState.SIGNED, FigureState.WITHDRAWN, stamps="ended"),
        Move("supersede", FigureState.SIGNED, FigureState.SUPERSEDED, stamps="ended"),
    )

    subject = models.CharField(_("Figure of"), max_length=40)
    year = models.PositiveSmallIntegerField(_("Year"), validators=[MinValueValidator(2000), MaxValueValidator(2200)])
    months = models.PositiveSmallIntegerField(
        _("Up to month"), default=WHOLE_YEAR, validators=[MinValueValidator(1), MaxValueValidator(WHOLE_YEAR)]
    )
    value = models.DecimalField(_("Value"), **AMOUNT)
    source = models.CharField(_("Source"), max_length=300)
    note = models.CharField(_("Note"), max_length=300, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=FigureState.choices, default=FigureState.ENTERED)
    entered_at = models.DateTimeField(_("Entered at"))
    entered_by = models.CharField(_("Entered by"), max_length=150)
    signed_at = models.DateTimeField(_("Signed at"), null=True, blank=True)
    signed_by = models.CharField(_("Signed by"), max_length=150, blank=True)
    ended_at = models.DateTimeField(_("No longer in force since"), null=True, blank=True)
    ended_by = models.CharField(_("Ended by"), max_length=150, blank=True)
    supersedes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("Supersedes"), related_name="superseded"
    )

    class Meta:
        ordering = ["-year", "subject", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "area", "year", "months"],
                condition=models.Q(state="signed"),
                name="one_figure_in_force_a_period",
            )
        ]
        verbose_name = _("Reported figure")

    def __str__(self) -> str:
        return named(self.subject, self.year, self.months)

    @property
    def shown(self) -> str:
        """Return the value with its unit, without the noughts that a column keeps behind it."""
        return in_unit(self.subject, self.value)


class YearReport(Record):
    """The indicators of an area and a year as they stood when the report was drawn up, for its paper and its signature."""

    shared_down = True
    shared_once = "signed_at"
    life = Life(Move("sign", ReportState.DRAWN, ReportState.SIGNED, stamps="signed"))

    year = models.PositiveSmallIntegerField(_("Year"))
    rows = models.JSONField(_("Indicators"), default=list)
    state = models.CharField(_("State"), max_length=8, choices=ReportState.choices, default=ReportState.DRAWN)
    drawn_at = models.DateTimeField(_("Drawn up at"))
    drawn_by = models.CharField(_("Drawn up by"), max_length=150)
    signed_at = models.DateTimeField(_("Signed at"), null=True, blank=True)
    signed_by = models.CharField(_("Signed by"), max_length=150, blank=True)

    class Meta:
        ordering = ["-year", "-id"]
        verbose_name = _("Report of a year")

    def __str__(self) -> str:
        return gettext("Indicators of %(area)s, %(year)s") % {"area": name_of("area", self.area), "year": self.year}


def in_unit(subject: str, value: Decimal) -> str:
    """Return a figure in its unit, without noughts at its end."""
    told = f"{value:,f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:,f}"
    one: Any = INDICATORS.get(subject) if subject in INDICATORS else BASES.get(subject)
    return f"{told} {one.unit}" if one else told


def named(subject: str, year: int, months: int) -> str:
    """Return what a figure of a period is called."""
    words = {"subject": subject_name(subject), "year": year, "months": months}
    return (
        gettext("%(subject)s, %(year)s") % words
        if months == WHOLE_YEAR
        else gettext("%(subject)s, %(year)s to month %(months)s") % words
    )
