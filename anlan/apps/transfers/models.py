"""Models of transfers: the register of households and vulnerable people, an action, its villages, and each household's journey."""

from __future__ import annotations

from django.contrib.gis.db import models as gis
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from anlan.apps.law.kinds import While
from anlan.apps.shelters.api import Danger
from anlan.apps.transfers import rules
from anlan.apps.transfers.choices import JourneyState, Lack, Refuge, Stand, Urgency
from anlan.kit.lives import Life, Move
from anlan.kit.records import Named, Record, Reference

S = JourneyState
ABROAD = (S.WAITING, S.TOLD, S.UNDER_WAY, S.REFUSED)


class Vulnerability(Named, Reference):
    """Why somebody cannot get into safety alone."""

    mirrored = True

    code = models.CharField(_("Code"), max_length=20, unique=True)
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=2)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Kind of vulnerability")
        verbose_name_plural = _("Kinds of vulnerability")


class Household(Record):
    """A household in danger in a village's register: who fetches it, how, and where to. `area` is the village."""

    class State(models.TextChoices):
        LISTED = "listed", _("In the register")
        STRUCK = "struck", _("Struck off")

    journal_masks = ("phone", "helper_phone", "second_phone")
    journal_hides = ("head", "address", "helper", "second_helper", "way", "kin")

    code = models.CharField(_("Number in the register"), max_length=40, unique=True)
    head = models.CharField(_("Head of the household"), max_length=60)
    persons = models.PositiveSmallIntegerField(
        _("Persons"), default=1, validators=[MinValueValidator(1), MaxValueValidator(rules.LARGEST_HOUSEHOLD)]
    )
    phone = models.CharField(_("Phone"), max_length=30, blank=True)
    address = models.CharField(_("Address"), max_length=200)
    danger = models.CharField(_("In danger of"), max_length=10, choices=Danger.choices)
    location = gis.PointField(_("Location"), null=True, blank=True)
    helper = models.CharField(_("Helper"), max_length=60, blank=True)
    helper_phone = models.CharField(_("Helper's phone"), max_length=30, blank=True)
    helper_post = models.ForeignKey(
        "people.Post", models.PROTECT, null=True, blank=True, verbose_name=_("Helper's post"), related_name="+"
    )
    second_helper = models.CharField(_("Second helper"), max_length=60, blank=True)
    second_phone = models.CharField(_("Second helper's phone"), max_length=30, blank=True)
    way = models.CharField(_("Way and means"), max_length=200, blank=True)
    refuge = models.CharField(_("Goes to"), max_length=10, choices=Refuge.choices, default=Refuge.SHELTER)
    kin = models.CharField(_("Other place to go to"), max_length=200, blank=True)
    visited_on = models.DateField(_("Last visit by the helper"), null=True, blank=True)
    drilled_on = models.DateField(_("Last drill"), null=True, blank=True)
    source = models.CharField(_("Source"), max_length=200, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.LISTED)

    life = Life(
        Move("strike", State.LISTED, State.STRUCK),
        Move("restore", State.STRUCK, State.LISTED),
        Move("visit", State.LISTED),
    )

    class Meta:
        ordering = ["area", "code"]
        indexes = [models.Index(fields=["area", "danger"], name="household_in_danger")]
        verbose_name = _("Household in danger")
        verbose_name_plural = _("Households in danger")

    def __str__(self) -> str:
        return f"{self.head} · {self.address}"


class Vulnerable(Record):
    """Somebody of a household who cannot get into safety alone."""

    owned_by = ("household",)
    journal_masks = ("phone",)
    journal_hides = ("name", "born", "needs")

    household = models.ForeignKey(Household, models.PROTECT, verbose_name=_("Household in danger"), related_name="vulnerable")
    name = models.CharField(_("Name"), max_length=60)
    kind = models.ForeignKey(Vulnerability, models.PROTECT, verbose_name=_("Kind of vulnerability"), related_name="+")
    born = models.PositiveSmallIntegerField(_("Born in"), null=True, blank=True)
    phone = models.CharField(_("Phone"), max_length=30, blank=True)
    needs = models.CharField(_("What is needed"), max_length=200, blank=True)
    source = models.CharField(_("Source"), max_length=200, blank=True)

    class Meta:
        ordering = ["household_id", "pk"]
        constraints = [models.UniqueConstraint(fields=["household", "name"], name="vulnerable_once_in_a_household")]
        verbose_name = _("Vulnerable person")
        verbose_name_plural = _("Vulnerable people")

    def __str__(self) -> str:
        return self.name


