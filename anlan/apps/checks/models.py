"""Sheets with their versions and items; checks with their answers and findings."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Any

from django.contrib.gis.db import models
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from anlan.apps.checks import rules
from anlan.apps.checks.choices import (
    AnswerKind,
    CheckState,
    Each,
    FindingState,
    Gravity,
    Outcome,
    SheetKind,
    Verdict,
    VersionState,
)
from anlan.kit.languages import in_chinese, localised
from anlan.kit.lives import Life, Move
from anlan.kit.names import name_of
from anlan.kit.records import Record
from anlan.kit.refusals import Refusal

CODE: Any = {"max_length": 40, "validators": [RegexValidator(r"^[a-z][a-z0-9_.]*$", _("Use small letters, digits, points."))]}
POINTS: Any = {
    "max_digits": 5,
    "decimal_places": 2,
    "validators": [MinValueValidator(Decimal(0)), MaxValueValidator(rules.HUNDRED)],
}
BOUND: Any = {"max_digits": 18, "decimal_places": 6, "null": True, "blank": True}


class SheetRecord(Record):
    """Reference data that lower jurisdictions read: the city's sheet is filled in by its villages."""

    mirrored = True
    shared_down = True

    class Meta:
        abstract = True


class Sheet(SheetRecord):
    """A check sheet: what it is for and who uses it. What it asks stands in its versions."""

    code = models.CharField(_("Code"), unique=True, **CODE)
    name = models.CharField(_("Name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    kind = models.CharField(_("Kind"), max_length=10, choices=SheetKind.choices, default=SheetKind.INSPECTION)
    each = models.CharField(_("One check for"), max_length=8, choices=Each.choices, default=Each.ANY)
    purpose = models.CharField(_("What it is for"), max_length=300, blank=True)
    purpose_en = models.CharField(_("Purpose in English"), max_length=400, blank=True)
    used_by = models.CharField(_("Who uses it"), max_length=120, blank=True)
    used_by_en = models.CharField(_("Users in English"), max_length=160, blank=True)
    source = models.CharField(_("Source"), max_length=300, blank=True)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Check sheet")

    def __str__(self) -> str:
        return str(localised(self.name, self.name_en))

    @property
    def aim(self) -> str:
        """Return what it is for in the reader's language."""
        return str(localised(self.purpose, self.purpose_en))

    @property
    def users(self) -> str:
        """Return who uses it in the reader's language."""
        return str(localised(self.used_by, self.used_by_en))


class SheetVersion(SheetRecord):
    """What a sheet asks from a day on, and when it is passed. In force it is never edited: an edited one is a new draft."""

    shared_once = "in_force_at"
    owned_by = ("sheet",)
    life = Life(
        Move("edit", VersionState.DRAFT),
        Move("put_in_force", VersionState.DRAFT, VersionState.IN_FORCE, stamps="in_force"),
        Move("supersede", VersionState.IN_FORCE, VersionState.SUPERSEDED, stamps="superseded"),
        Move("discard", VersionState.DRAFT, VersionState.DISCARDED),
    )

    sheet = models.ForeignKey(Sheet, models.PROTECT, verbose_name=_("Check sheet"), related_name="versions")
    number = models.PositiveSmallIntegerField(_("Version"))
    code = models.CharField(_("Code"), max_length=50, unique=True)
    state = models.CharField(_("State"), max_length=10, choices=VersionState.choices, default=VersionState.DRAFT)
    remark = models.CharField(_("What is new in it"), max_length=300, blank=True)
    pass_score = models.DecimalField(_("Passed from (points of 100)"), default=Decimal(100), **POINTS)
    major_fails = models.BooleanField(_("A major item that fails fails all"), default=True)
    valid_days = models.PositiveSmallIntegerField(_("A check counts for (days, 0 for good)"), default=365)
    minor_days = models.PositiveSmallIntegerField(_("Minor findings: days to put right"), default=0)
    general_days = models.PositiveSmallIntegerField(_("General findings: days to put right"), default=0)
    major_days = models.PositiveSmallIntegerField(_("Major findings: days to put right"), default=0)
    term = models.CharField(_("Rule of the legal term of a finding"), max_length=40, blank=True)
    drafted_by = models.CharField(_("Drafted by"), max_length=150)
    in_force_at = models.DateTimeField(_("In force since"), null=True, blank=True)
    in_force_by = models.CharField(_("Put in force by"), max_length=150, blank=True)
    superseded_at = models.DateTimeField(_("Superseded"), null=True, blank=True)

    class Meta:
        ordering = ["sheet", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "number"], name="version_once_per_sheet"),
            models.UniqueConstraint(fields=["sheet"], condition=models.Q(state="in_force"), name="one_version_in_force"),
            models.UniqueConstraint(fields=["sheet"], condition=models.Q(state="draft"), name="one_draft_per_sheet"),
        ]
        verbose_name = _("Version of a check sheet")

    def __str__(self) -> str:
        return self.code

    @property
    def days(self) -> dict[str, int]:
        """Return how many days a finding of each gravity may take."""
        return {Gravity.MINOR: self.minor_days, Gravity.GENERAL: self.general_days, Gravity.MAJOR: self.major_days}


