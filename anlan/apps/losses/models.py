"""Models of losses: the process, the towns that owe reports on it, their reports, what villages tell, the ledgers of people and homes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.apps.law.kinds import While
from anlan.apps.losses.choices import (
    Cause,
    Damage,
    Fate,
    HomeKind,
    ProcessState,
    ReportKind,
    ReportState,
    RowState,
    Sex,
    TownState,
)
from anlan.apps.losses.items import ITEMS
from anlan.apps.losses.rules import Number
from anlan.kit import clock
from anlan.kit.languages import listed
from anlan.kit.lives import Life, Move
from anlan.kit.names import name_of
from anlan.kit.records import Named, Record, Reference

#: Years; nobody became older (the oldest of whom records are sure died at 122).
OLDEST = 130
#: Why a ledger rests once its town has verified.
AGREED = _("%(town)s has sent its verified report, which agrees with the ledgers. The county returns it first.")


class DisasterKind(Named, Reference):
    """A kind of natural disaster by the statistics; a sub-kind names its main kind."""

    mirrored = True

    code = models.CharField(_("Code"), max_length=20, unique=True)
    #: The code of the main kind; a pack reads a table in one go, so that a row cannot be linked to another of the same table.
    main = models.CharField(_("Main kind"), max_length=20, blank=True)
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Kind of disaster")


class CheckLimit(Reference):
    """A number by which figures are judged that no law sets: the city does."""

    mirrored = True

    code = models.CharField(_("Code"), max_length=20, unique=True)
    name = models.CharField(_("Name"), max_length=100)
    amount = models.DecimalField(_("Value"), max_digits=10, decimal_places=2)
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Limit of figures")

    def __str__(self) -> str:
        return self.code


class Process(Record):
    """One natural disaster from its start to its end: whoever lies below the place that opened it may see that it is counted."""

    shared_down = True
    life = Life(
        Move("steer", ProcessState.RUNNING),
        Move("end", ProcessState.RUNNING, ProcessState.ENDED),
        Move("reopen", ProcessState.ENDED, ProcessState.RUNNING),
    )

    title = models.CharField(_("Title"), max_length=100)
    kind = models.ForeignKey(DisasterKind, models.PROTECT, verbose_name=_("Kind of disaster"), related_name="+")
    subkind = models.ForeignKey(DisasterKind, models.PROTECT, null=True, blank=True, verbose_name=_("Sub-kind"), related_name="+")
    state = models.CharField(_("State"), max_length=10, choices=ProcessState.choices, default=ProcessState.RUNNING)
    started_at = models.DateTimeField(_("Disaster began"))
    ended_at = models.DateTimeField(_("Disaster ended"), null=True, blank=True)
    incident = models.ForeignKey(
        "incidents.Incident", models.PROTECT, null=True, blank=True, verbose_name=_("Incident"), related_name="+"
    )
    response = models.ForeignKey(
        "response.Response", models.PROTECT, null=True, blank=True, verbose_name=_("Response"), related_name="+"
    )
    opened_by = models.CharField(_("Process opened by"), max_length=150)

    class Meta:
        ordering = ["-started_at", "-id"]
        verbose_name = _("Disaster process")

    def __str__(self) -> str:
        return self.title


class ReportingTown(Record):
    """A town that owes reports on a process; what it owes next, and its clock, follow from its state."""

    life = Life(
        Move("begin", TownState.AWAITING, TownState.REPORTING, stamps="reported"),
        Move("go_on", TownState.REPORTING, stamps="reported"),
        Move("settle", (TownState.AWAITING, TownState.REPORTING), TownState.VERIFYING),
        Move("verify", TownState.VERIFYING, TownState.VERIFIED, stamps="reported"),
        Move("redo", TownState.VERIFIED, TownState.VERIFYING),
        Move("resume", (TownState.VERIFYING, TownState.VERIFIED), TownState.REPORTING),
        Move("release", (TownState.AWAITING, TownState.VERIFYING), TownState.RELEASED),
        Move("ask_again", TownState.RELEASED, TownState.AWAITING),
        Move("write", (TownState.AWAITING, TownState.REPORTING, TownState.VERIFYING)),
    )
    terms_by_state = (
        While("losses.first", (TownState.AWAITING,), dropped=(TownState.RELEASED, TownState.VERIFYING), duty_of="town"),
        While("losses.follow", (TownState.REPORTING,), anew="reported_at", dropped=(TownState.VERIFYING,), duty_of="town"),
        While("losses.verify", (TownState.VERIFYING,), dropped=(TownState.RELEASED, TownState.REPORTING), duty_of="town"),
    )

    process = models.ForeignKey(Process, models.PROTECT, verbose_name=_("Disaster process"), related_name="towns")
    state = models.CharField(_("State"), max_length=10, choices=TownState.choices, default=TownState.AWAITING)
    reported_at = models.DateTimeField(_("Last reported"), null=True, blank=True)

    class Meta:
        ordering = ["area", "id"]
        constraints = [models.UniqueConstraint(fields=["process", "area"], name="town_once_per_process")]
        verbose_name = _("Reporting town")

    def __str__(self) -> str:
        return f"{self.town} · {self.process}"

    @property
    def town(self) -> str:
        """Return what the town is called."""
        return name_of("area", self.area)


class FiguresField(models.JSONField):
    """Figures by the code of their item, which journal and versions tell by name."""

    def told(self, value: Any) -> Any:
        """Return figures that the journal kept, in the reader's words."""
        if not isinstance(value, dict):
            return value
        return listed(f"{ITEMS[code].label} {value[code]}" for code in ITEMS if code in value)

    def deconstruct(self) -> Any:
        """Return what a migration needs: to the database it is JSON."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs


class Figured(Record):
    """A record with figures of the form; an item that nobody told is not in it."""

    told = FiguresField(_("Figures"), default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        abstract = True

    @property
    def figures(self) -> dict[str, Number]:
        """Return the figures by item, in the order of the form."""
        found = ((code, item, self.told.get(code)) for code, item in ITEMS.items())
        return {code: Decimal(str(value)) if item.digits else int(value) for code, item, value in found if value is not None}


class VillageReturn(Figured):
    """What a village tells its town, counted up from the start; the newest of a village counts."""

    process = models.ForeignKey(Process, models.PROTECT, verbose_name=_("Disaster process"), related_name="village_returns")
    note = models.TextField(_("What is seen"), max_length=2000, blank=True)
    told_at = models.DateTimeField(_("Arrived at"))
    told_by = models.CharField(_("Reported by"), max_length=150)

    class Meta:
        ordering = ["-told_at", "-id"]
        verbose_name = _("Village return")

    def __str__(self) -> str:
        return f"{name_of('area', self.area)} {localtime(self.told_at):%m-%d %H:%M}"


class LossReport(Figured):
    """A town's figures of form ① at one time, on their way to the county."""

    life = Life(
        Move("revise", (ReportState.DRAFT, ReportState.RETURNED)),
        Move("submit", (ReportState.DRAFT, ReportState.RETURNED), ReportState.SUBMITTED, stamps="submitted"),
        Move("approve", ReportState.SUBMITTED, ReportState.APPROVED, stamps="approved"),
        Move("send_back", (ReportState.SUBMITTED, ReportState.APPROVED), ReportState.RETURNED),
        Move("discard", ReportState.DRAFT, ReportState.DISCARDED),
    )
    terms_by_state = (While("losses.check", (ReportState.SUBMITTED,), duty_of="county"),)

    town = models.ForeignKey(ReportingTown, models.PROTECT, verbose_name=_("Reporting town"), related_name="reports")
    process = models.ForeignKey(Process, models.PROTECT, verbose_name=_("Disaster process"), related_name="reports")
    kind = models.CharField(_("Report kind"), max_length=10, choices=ReportKind.choices)
    seq = models.PositiveSmallIntegerField(_("Number in the series"), default=0)
    state = models.CharField(_("State"), max_length=10, choices=ReportState.choices, default=ReportState.DRAFT)
    why = models.CharField(_("Why a figure falls or leaps"), max_length=500, blank=True)
    leader = models.CharField(_("Leader of the unit"), max_length=60, blank=True)
    reporter = models.CharField(_("Person who reports"), max_length=100)
    submitted_at = models.DateTimeField(_("Submitted at"), null=True, blank=True)
    submitted_by = models.CharField(_("Submitted by"), max_length=150, blank=True)
    first_submitted_at = models.DateTimeField(_("First submitted at"), null=True, blank=True)
    due_at = models.DateTimeField(_("Due"), null=True, blank=True)
    late = models.BooleanField(_("Late report"), default=False)
    late_reason = models.CharField(_("Why it is late"), max_length=500, blank=True)
    approved_at = models.DateTimeField(_("Approved at"), null=True, blank=True)
    approved_by = models.CharField(_("Approved by"), max_length=150, blank=True)
    returned = models.CharField(_("Returned because"), max_length=500, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("Loss report")

    def __str__(self) -> str:
        return f"{name_of('area', self.area)} · {self.named}"

    @property
    def named(self) -> str:
        """Return what the report is called in its series."""
        return (
            gettext("%(kind)s %(n)d") % {"kind": self.get_kind_display(), "n": self.seq} if self.seq else self.get_kind_display()
        )

    @property
    def county(self) -> str:
        """Return what the county that checks it is called."""
        return name_of("area", self.area[:6])


class LedgerRow(Record):
    """A row of a ledger of persons: it counts until it is struck out with a reason."""

    life = Life(Move("strike", RowState.COUNTS, RowState.STRUCK, stamps="struck"))
    process = models.ForeignKey(Process, models.PROTECT, verbose_name=_("Disaster process"), related_name="+")
    state = models.CharField(_("State"), max_length=8, choices=RowState.choices, default=RowState.COUNTS)
    struck_at = models.DateTimeField(_("Struck out at"), null=True, blank=True)
    struck_by = models.CharField(_("Struck out by"), max_length=150, blank=True)

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Refuse a change of a row that is struck out, one that no town's report would count, and one that a verified report contradicts."""
        rows: Any = type(self)._base_manager
        if rows.filter(pk=self.pk, state=RowState.STRUCK).exists():
            raise ValidationError(_("This row is struck out: it stays as it is. Enter a new one."))
        if not self.process_id:
            return
        town = ReportingTown.objects.filter(process_id=self.process_id, area=self.area[:9]).first()
        if town is not None and town.state == TownState.VERIFIED:
            raise ValidationError(AGREED % {"town": town.town})
        if len(self.area) < 9:
            raise ValidationError({"area": _("Say in which town or village: each town's report is held against its rows.")})
        if town is None or town.state == TownState.RELEASED:
            raise ValidationError({"process": _("This town is not asked on this disaster: its row would count nowhere.")})
        self.clean_facts()

    def clean_facts(self) -> None:
        """Refuse what cannot be of a row that counts."""


class LostPerson(LedgerRow):
    """Ledger ⑧: a person who died or went missing by the disaster."""

    journal_masks = ("name", "id_number")
    life = Life(Move("strike", RowState.COUNTS, RowState.STRUCK, stamps="struck"))

    fate = models.CharField(_("Dead or missing"), max_length=8, choices=Fate.choices)
    name = models.CharField(_("Name of the person"), max_length=60)
    sex = models.CharField(_("Sex"), max_length=8, choices=Sex.choices, blank=True)
    age = models.PositiveSmallIntegerField(_("Age in years"), null=True, blank=True)
    id_number = models.CharField(_("ID number"), max_length=18, blank=True)
    household = models.CharField(_("Registered residence"), max_length=100, blank=True)
    place = models.CharField(_("Place in words"), max_length=200, blank=True)
    happened_at = models.DateTimeField(_("Happened at"))
    cause = models.CharField(_("Cause of death"), max_length=10, choices=Cause.choices)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("Person of ledger ⑧")

    def clean_facts(self) -> None:
        """Refuse an event in the future, an age that nobody reaches, and a person who counts already."""
        if self.happened_at and self.happened_at > clock.now():
            raise ValidationError({"happened_at": _("This lies in the future.")})
        if self.age is not None and self.age > OLDEST:
            raise ValidationError({"age": _("Nobody is older than %(years)d years.") % {"years": OLDEST}})
        same = LostPerson.objects.filter(process_id=self.process_id, id_number=self.id_number, state=RowState.COUNTS)
        if self.id_number and same.exclude(pk=self.pk).exists():
            raise ValidationError({"id_number": _("A person with this ID number stands in the ledger of this disaster already.")})

    def __str__(self) -> str:
        return f"{masked(self.name)} · {self.get_fate_display()}"

    @property
    def shown_name(self) -> str:
        """Return the name as lists show it."""
        return masked(self.name)

    @property
    def shown_id(self) -> str:
        """Return the ID number as pages show it."""
        return f"{self.id_number[:6]}…{self.id_number[-2:]}" if len(self.id_number) > 8 else "…" if self.id_number else ""


class DamagedHome(LedgerRow):
    """Ledger ⑨: a household whose home collapsed or was damaged."""

    journal_masks = ("name",)
    life = Life(Move("strike", RowState.COUNTS, RowState.STRUCK, stamps="struck"))

    name = models.CharField(_("Head of the household"), max_length=60)
    persons = models.PositiveSmallIntegerField(_("Persons of the household"), null=True, blank=True)
    address = models.CharField(_("Address of the home"), max_length=200)
    home = models.CharField(_("Kind of home"), max_length=8, choices=HomeKind.choices)
    damage = models.CharField(_("Damage"), max_length=10, choices=Damage.choices)
    rooms = models.PositiveSmallIntegerField(_("Rooms of the home"))

    class Meta:
        ordering = ["-id"]
        verbose_name = _("Home of ledger ⑨")

    def clean_facts(self) -> None:
        """Refuse a home without a room."""
        if self.rooms == 0:
            raise ValidationError({"rooms": _("A home has at least one room.")})

    def __str__(self) -> str:
        return f"{masked(self.name)} · {self.get_damage_display()}"

    @property
    def shown_name(self) -> str:
        """Return the name as lists show it."""
        return masked(self.name)


def masked(name: str) -> str:
    """Return a name of which the family name alone is read."""
    return f"{name[:1]}{'＊' * min(max(len(name) - 1, 1), 3)}"


def figure_text(code: str, value: Any) -> str:
    """Return a figure as people read it, without its unit."""
    return f"{value:,.{ITEMS[code].digits}f}".rstrip("0").rstrip(".") if ITEMS[code].digits else f"{value:,}"