class Transfer(Record):
    """An action that brings the households of some villages away from a danger, until they are home again."""

    class State(models.TextChoices):
        OPEN = "open", _("People are being moved")
        SAFE = "safe", _("Safe to return")
        CLOSED = "closed", _("Ended")
        CALLED_OFF = "called_off", _("Action called off")

    shared_down = True

    title = models.CharField(_("Occasion"), max_length=200)
    danger = models.CharField(_("Danger"), max_length=10, choices=Danger.choices)
    urgency = models.CharField(_("Word to the people"), max_length=10, choices=Urgency.choices, default=Urgency.NOW)
    due_at = models.DateTimeField(_("In safety by"))
    warning = models.ForeignKey(
        "warning.Warning", models.PROTECT, null=True, blank=True, verbose_name=_("Warning"), related_name="transfers"
    )
    task = models.ForeignKey(
        "response.Task", models.PROTECT, null=True, blank=True, verbose_name=_("Task"), related_name="transfers"
    )
    incident = models.ForeignKey(
        "incidents.Incident", models.PROTECT, null=True, blank=True, verbose_name=_("Incident"), related_name="transfers"
    )
    alarm = models.ForeignKey(
        "alarms.Alarm", models.PROTECT, null=True, blank=True, verbose_name=_("Alarm"), related_name="transfers"
    )
    villages = models.PositiveSmallIntegerField(_("Villages"))
    households = models.PositiveIntegerField(_("Households"))
    persons = models.PositiveIntegerField(_("People to move"))
    opened_at = models.DateTimeField(_("Ordered at"))
    opened_by = models.CharField(_("Action ordered by"), max_length=150)
    opened_post = models.CharField(_("Post of who ordered it"), max_length=40, blank=True)
    urged_at = models.DateTimeField(_("Told to move now at"), null=True, blank=True)
    urged_by = models.CharField(_("Told to move now by"), max_length=150, blank=True)
    safe_at = models.DateTimeField(_("Declared safe at"), null=True, blank=True)
    safe_by = models.CharField(_("Declared safe by"), max_length=150, blank=True)
    ended_at = models.DateTimeField(_("Action ended at"), null=True, blank=True)
    ended_by = models.CharField(_("Action ended by"), max_length=150, blank=True)
    ended_why = models.TextField(_("Why it ended as it did"), blank=True)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.OPEN)

    life = Life(
        Move("urge", State.OPEN, stamps="urged"),
        Move("declare_safe", State.OPEN, State.SAFE, stamps="safe"),
        Move("close", State.SAFE, State.CLOSED, stamps="ended"),
        Move("call_off", State.OPEN, State.CALLED_OFF, stamps="ended"),
    )

    class Meta:
        ordering = ["-opened_at", "-id"]
        verbose_name = _("Transfer action")

    def __str__(self) -> str:
        return f"{self.title} · {localtime(self.opened_at):%m-%d %H:%M}"


class Village(Record):
    """A village of an action: where its people go, and the heads that were counted there by hand. `area` is the village."""

    class State(models.TextChoices):
        COUNTING = "counting", _("Heads are counted")
        DONE = "done", _("Count ended")
        DROPPED = "dropped", _("No count asked")

    transfer = models.ForeignKey(Transfer, models.PROTECT, verbose_name=_("Transfer action"), related_name="parts")
    shelter = models.ForeignKey(
        "shelters.Shelter", models.PROTECT, null=True, blank=True, verbose_name=_("Shelter site"), related_name="+"
    )
    destination = models.CharField(_("Destination"), max_length=200, blank=True)
    households = models.PositiveIntegerField(_("Households"))
    persons = models.PositiveIntegerField(_("People to move"))
    counted = models.PositiveIntegerField(_("Persons in safety, counted by hand"), null=True, blank=True)
    counted_at = models.DateTimeField(_("Last counted"), null=True, blank=True)
    counted_by = models.CharField(_("Counted by"), max_length=150, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.COUNTING)

    life = Life(
        Move("count", State.COUNTING, stamps="counted"),
        Move("finish", State.COUNTING, State.DONE),
        Move("drop", State.COUNTING, State.DROPPED),
    )
    terms_by_state = (While("transfers.head_count", (State.COUNTING,), anew="counted_at", dropped=(State.DROPPED,)),)

    class Meta:
        ordering = ["transfer_id", "area"]
        constraints = [models.UniqueConstraint(fields=["transfer", "area"], name="village_once_in_a_transfer")]
        verbose_name = _("Village of an action")
        verbose_name_plural = _("Villages of actions")

    def __str__(self) -> str:
        return f"{self.area} · {localtime(self.transfer.opened_at):%m-%d %H:%M}"


