"""Models of incidents: kinds and rules of the city, rapid reports, incidents, the reports on them."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db import models as gis
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.apps.incidents import rules
from anlan.apps.incidents.choices import (
    BodyLevel,
    Grade,
    IncidentState,
    Measure,
    Mode,
    RapidState,
    ReportKind,
    ReportState,
    Source,
    Stage,
)
from anlan.kit.languages import in_chinese, localised
from anlan.kit.lives import Life, Move
from anlan.kit.names import name_of
from anlan.kit.records import Named, Record, Reference

#: The figures of an incident, in the order in which papers tell them.
FIGURES = ("dead", "missing", "serious", "injured", "trapped", "transferred", "loss")


class Cited(Reference):
    """What a city's table says, from where, and how sure that is."""

    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        abstract = True


class IncidentKind(Named, Cited):
    """A kind of incident by the classes of event codes: 11 natural, 12 accidents, 13 public health, 14 public security."""

    mirrored = True

    code = models.CharField(_("Event code"), max_length=5, unique=True)
    quick = models.BooleanField(_("Offered for rapid reports"), default=False)
    scale = models.CharField(_("Graded by the table"), max_length=20, blank=True)
    casualty_days = models.PositiveSmallIntegerField(_("Casualties count for so many days"), default=0)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Kind of incident")


class GradeBar(Cited):
    """From so much of a figure on an incident of a scale is of this grade at least."""

    mirrored = True

    scale = models.CharField(_("Table"), max_length=20)
    grade = models.PositiveSmallIntegerField(_("Event grade"), choices=Grade.choices)
    measure = models.CharField(_("Figure"), max_length=12, choices=Measure.choices)
    at_least = models.DecimalField(_("At least"), max_digits=12, decimal_places=2)
    basis = models.CharField(_("Basis"), max_length=200)

    class Meta:
        ordering = ["scale", "grade", "measure"]
        constraints = [models.UniqueConstraint(fields=["scale", "grade", "measure"], name="grade_bar_once")]
        verbose_name = _("Bar of a grade")

    def __str__(self) -> str:
        return f"{self.get_grade_display()} · {self.get_measure_display()} ≥ {self.at_least:g}"

    @property
    def bar(self) -> rules.Bar:
        """Return the row as the rules want it."""
        return rules.Bar(self.grade, self.measure, self.at_least)


