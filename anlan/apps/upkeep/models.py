"""Works on stations, how often each is due, the norms of the network, and how much of each day was heard."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds.measures import sensor_choices
from anlan.apps.upkeep.choices import WorkKind, WorkState
from anlan.kit.lives import Life, Move
from anlan.kit.records import Named, Record, Reference, Stream


class Work(Record):
    """Somebody works on a station, or on one quantity of it: what it tells meanwhile is marked; the series goes on."""

    owned_by = ("station",)
    life = Life(Move("finish", WorkState.OPEN, WorkState.DONE, stamps="ended"))

    station = models.ForeignKey("telemetry.Station", models.PROTECT, verbose_name=_("Station"), related_name="works")
    datastream = models.ForeignKey(
        "telemetry.Datastream", models.PROTECT, verbose_name=_("Quantity"), related_name="+", null=True, blank=True
    )
    kind = models.CharField(_("Work"), max_length=12, choices=WorkKind.choices)
    state = models.CharField(_("State"), max_length=5, choices=WorkState.choices, default=WorkState.OPEN)
    since = models.DateTimeField(_("Since"))
    until = models.DateTimeField(_("At most until"))
    reason = models.CharField(_("Reason"), max_length=300)
    begun_by = models.CharField(_("Begun by"), max_length=150)
    marked = models.PositiveIntegerField(_("Readings marked afterwards"), default=0)
    ended_at = models.DateTimeField(_("Ended"), null=True, blank=True)
    ended_by = models.CharField(_("Ended by"), max_length=150, blank=True)
    result = models.CharField(_("What was done"), max_length=500, blank=True)
    standard = models.FloatField(_("True value, by the standard"), null=True, blank=True)
    found = models.FloatField(_("It showed before"), null=True, blank=True)
    left = models.FloatField(_("It shows now"), null=True, blank=True)
    old_serial = models.CharField(_("Serial number of the old sensor"), max_length=60, blank=True)
    new_serial = models.CharField(_("Serial number of the new sensor"), max_length=60, blank=True)

    class Meta:
        ordering = ["-since", "-id"]
        indexes = [models.Index(fields=["station", "kind", "-ended_at"], name="work_newest_of_kind")]
        verbose_name = _("Work on a station")
        verbose_name_plural = _("Works on stations")

    def __str__(self) -> str:
        return f"{self.station} · {self.get_kind_display()} {timezone.localtime(self.since):%Y-%m-%d}"

    @property
    def was_off(self) -> float | None:
        """Return by how much it showed wrong before."""
        return None if self.found is None or self.standard is None else self.found - self.standard

    @property
    def is_off(self) -> float | None:
        """Return by how much it shows wrong now."""
        return None if self.left is None or self.standard is None else self.left - self.standard


class ServiceRule(Reference):
    """How many days may pass between two works of a kind at a kind of station ("": any)."""

    mirrored = True

    station_kind = models.CharField(_("Kind of station"), max_length=20, choices=sensor_choices, blank=True)
    kind = models.CharField(_("Work"), max_length=12, choices=WorkKind.choices)
    days = models.PositiveSmallIntegerField(_("Days at most"))
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["station_kind", "kind"]
        constraints = [models.UniqueConstraint(fields=["station_kind", "kind"], name="one_service_rule")]
        verbose_name = _("Rule of service")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.get_station_kind_display()}".strip()  # type: ignore[attr-defined]


class Norm(Named, Reference):
    """A number by which the network is judged: what density it should have, and what counts as a station that works."""

    mirrored = True

    code = models.CharField(_("Code"), max_length=30, unique=True)
    value = models.FloatField(_("Value"))
    unit = models.CharField(_("Unit"), max_length=20, blank=True)
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Norm of the network")


class DayHeard(Stream):
    """How many seconds of a local day a datastream was heard: a good reading counts until it is stale."""

    datastream_id = models.BigIntegerField()
    day = models.DateField()
    seconds = models.FloatField()
    readings = models.PositiveIntegerField()
    doubted = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["datastream_id", "day"], name="one_count_a_day")]
        indexes = [models.Index(fields=["day"], name="heard_day")]


class HeardMark(Stream):
    """Up to which batch days were counted, and when."""

    batch = models.BigIntegerField(default=0)
    counted_at = models.DateTimeField()