class HeadCount(Record):
    """What a village said at an instant, beside what the program knew then; never changed."""

    part = models.ForeignKey(Village, models.PROTECT, verbose_name=_("Village of an action"), related_name="head_counts")
    at = models.DateTimeField(_("Counted at"))
    by = models.CharField(_("Counted by"), max_length=150)
    counted = models.PositiveIntegerField(_("Persons in safety, counted by hand"))
    known = models.PositiveIntegerField(_("In safety by the households' own words"))
    in_danger = models.PositiveIntegerField(_("Not yet in safety"))
    remark = models.CharField(_("Remark"), max_length=200, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("Head count of a village")
        verbose_name_plural = _("Head counts of villages")

    def __str__(self) -> str:
        return f"{localtime(self.at):%m-%d %H:%M} · {self.counted}"


class Journey(Record):
    """What one household does in an action: told, on its way, in safety, home again, or not willing. `area` is the village."""

    journal_hides = ("place", "why")

    transfer = models.ForeignKey(Transfer, models.PROTECT, verbose_name=_("Transfer action"), related_name="journeys")
    part = models.ForeignKey(Village, models.PROTECT, verbose_name=_("Village of an action"), related_name="journeys")
    household = models.ForeignKey(Household, models.PROTECT, verbose_name=_("Household in danger"), related_name="journeys")
    persons = models.PositiveSmallIntegerField(_("People to move"))
    vulnerable = models.PositiveSmallIntegerField(_("Vulnerable people"), default=0)
    helper_post = models.CharField(_("Helper's post"), max_length=40, blank=True)
    due_at = models.DateTimeField(_("In safety by"))
    moved = models.PositiveSmallIntegerField(_("Persons in safety"), default=0)
    refuge = models.CharField(_("Went to"), max_length=10, choices=Refuge.choices, default=Refuge.SHELTER)
    shelter = models.ForeignKey(
        "shelters.Shelter", models.PROTECT, null=True, blank=True, verbose_name=_("Shelter site"), related_name="+"
    )
    place = models.CharField(_("Where to"), max_length=200, blank=True)
    why = models.CharField(_("What the household says"), max_length=200, blank=True)
    told_at = models.DateTimeField(_("Notified at"), null=True, blank=True)
    told_by = models.CharField(_("Notified, said by"), max_length=150, blank=True)
    left_at = models.DateTimeField(_("Departed at"), null=True, blank=True)
    left_by = models.CharField(_("Departed, said by"), max_length=150, blank=True)
    arrived_at = models.DateTimeField(_("In safety since"), null=True, blank=True)
    arrived_by = models.CharField(_("In safety, said by"), max_length=150, blank=True)
    refused_at = models.DateTimeField(_("Refused at"), null=True, blank=True)
    refused_by = models.CharField(_("Refused, said by"), max_length=150, blank=True)
    returned_at = models.DateTimeField(_("Home since"), null=True, blank=True)
    returned_by = models.CharField(_("Home, said by"), max_length=150, blank=True)
    last_word_at = models.DateTimeField(_("Last word"), null=True, blank=True)
    stand = models.CharField(_("In the shelters' books"), max_length=10, choices=Stand.choices, default=Stand.NOWHERE, blank=True)
    opening = models.BigIntegerField(_("Opening"), null=True, blank=True)
    uncounted = models.CharField(
        _("Not in the shelter's count"), max_length=10, choices=Lack.choices, default=Lack.NONE, blank=True
    )
    state = models.CharField(_("State"), max_length=10, choices=S.choices, default=S.WAITING)

    life = Life(
        Move("notify", S.WAITING, S.TOLD, stamps="told"),
        Move("depart", (S.WAITING, S.TOLD, S.REFUSED), S.UNDER_WAY, stamps="left"),
        Move("arrive", ABROAD, S.ARRIVED, stamps="arrived"),
        Move("refuse", (S.WAITING, S.TOLD, S.UNDER_WAY), S.REFUSED, stamps="refused"),
        Move("away", (S.WAITING, S.TOLD), S.AWAY),
        Move("come_home", S.ARRIVED, S.RETURNED, stamps="returned"),
    )

    class Meta:
        ordering = ["transfer_id", "area", "pk"]
        constraints = [models.UniqueConstraint(fields=["transfer", "household"], name="household_once_in_a_transfer")]
        indexes = [models.Index(fields=["area", "arrived_at"], name="journey_arrived")]
        verbose_name = _("Household on the move")
        verbose_name_plural = _("Households on the move")

    def __str__(self) -> str:
        return str(self.household)

    @property
    def phone(self) -> str:
        """Return the household's phone, as its card on the helper's phone shows it."""
        return str(self.household.phone)
