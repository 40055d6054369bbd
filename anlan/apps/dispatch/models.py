"""Models of dispatch: orders, and the routes that they have had."""

from __future__ import annotations

from datetime import datetime

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.apps.dispatch.choices import ON_THE_WAY, OPEN, Because, OrderState, Rung
from anlan.apps.law.kinds import While
from anlan.kit import clock
from anlan.kit.lives import Life, Move
from anlan.kit.records import Record


class Order(Record):
    """What one team is to do, where, by when."""

    life = Life(
        Move("acknowledge", OrderState.ISSUED, OrderState.ACKNOWLEDGED, stamps="acknowledged"),
        Move("set_out", OrderState.ACKNOWLEDGED, OrderState.UNDER_WAY, stamps="set_out"),
        Move("arrive", OrderState.UNDER_WAY, OrderState.ARRIVED, stamps="arrived"),
        Move("complete", OrderState.ARRIVED, OrderState.DONE, stamps="finished"),
        Move("fail", OPEN, OrderState.FAILED, stamps="finished"),
        Move("recall", ON_THE_WAY, OrderState.RECALLED, stamps="finished"),
        Move("reroute", ON_THE_WAY),
        Move("note", OrderState.FAILED, stamps="noted"),
    )
    terms_by_state = (
        While("dispatch.acknowledge", (OrderState.ISSUED,), dropped=(OrderState.RECALLED, OrderState.FAILED), duty_of="team"),
        While("dispatch.arrive", ON_THE_WAY, dropped=(OrderState.RECALLED, OrderState.FAILED), end="due_at", duty_of="team"),
    )

    team = models.ForeignKey("teams.Team", models.PROTECT, verbose_name=_("Rescue team"), related_name="orders")
    what = models.CharField(_("What the team is to do"), max_length=200)
    place = models.CharField(_("Where to"), max_length=100)
    location = models.PointField(_("Destination"), srid=4326)
    due_at = models.DateTimeField(_("To be there by"))
    task = models.ForeignKey(
        "response.Task", models.PROTECT, null=True, blank=True, verbose_name=_("Task"), related_name="orders"
    )
    incident = models.ForeignKey(
        "incidents.Incident", models.PROTECT, null=True, blank=True, verbose_name=_("Incident"), related_name="orders"
    )
    given_at = models.DateTimeField(_("Order given at"))
    given_by = models.CharField(_("Order given by"), max_length=150)
    given_post = models.CharField(_("Post of who gave it"), max_length=40, blank=True)
    km = models.FloatField(_("Route (km)"), null=True, blank=True)
    minutes = models.PositiveIntegerField(_("Drive (min, est.)"), null=True, blank=True)
    arrives_at = models.DateTimeField(_("Arrival (est.)"), null=True, blank=True)
    route_number = models.PositiveSmallIntegerField(_("Route number"), default=0)
    route_known = models.BooleanField(_("Team has the present route"), default=True)
    acknowledged_at = models.DateTimeField(_("Acknowledged at"), null=True, blank=True)
    acknowledged_by = models.CharField(_("Acknowledged by"), max_length=150, blank=True)
    set_out_at = models.DateTimeField(_("Set out at"), null=True, blank=True)
    set_out_by = models.CharField(_("Set out, said by"), max_length=150, blank=True)
    arrived_at = models.DateTimeField(_("At the place since"), null=True, blank=True)
    arrived_by = models.CharField(_("Arrived, said by"), max_length=150, blank=True)
    finished_at = models.DateTimeField(_("Ended at"), null=True, blank=True)
    finished_by = models.CharField(_("Ended, said by"), max_length=150, blank=True)
    report = models.TextField(_("Report of the team"), blank=True)
    noted_at = models.DateTimeField(_("Noted at"), null=True, blank=True)
    noted_by = models.CharField(_("Noted by"), max_length=150, blank=True)
    step = models.PositiveSmallIntegerField(_("Rung"), default=0)
    climbs_at = models.DateTimeField(_("Climbs at"), null=True, blank=True)
    state = models.CharField(_("State"), max_length=12, choices=OrderState.choices, default=OrderState.ISSUED)

    class Meta:
        ordering = ["-given_at", "-id"]
        indexes = [models.Index(fields=["climbs_at"], condition=models.Q(state="issued"), name="order_climbing")]
        verbose_name = _("Dispatch order")

    def __str__(self) -> str:
        return f"{self.place} · {localtime(self.given_at):%m-%d %H:%M}"

    @property
    def on_the_way(self) -> bool:
        """Return whether its route still matters."""
        return self.state in ON_THE_WAY

    @property
    def trouble(self) -> str:
        """Say what is wrong with its way, the gravest first; "" where nothing is."""
        if not self.on_the_way:
            return ""
        if self.arrives_at is None:
            return gettext("No open road leads there")
        if self.due_at < clock.now():
            return gettext("Not there in time")
        if self.arrives_at > self.due_at:
            return gettext("Arrives after the deadline (est.)")
        return "" if self.route_known else gettext("New route not confirmed yet")

    @property
    def rung(self) -> str:
        """Say who has been told that it waits, "" before anybody was."""
        return str(Rung(self.step).label) if self.step in Rung.values else ""

    @property
    def acts_by(self) -> datetime:
        """Return the instant by which the team must act next."""
        return self.climbs_at if self.state == OrderState.ISSUED and self.climbs_at else self.due_at


class Route(Record):
    """A way that was reckoned for an order, or that there was none; the newest holds, the others are superseded."""

    owned_by = ("order",)

    order = models.ForeignKey(Order, models.PROTECT, verbose_name=_("Dispatch order"), related_name="routes")
    number = models.PositiveSmallIntegerField(_("Route number"))
    because = models.CharField(_("Reckoned because"), max_length=10, choices=Because.choices)
    closure = models.ForeignKey(
        "roads.Closure", models.PROTECT, null=True, blank=True, verbose_name=_("Road closure"), related_name="+"
    )
    start = models.PointField(_("From"), srid=4326)
    start_estimated = models.BooleanField(_("From where it should be by then (est.)"), default=False)
    course = models.LineStringField(_("Course of the route"), srid=4326, null=True, blank=True)
    km = models.FloatField(_("Route (km)"), null=True, blank=True)
    minutes = models.PositiveIntegerField(_("Drive (min, est.)"), null=True, blank=True)
    free_minutes = models.PositiveIntegerField(_("If nothing were closed (min)"), null=True, blank=True)
    first_km = models.FloatField(_("First part off the known roads (km)"), default=0)
    last_km = models.FloatField(_("Last part off the known roads (km)"), default=0)
    derived_km = models.FloatField(_("Over joins drawn by a program (km)"), default=0)
    km_by_class = models.JSONField(_("Kilometres by class"), default=dict, blank=True)
    speeds = models.JSONField(_("Assumed speeds (km/h)"), default=dict, blank=True)
    pieces = ArrayField(models.CharField(max_length=40), verbose_name=_("Pieces of road"), default=list, blank=True)
    avoided = ArrayField(models.BigIntegerField(), verbose_name=_("Closures avoided"), default=list, blank=True)
    reckoned_at = models.DateTimeField(_("Route reckoned at"))
    superseded_at = models.DateTimeField(_("Superseded at"), null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["order", "number"], name="route_of_an_order_once")]
        verbose_name = _("Route")

    def __str__(self) -> str:
        return f"{self.order} · {self.number}"
