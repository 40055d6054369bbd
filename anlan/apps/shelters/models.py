"""Models of shelters: the site, the order that opens it, its opening, and where the people of a village are."""

from __future__ import annotations

from django.contrib.gis.db import models as gis
from django.db import models
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from anlan.apps.law.kinds import While
from anlan.apps.shelters.choices import Danger, Grade
from anlan.kit.documents import Document, LastStep, Line
from anlan.kit.ledger import Ledger, Place
from anlan.kit.lives import Life, Move
from anlan.kit.records import Named, Record, Reference


class ShelterClass(Named, Reference):
    """A class of shelters by how long people may stay, with the least area a person needs."""

    code = models.CharField(_("Code"), max_length=20, unique=True)
    days = models.PositiveSmallIntegerField(_("Days at most"))
    area_each = models.DecimalField(_("Area per person (m²)"), max_digits=4, decimal_places=1)
    walk_km = models.DecimalField(_("Walking distance (km)"), max_digits=4, decimal_places=1, null=True, blank=True)
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=2)

    class Meta:
        ordering = ["days", "code"]
        verbose_name = _("Shelter class")


class Shelter(Named, Record):
    """A place where people may stay while their homes are in danger."""

    class State(models.TextChoices):
        READY = "ready", _("Ready")
        OPEN = "open", _("In operation")
        OUT = "out", _("Out of use")

    code = models.CharField(_("Code"), max_length=40, unique=True)
    grade = models.CharField(_("Grade"), max_length=10, choices=Grade.choices)
    kind = models.ForeignKey(ShelterClass, models.PROTECT, verbose_name=_("Class"), related_name="+")
    indoor = models.BooleanField(_("Indoor"), default=True)
    unfit_for = models.CharField(_("Not against"), max_length=10, choices=Danger.choices, blank=True)
    area_m2 = models.PositiveIntegerField(_("Usable area (m²)"))
    capacity = models.PositiveIntegerField(_("Capacity"))
    keeper = models.ForeignKey(
        "people.Post", models.PROTECT, null=True, blank=True, verbose_name=_("Shelter keeper"), related_name="+"
    )
    address = models.CharField(_("Address"), max_length=200, blank=True)
    location = gis.PointField(_("Location"))
    source = models.CharField(_("Source"), max_length=200, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.READY)

    life = Life(
        Move("open", State.READY, State.OPEN),
        Move("shut", State.OPEN, State.READY),
        Move("withdraw", State.READY, State.OUT),
        Move("restore", State.OUT, State.READY),
    )

    class Meta:
        ordering = ["code"]
        verbose_name = _("Shelter site")


class Whereabouts(Ledger):
    """Where the people of a village are. Its places add up to the residents at every instant."""

    thing = models.ForeignKey("places.Division", models.PROTECT, verbose_name=_("Village"), related_name="+", db_index=False)
    places = (Shelter,)
    home = Place(_("At home"))
    on_the_way = Place(_("On the way"))
    elsewhere = Place(_("Elsewhere"))
    register = Place(_("Population register"), unlimited=True)

    class Meta(Ledger.Meta):
        verbose_name = _("Move of people")


class OpeningOrder(Document):
    """The order to open shelters: by whom, against what, which ones, for how many."""

    series = "BN{area}-{year}-{number:04}"
    header = ("body", "danger", "occasion", "remark")
    place = "body"
    last_step = LastStep(_("Issue the order"), _("Order issued"), _("Order issued by"), _("Order issued at"), "send")
    body = models.ForeignKey("people.Organisation", models.PROTECT, verbose_name=_("Ordered by"), related_name="+")
    danger = models.CharField(_("Against"), max_length=10, choices=Danger.choices)
    occasion = models.CharField(_("Occasion"), max_length=200)

    class Meta(Document.Meta):
        verbose_name = _("Opening order")


class OpeningOrderLine(Line):
    """One shelter to open, and for how many."""

    document = models.ForeignKey(OpeningOrder, models.CASCADE, related_name="lines")
    shelter = models.ForeignKey(Shelter, models.PROTECT, verbose_name=_("Shelter site"), related_name="+")
    expected = models.PositiveIntegerField(_("People expected"))


class Opening(Record):
    """A shelter opened by an order, until the last has left."""

    class State(models.TextChoices):
        ORDERED = "ordered", _("To be opened")
        OPEN = "open", _("In operation")
        CLOSING = "closing", _("Closing")
        CLOSED = "closed", _("Closed")
        CANCELLED = "cancelled", _("Cancelled")

    shelter = models.ForeignKey(Shelter, models.PROTECT, verbose_name=_("Shelter site"), related_name="openings")
    order = models.ForeignKey(OpeningOrder, models.PROTECT, verbose_name=_("Opening order"), related_name="openings")
    expected = models.PositiveIntegerField(_("People expected"))
    ordered_at = models.DateTimeField(_("Ordered at"))
    opened_at = models.DateTimeField(_("Opened at"), null=True, blank=True)
    opened_by = models.CharField(_("Opened by"), max_length=100, blank=True)
    closed_at = models.DateTimeField(_("Closed at"), null=True, blank=True)
    closed_by = models.CharField(_("Closed by"), max_length=100, blank=True)
    counted = models.PositiveIntegerField(_("Head count"), null=True, blank=True)
    counted_at = models.DateTimeField(_("Counted at"), null=True, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.ORDERED)

    life = Life(
        Move("open", State.ORDERED, State.OPEN, stamps="opened"),
        Move("send", (State.ORDERED, State.OPEN)),
        Move("work", (State.OPEN, State.CLOSING)),
        Move("admit", State.OPEN),
        Move("wind_down", State.OPEN, State.CLOSING),
        Move("close", State.CLOSING, State.CLOSED, stamps="closed"),
        Move("cancel", State.ORDERED, State.CANCELLED, stamps="closed"),
    )
    terms_by_state = (
        While("shelters.ready", (State.ORDERED,), dropped=(State.CANCELLED,), duty_of="shelter.keeper"),
        While("shelters.head_count", (State.OPEN, State.CLOSING), anew="counted_at", duty_of="shelter.keeper"),
    )

    class Meta:
        ordering = ["-ordered_at", "-id"]
        verbose_name = _("Opening")

    def __str__(self) -> str:
        return f"{self.shelter} {localtime(self.ordered_at):%m-%d %H:%M}"