class Item(SheetRecord):
    """One question of a version."""

    owned_by = ("version",)

    version = models.ForeignKey(SheetVersion, models.CASCADE, verbose_name=_("Version"), related_name="items")
    order = models.PositiveSmallIntegerField(_("Order"))
    code = models.CharField(_("Code"), **CODE)
    question = models.CharField(_("Question"), max_length=300)
    question_en = models.CharField(_("Question in English"), max_length=400, blank=True)
    hint = models.CharField(_("What to look at"), max_length=300, blank=True)
    hint_en = models.CharField(_("What to look at (English)"), max_length=400, blank=True)
    clause = models.CharField(_("Clause"), max_length=200, blank=True)
    kind = models.CharField(_("Kind of answer"), max_length=7, choices=AnswerKind.choices, default=AnswerKind.YES_NO)
    choices = models.TextField(
        _("Choices"), blank=True, help_text=_("One a line: code|中文|English|points of 100"), max_length=4000
    )
    unit = models.CharField(_("Unit"), max_length=20, blank=True)
    unit_en = models.CharField(_("Unit in English"), max_length=30, blank=True)
    least = models.DecimalField(_("In order from"), **BOUND)
    most = models.DecimalField(_("In order to"), **BOUND)
    weight = models.DecimalField(
        _("Weight"), max_digits=6, decimal_places=2, default=Decimal(1), validators=[MinValueValidator(Decimal(0))]
    )
    gravity = models.CharField(_("Gravity"), max_length=7, choices=Gravity.choices, default=Gravity.GENERAL)
    evidence = models.BooleanField(_("A photo is asked for"), default=False)
    optional = models.BooleanField(_("May not apply"), default=False)

    class Meta:
        ordering = ["version", "order", "id"]
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="item_once_per_version")]
        verbose_name = _("Item of a check sheet")

    def __str__(self) -> str:
        return str(localised(self.question, self.question_en))

    def clean(self) -> None:
        """Refuse a change of a version that is no draft, and choices that cannot be read."""
        if self.version_id and self.version.state != VersionState.DRAFT:
            raise ValidationError({"version": _("A version in force is never edited. Draft a new version first.")})
        self.clean_choices()

    def clean_choices(self) -> None:
        """Refuse choices that cannot be read, none where the answer is one of several, and bounds that leave nothing."""
        try:
            options = rules.options_of(self.choices)
        except Refusal as refusal:
            raise ValidationError({"choices": str(refusal)}) from None
        if self.kind == AnswerKind.CHOICE and len(options) < 2:
            raise ValidationError({"choices": _("Give at least two choices.")})
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValidationError({"most": _("The upper bound lies below the lower one.")})

    @cached_property
    def asks(self) -> rules.Question:
        """Return the item as the judging wants it."""
        own = {
            name: getattr(self, name) for name in ("code", "kind", "weight", "gravity", "least", "most", "evidence", "optional")
        }
        return rules.Question(**own, options=rules.options_of(self.choices))

    @property
    def measure(self) -> str:
        """Return the unit in the reader's language."""
        return str(localised(self.unit, self.unit_en))

    @property
    def tip(self) -> str:
        """Return what to look at in the reader's language."""
        return str(localised(self.hint, self.hint_en))

    def said(self, value: str) -> str:
        """Return an answer in the reader's words."""
        if value == rules.NOT_APPLICABLE:
            return str(Outcome.NOT_APPLICABLE.label)
        if self.kind == AnswerKind.YES_NO:
            return str(rules.YES_OR_NO.get(value, value))
        if self.kind == AnswerKind.CHOICE:
            return next((str(localised(o.zh, o.en)) for o in self.asks.options if o.code == value), value)
        return f"{value} {self.measure}".strip() if value else ""


def called(row: Check | Answer | Finding) -> str:
    """Return what was checked in the reader's language: a place is known in both, a record by the name that it had."""
    if in_chinese():
        return row.subject
    with override("zh-hans"):
        place = name_of("area", row.area)
    return name_of("area", row.area) if place == row.subject else row.subject


