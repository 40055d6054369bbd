"""Articles of law, days that a notice decides, rules of terms, and the terms that run by them."""

from __future__ import annotations

from django.db import models
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from anlan.apps.law.choices import OPEN, LimitUnit, TermState
from anlan.kit.languages import localised
from anlan.kit.lives import Life, Move
from anlan.kit.records import Record, Reference
from anlan.lib import legal_terms


class CalendarDay(Reference):
    """A day that is off or worked otherwise than the week says: public holidays and the days made up for them."""

    mirrored = True

    day = models.DateField(_("Day"), unique=True)
    works = models.BooleanField(_("Worked"))
    name = models.CharField(_("Name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["day"]
        verbose_name = _("Holiday or made-up day")

    def __str__(self) -> str:
        return f"{self.day} {localised(self.name, self.name_en)}"


class TermRule(Reference):
    """How long the law gives for one thing, from a day on; the one in force when a term starts is the one it runs by."""

    mirrored = True

    code = models.CharField(_("Code"), max_length=40)
    since = models.DateField(_("In force since"))
    name = models.CharField(_("Name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    counts_from = models.CharField(_("Counts from"), max_length=100)
    counts_from_en = models.CharField(_("Counts from, in English"), max_length=150, blank=True)
    amount = models.PositiveSmallIntegerField(_("Limit"), null=True, blank=True)
    unit = models.CharField(_("Counted in"), max_length=13, choices=LimitUnit.choices, default=LimitUnit.MINUTES)
    warn_before = models.PositiveSmallIntegerField(_("Warn before"), default=0)
    lapses = models.BooleanField(_("Ends by itself"), default=False)
    pausable = models.BooleanField(_("May be paused"), default=False)
    restarts = models.BooleanField(_("Begins anew when given to another"), default=False)
    who = models.CharField(_("Who"), max_length=100, blank=True)
    who_en = models.CharField(_("Who, in English"), max_length=150, blank=True)
    basis = models.CharField(_("Basis"), max_length=200)
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["code", "-since"]
        constraints = [
            models.UniqueConstraint(fields=["code", "since"], name="rule_once_per_day"),
            models.CheckConstraint(condition=models.Q(amount=None) | models.Q(amount__gt=0), name="rule_gives_some_time"),
        ]
        verbose_name = _("Rule of a term")

    def __str__(self) -> str:
        return str(localised(self.name, self.name_en))

    @property
    def limit(self) -> str:
        """Return the limit in words, "" where the record sets the end."""
        return f"{self.amount} {self.get_unit_display()}" if self.amount else ""

    @property
    def begins(self) -> str:
        """Return from when it counts in the reader's language."""
        return str(localised(self.counts_from, self.counts_from_en))

    @property
    def duty_of(self) -> str:
        """Return whose duty it is in the reader's language."""
        return str(localised(self.who, self.who_en))

    @property
    def measure(self) -> legal_terms.Rule:
        """Return the rule as the counting wants it."""
        limit = legal_terms.Limit(self.amount, legal_terms.Unit(self.unit)) if self.amount else None
        return legal_terms.Rule(limit, self.warn_before, self.lapses)


class LadderWait(Reference):
    """How long one rung of a ladder gives before somebody higher is told, from a day on; the first counts from what waits or its term."""

    mirrored = True

    code = models.CharField(_("Code"), max_length=40)
    since = models.DateField(_("In force since"))
    rung = models.PositiveSmallIntegerField(_("Rung"))
    minutes = models.PositiveSmallIntegerField(_("Minutes"))
    what = models.CharField(_("What happens"), max_length=100)
    what_en = models.CharField(_("What happens, in English"), max_length=150, blank=True)
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["code", "-since", "rung"]
        constraints = [models.UniqueConstraint(fields=["code", "since", "rung"], name="ladder_wait_once")]
        verbose_name = _("Wait of a ladder")

    def __str__(self) -> str:
        return str(localised(self.what, self.what_en))


class Term(Record):
    """A term that runs on some record: since when, until when, paused, stopped or run out."""

    sector_field = "sector"
    life = Life(
        Move("pause", TermState.RUNNING, TermState.PAUSED),
        Move("resume", TermState.PAUSED, TermState.RUNNING),
        Move("breach", (TermState.RUNNING, TermState.PAUSED), TermState.BREACHED),
        # The facts changed: it has not run out after all.
        Move("revive", TermState.BREACHED, TermState.RUNNING),
        Move("keep", (TermState.RUNNING, TermState.PAUSED), TermState.KEPT),
        Move("finish", OPEN, TermState.LATE),
        Move("lapse", TermState.RUNNING, TermState.LAPSED),
        Move("drop", OPEN, TermState.DROPPED),
        Move("explain", (TermState.BREACHED, TermState.LATE)),
    )

    rule = models.ForeignKey(TermRule, models.PROTECT, verbose_name=_("Term"), related_name="terms")
    record = models.CharField(_("Record type"), max_length=100)
    record_id = models.CharField(_("Record"), max_length=64)
    subject = models.CharField(_("Matter"), max_length=200)
    subject_en = models.CharField(_("Matter in English"), max_length=250, blank=True)
    duty_of = models.CharField(_("Who"), max_length=100, blank=True)
    duty_of_en = models.CharField(_("Who, in English"), max_length=150, blank=True)
    sector = models.CharField(_("Sector"), max_length=60, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=TermState.choices, default=TermState.RUNNING)
    started_at = models.DateTimeField(_("Started"))
    set_end = models.DateTimeField(_("End set by the record"), null=True, blank=True)
    due_at = models.DateTimeField(_("Due"), null=True, blank=True)
    warn_at = models.DateTimeField(_("Warns at"), null=True, blank=True)
    warned_at = models.DateTimeField(_("Warned"), null=True, blank=True)
    provisional = models.BooleanField(_("Holidays not published yet"), default=False)
    stopped_at = models.DateTimeField(_("Stopped"), null=True, blank=True)
    breached_at = models.DateTimeField(_("Ran out"), null=True, blank=True)
    reason = models.TextField(_("Reason"), blank=True)

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "record_id", "rule"],
                condition=models.Q(state__in=["running", "paused", "breached"]),
                name="one_open_term_per_rule",
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="running"), name="term_due"),
            models.Index(fields=["warn_at"], condition=models.Q(state="running", warned_at=None), name="term_near"),
            models.Index(fields=["state", "due_at"], name="term_queue"),
        ]
        verbose_name = _("Deadline")

    def __str__(self) -> str:
        return str(localised(self.subject, self.subject_en))

    @property
    def who(self) -> str:
        """Return whose duty it is in the reader's language."""
        return str(localised(self.duty_of, self.duty_of_en))