class ReportingRule(Cited):
    """Which body owes which report to whom; how long it has stands with the legal term of the same code."""

    mirrored = True

    code = models.CharField(_("Code"), max_length=40, unique=True)
    stage = models.CharField(_("Report owed"), max_length=10, choices=Stage.choices)
    mode = models.CharField(_("Way of reporting"), max_length=8, choices=Mode.choices)
    event_class = models.CharField(_("Event codes that begin with"), max_length=5, blank=True)
    least_grade = models.PositiveSmallIntegerField(_("From this grade on"), choices=Grade.choices, null=True, blank=True)
    sensitive = models.BooleanField(_("Also of sensitive incidents"), default=False)
    from_level = models.CharField(_("Body that reports"), max_length=8, choices=BodyLevel.choices)
    to_level = models.CharField(_("Body reported to"), max_length=8, choices=BodyLevel.choices)
    receiver = models.CharField(_("Name of a body outside"), max_length=100, blank=True)
    receiver_en = models.CharField(_("Name of a body outside, in English"), max_length=150, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Reporting rule")

    def __str__(self) -> str:
        ways = f"{self.get_from_level_display()} → {self.get_to_level_display()}"
        return f"{self.get_stage_display()} · {ways} · {self.get_mode_display()}"

    @property
    def duty(self) -> rules.Duty:
        """Return the row as the rules want it."""
        named = (self.code, self.stage, self.mode, self.from_level)
        return rules.Duty(*named, self.event_class, self.least_grade, self.sensitive)


def _count(label: Any) -> Any:
    return models.PositiveIntegerField(label, null=True, blank=True)


class Figured(Record):
    """What is known of the harm; nothing where nobody has said yet."""

    dead = _count(_("Dead"))
    missing = _count(_("Missing"))
    serious = _count(_("Seriously injured"))
    injured = _count(_("Slightly injured"))
    trapped = _count(_("Trapped"))
    transferred = _count(_("People transferred"))
    loss = models.DecimalField(
        _("Direct loss (10,000 yuan)"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )

    class Meta:
        abstract = True

    @property
    def figures(self) -> dict[str, Any]:
        """Return the figures by name."""
        return {name: getattr(self, name) for name in FIGURES}


def called(model: type[models.Model], name: str) -> Any:
    """Return what a column of a record is called."""
    return model._meta.get_field(name).verbose_name  # type: ignore[union-attr]


class Incident(Figured):
    """Something that happened and that the bureau answers for, from when it became known until it is over."""

    life = Life(
        Move("work", IncidentState.OPEN),
        Move("reckon", (IncidentState.OPEN, IncidentState.CLOSED)),
        Move("close", IncidentState.OPEN, IncidentState.CLOSED, stamps="closed"),
        Move("reopen", IncidentState.CLOSED, IncidentState.OPEN),
        Move("merge", IncidentState.OPEN, IncidentState.MERGED, stamps="closed"),
    )

    title = models.CharField(_("Title"), max_length=100)
    kind = models.ForeignKey(IncidentKind, models.PROTECT, verbose_name=_("Kind of incident"), related_name="+")
    state = models.CharField(_("State"), max_length=8, choices=IncidentState.choices, default=IncidentState.OPEN)
    grade = models.PositiveSmallIntegerField(_("Event grade"), choices=Grade.choices, null=True, blank=True)
    sensitive = models.BooleanField(_("Sensitive"), default=False)
    location = gis.PointField(_("Location"), null=True, blank=True)
    place = models.CharField(_("Place in words"), max_length=200, blank=True)
    occurred_at = models.DateTimeField(_("Happened at"))
    known_at = models.DateTimeField(_("Known at"))
    city_known_at = models.DateTimeField(_("Known to the city at"), null=True, blank=True)
    origin = models.CharField(_("Known from"), max_length=12, choices=Source.choices, default=Source.PHONE)
    summary = models.TextField(_("What happened"), max_length=4000, blank=True)
    alarm = models.ForeignKey("alarms.Alarm", models.PROTECT, null=True, blank=True, verbose_name=_("Alarm"), related_name="+")
    into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name=_("Merged into"), related_name="merged")
    opened_by = models.CharField(_("Incident opened by"), max_length=150)
    closed_at = models.DateTimeField(_("Over since"), null=True, blank=True)
    closed_by = models.CharField(_("Declared over by"), max_length=150, blank=True)
    told_term = models.BigIntegerField(_("Term told upwards"), null=True, blank=True)
    told_step = models.PositiveSmallIntegerField(_("Told upwards"), default=0)

    class Meta:
        ordering = ["-known_at", "-id"]
        indexes = [models.Index(fields=["state", "known_at"])]
        verbose_name = _("Incident")

    def __str__(self) -> str:
        return self.title


class RapidReport(Record):
    """Word from the spot by one of the bureau's people: what is seen, where, how many are hurt, and what became of it."""

    sector_field = "sector"
    life = Life(
        Move("take_up", RapidState.NEW, RapidState.TAKEN_UP, stamps="handled"),
        Move("attach", RapidState.NEW, RapidState.ATTACHED, stamps="handled"),
        Move("dismiss", RapidState.NEW, RapidState.DISMISSED, stamps="handled"),
        Move("add", (RapidState.NEW, RapidState.TAKEN_UP, RapidState.ATTACHED)),
    )

    kind = models.ForeignKey(IncidentKind, models.PROTECT, verbose_name=_("Kind of incident"), related_name="+")
    text = models.TextField(_("What is seen"), max_length=2000)
    location = gis.PointField(_("Location"), null=True, blank=True)
    village = models.ForeignKey(
        "places.Division", models.PROTECT, null=True, blank=True, verbose_name=_("Village"), related_name="+"
    )
    hurt = _count(_("Hurt or dead"))
    trapped = _count(_("Trapped"))
    seen_at = models.DateTimeField(_("Seen at"))
    reported_at = models.DateTimeField(_("Arrived at"))
    reported_by = models.CharField(_("Reported by"), max_length=150)
    sector = models.CharField(_("Sector"), max_length=20, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=RapidState.choices, default=RapidState.NEW)
    incident = models.ForeignKey(
        Incident, models.PROTECT, null=True, blank=True, verbose_name=_("Incident"), related_name="rapid_reports"
    )
    handled_at = models.DateTimeField(_("Handled at"), null=True, blank=True)
    handled_by = models.CharField(_("Handled by"), max_length=150, blank=True)
    answer = models.CharField(_("Answer given"), max_length=500, blank=True)

    class Meta:
        ordering = ["-reported_at", "-id"]
        indexes = [models.Index(fields=["state", "reported_at"])]
        verbose_name = _("Rapid report")

    def __str__(self) -> str:
        return f"{self.kind} {localtime(self.reported_at):%m-%d %H:%M}"

    @property
    def grave(self) -> bool:
        """Return whether people are hurt or trapped."""
        return bool(self.hurt or self.trapped)


class RapidAddition(Record):
    """What whoever sent a rapid report saw later."""

    owned_by = ("rapid",)
    sector_field = "rapid__sector"

    rapid = models.ForeignKey(RapidReport, models.PROTECT, verbose_name=_("Rapid report"), related_name="additions")
    text = models.TextField(_("What is seen"), max_length=2000)
    at = models.DateTimeField(_("Arrived at"))
    written_by = models.CharField(_("Written by"), max_length=150)

    class Meta:
        ordering = ["at", "id"]
        verbose_name = _("Addition to a rapid report")

    def __str__(self) -> str:
        return f"{localtime(self.at):%m-%d %H:%M} {self.text[:40]}"


class Report(Figured):
    """A report on an incident from one body to the body above: what is known by then, by which way, and whether it arrived."""

    life = Life(
        Move("send", (ReportState.DRAFT, ReportState.SENT_BACK), ReportState.SENT, stamps="sent"),
        Move("revise", (ReportState.DRAFT, ReportState.SENT_BACK)),
        Move("receive", ReportState.SENT, ReportState.RECEIVED, stamps="received"),
        Move("send_back", ReportState.SENT, ReportState.SENT_BACK),
        Move("discard", ReportState.DRAFT, ReportState.DISCARDED),
    )

    incident = models.ForeignKey(Incident, models.PROTECT, verbose_name=_("Incident"), related_name="reports")
    kind = models.CharField(_("Report kind"), max_length=10, choices=ReportKind.choices)
    seq = models.PositiveSmallIntegerField(_("Number in the series"), default=0)
    mode = models.CharField(_("Way of reporting"), max_length=8, choices=Mode.choices, default=Mode.WRITTEN)
    from_level = models.CharField(_("Level"), max_length=8, choices=BodyLevel.choices)
    sender = models.CharField(_("Reporting body"), max_length=60)
    receiver = models.CharField(_("Receiving body"), max_length=60, blank=True)
    outside = models.CharField(_("To a body outside"), max_length=100, blank=True)
    outside_en = models.CharField(_("To a body outside, in English"), max_length=150, blank=True)
    known_at = models.DateTimeField(_("Known at"))
    occurred_at = models.DateTimeField(_("Happened at"))
    place = models.CharField(_("Place in words"), max_length=200, blank=True)
    nature = models.TextField(_("Course and reach"), max_length=4000)
    trend = models.TextField(_("Trend"), max_length=2000, blank=True)
    leader = models.CharField(_("Leader on the spot"), max_length=100, blank=True)
    measures = models.TextField(_("Measures taken"), max_length=4000, blank=True)
    needs = models.TextField(_("Needed"), max_length=2000, blank=True)
    reporter = models.CharField(_("Person who reports"), max_length=100)
    drop_reason = models.CharField(_("Why a figure falls"), max_length=500, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=ReportState.choices, default=ReportState.DRAFT)
    due_at = models.DateTimeField(_("Due"), null=True, blank=True)
    sent_at = models.DateTimeField(_("Sent at"), null=True, blank=True)
    first_sent_at = models.DateTimeField(_("First sent at"), null=True, blank=True)
    sent_by = models.CharField(_("Sent by"), max_length=150, blank=True)
    late = models.BooleanField(_("Late report"), default=False)
    late_reason = models.CharField(_("Why it is late"), max_length=500, blank=True)
    received_at = models.DateTimeField(_("Receipt at"), null=True, blank=True)
    received_by = models.CharField(_("Receipt by"), max_length=150, blank=True)
    taken_by = models.CharField(_("Taken by"), max_length=100, blank=True)
    returned = models.CharField(_("Sent back because"), max_length=500, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "sent_at"])]
        verbose_name = _("Incident report")

    def __str__(self) -> str:
        return gettext("%(report)s: %(title)s") % {"report": self.named, "title": self.incident.title}

    @property
    def named(self) -> str:
        """Return what the report is called in its series: 初报, 续报一, 终报."""
        if self.kind != ReportKind.FOLLOW_UP or not self.seq:
            return str(self.get_kind_display())
        return gettext("Follow-up report %(n)s") % {"n": rules.in_chinese_numerals(self.seq) if in_chinese() else self.seq}

    @property
    def to(self) -> str:
        """Return whom it goes to in the reader's language."""
        return name_of("unit", self.receiver) if self.receiver else str(localised(self.outside, self.outside_en))

    @property
    def minutes(self) -> int | None:
        """Return how many minutes after the incident became known it was first sent."""
        return round((self.first_sent_at - self.known_at).total_seconds() / 60) if self.first_sent_at else None