class Check(Record):
    """A sheet as it was filled in: about which place or record, by whom, when, and what it came to."""

    life = Life(
        Move("fill", CheckState.DRAFT),
        Move("finish", CheckState.DRAFT, CheckState.HANDED_IN, stamps="handed_in"),
        Move("discard", CheckState.DRAFT, CheckState.DISCARDED),
    )

    sheet = models.ForeignKey(Sheet, models.PROTECT, verbose_name=_("Check sheet"), related_name="checks")
    version = models.ForeignKey(SheetVersion, models.PROTECT, verbose_name=_("Version"), related_name="checks")
    subject = models.CharField(_("What is checked"), max_length=120)
    about = models.CharField(_("Record type"), max_length=100, blank=True)
    about_id = models.CharField(_("Record"), max_length=64, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=CheckState.choices, default=CheckState.DRAFT)
    checked_at = models.DateTimeField(_("Checked"))
    checked_by = models.CharField(_("Checked by"), max_length=150)
    location = models.PointField(_("Place"), srid=4326, null=True, blank=True)
    remark = models.CharField(_("Remark"), max_length=500, blank=True)
    handed_in_at = models.DateTimeField(_("Handed in at"), null=True, blank=True)
    handed_in_by = models.CharField(_("Handed in by"), max_length=150, blank=True)
    score = models.DecimalField(_("Score"), max_digits=4, decimal_places=1, null=True, blank=True)
    verdict = models.CharField(_("Result"), max_length=6, choices=Verdict.choices, blank=True)
    failed = models.PositiveSmallIntegerField(_("Items not in order"), default=0)
    expires_on = models.DateField(_("Counts until"), null=True, blank=True)
    #: The newest check of its sheet that was handed in about this place or record: the one that counts.
    newest = models.BooleanField(_("Counts now"), default=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "area", "about", "about_id"], condition=models.Q(newest=True), name="one_check_counts"
            )
        ]
        indexes = [
            models.Index(fields=["about", "about_id"], name="checks_about"),
            models.Index(fields=["expires_on"], condition=models.Q(newest=True), name="checks_expiring"),
        ]
        verbose_name = _("Check")

    def __str__(self) -> str:
        return called(self)


class Answer(Record):
    """What was said to one item of a check."""

    owned_by = ("filled",)

    filled = models.ForeignKey(Check, models.CASCADE, verbose_name=_("Check"), related_name="answers")
    item = models.ForeignKey(Item, models.PROTECT, verbose_name=_("Checked item"), related_name="answers")
    subject = models.CharField(_("What was checked"), max_length=120)
    value = models.CharField(_("Answer"), max_length=rules.LONGEST_TEXT, blank=True)
    note = models.CharField(_("Note"), max_length=500, blank=True)
    photos = models.PositiveSmallIntegerField(_("Photos"), default=0)
    outcome = models.CharField(_("Result"), max_length=6, choices=Outcome.choices, blank=True)

    class Meta:
        ordering = ["filled", "item__order", "id"]
        constraints = [models.UniqueConstraint(fields=["filled", "item"], name="one_answer_per_item")]
        verbose_name = _("Answer")

    def __str__(self) -> str:
        return called(self)

    @property
    def said(self) -> str:
        """Return the answer in the reader's words."""
        return self.item.said(self.value)


class Finding(Record):
    """What a check found not in order: by when it must be put right, and whether it was."""

    owned_by = ("filled",)
    life = Life(
        Move("put_right", FindingState.OPEN, FindingState.PUT_RIGHT, stamps="put_right"),
        Move("verify", FindingState.PUT_RIGHT, FindingState.VERIFIED, stamps="closed"),
        Move("reopen", FindingState.PUT_RIGHT, FindingState.OPEN),  # somebody looked, or a later check failed again
        Move("extend", FindingState.OPEN),
        Move("accept", FindingState.OPEN, FindingState.ACCEPTED, stamps="closed"),
    )

    filled = models.ForeignKey(Check, models.PROTECT, verbose_name=_("Check"), related_name="findings")
    item = models.ForeignKey(Item, models.PROTECT, verbose_name=_("Checked item"), related_name="findings")
    what = models.CharField(_("What is wrong"), max_length=600)
    what_en = models.CharField(_("What is wrong (English)"), max_length=800, blank=True)
    subject = models.CharField(_("What was checked"), max_length=120)
    gravity = models.CharField(_("Gravity"), max_length=7, choices=Gravity.choices)
    state = models.CharField(_("State"), max_length=9, choices=FindingState.choices, default=FindingState.OPEN)
    opened_at = models.DateTimeField(_("Found"))
    due_on = models.DateField(_("To be put right by"), null=True, blank=True)
    remedy = models.CharField(_("What was done"), max_length=500, blank=True)
    put_right_at = models.DateTimeField(_("Put right at"), null=True, blank=True)
    put_right_by = models.CharField(_("Put right by"), max_length=150, blank=True)
    closed_at = models.DateTimeField(_("Closed"), null=True, blank=True)
    closed_by = models.CharField(_("Closed by"), max_length=150, blank=True)
    reason = models.CharField(_("Reason"), max_length=500, blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [models.UniqueConstraint(fields=["filled", "item"], name="one_finding_per_item")]
        indexes = [models.Index(fields=["due_on"], condition=models.Q(state="open"), name="findings_open")]
        verbose_name = _("Finding")

    def __str__(self) -> str:
        return f"{called(self)} · {localised(self.what, self.what_en)}"