class TermPause(Record):
    """A time that does not count in a term; without `until` it lasts."""

    owned_by = ("term",)
    sector_field = "term__sector"

    term = models.ForeignKey(Term, models.PROTECT, related_name="pauses")
    since = models.DateTimeField(_("Since"))
    until = models.DateTimeField(_("Until"), null=True, blank=True)
    reason = models.TextField(_("Reason"))
    by = models.CharField(_("Who"), max_length=150)

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(fields=["term"], condition=models.Q(until=None), name="one_open_pause_per_term"),
        ]
        verbose_name = _("Pause")

    def __str__(self) -> str:
        return self.reason[:60]


class Article(Reference):
    """One article of a law, decree or local regulation, as one version of it has it."""

    mirrored = True

    law = models.CharField(_("Law"), max_length=60)
    rank = models.CharField(_("Rank"), max_length=20)
    version = models.DateField(_("Version of"))
    chapter = models.CharField(_("Chapter"), max_length=60, blank=True)
    order = models.PositiveIntegerField(_("Order"))
    label = models.CharField(_("Article"), max_length=12)
    text = models.TextField(_("Text"))
    source = models.CharField(_("Source"), max_length=100)

    class Meta:
        ordering = ["law", "-version", "order", "id"]
        constraints = [models.UniqueConstraint(fields=["law", "version", "label"], name="article_once_per_version")]
        verbose_name = _("Article of law")

    def __str__(self) -> str:
        return f"《{self.law}》{self.label}"

    @property
    def query(self) -> str:
        """Return the query by which the reader's page shows just this version of it."""
        return urlencode({"words": f"{self.law}（{self.version.year}） {self.label}"})
