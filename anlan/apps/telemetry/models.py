"""Stations, datastreams and thresholds (records); readings, batches and detection states (telemetry)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models.functions import NullIf
from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.choices import ChangeState, ClockSide, RegisterTable, RegisterType, WordOrder
from anlan.apps.telemetry.kinds import Spot, asking_choices, measures, polling_choices
from anlan.apps.telemetry.kinds.hazards import hazard_choices
from anlan.kit.languages import in_chinese, localised
from anlan.kit.lives import Life, Move
from anlan.kit.records import Named, Record, Reference, Stream
from anlan.lib.halves import half
from anlan.lib.neighbours import Limits

#: No span of time is empty or runs backwards, no limit lies below nothing: either would silence a station or doubt all it says.
SPAN: dict[str, Any] = {"validators": [MinValueValidator(timedelta(seconds=1))]}
LIMIT: dict[str, Any] = {"validators": [MinValueValidator(0)], "null": True, "blank": True}


def check_picture(address: str) -> None:
    """Refuse what is no address of a picture that a browser or a player opens, or holds a password."""
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("https", "http", "rtsp", "rtsps") or not parts.hostname or re.search(r"[\s<>\"]", address):
        raise ValidationError(_("Write the address like https://… or rtsp://…."))
    if "@" in parts.netloc:
        raise ValidationError(_("No user and no password belong into the address."))


class Station(Record):
    """A place where something is measured; `part_of` a whole whose level rests on it (a pond's point)."""

    mirrored = True
    owned_by = ("part_of",)

    code = models.CharField(_("Code"), max_length=40, unique=True)
    address = models.CharField(
        _("Address in its protocol"),
        max_length=40,
        blank=True,
        default="",
        help_text=_("What its device calls itself, where that is not the code."),
    )
    name = models.CharField(_("Name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    kind = models.CharField(_("Kind"), max_length=20, choices=measures.sensor_choices, default="river")
    river = models.CharField(_("River"), max_length=60, blank=True)
    river_en = models.CharField(_("River in English"), max_length=100, blank=True)
    location = models.PointField(_("Location"), srid=4326, null=True, blank=True)
    location_precision = models.CharField(_("Precision of the location"), max_length=40, blank=True)
    part_of = models.ForeignKey(
        "self", verbose_name=_("Part of"), null=True, blank=True, on_delete=models.PROTECT, related_name="parts", db_index=True
    )
    owner = models.CharField(
        _("Run by"), max_length=60, blank=True, help_text=_("Whose station it is: of the weather, water or emergency bureau …")
    )
    picture = models.CharField(
        _("Picture or recording"),
        max_length=300,
        blank=True,
        default="",
        validators=[check_picture],
        help_text=_(
            "Where its picture is seen: https://… or rtsp://…, no password in it; {at} stands for the instant that is looked for."
        ),
    )
    note = models.CharField(_("Note"), max_length=300, blank=True)
    source = models.CharField(_("Source"), max_length=200, blank=True)

    class Meta:
        ordering = ["code"]
        #: None where it is empty: a condition would be read by DRF where there is no scope yet.
        constraints = [models.UniqueConstraint(NullIf("address", models.Value("")), name="one_station_at_an_address")]
        verbose_name = _("Station")

    def __str__(self) -> str:
        return str(localised(self.name, self.name_en))

    def picture_at(self, at: datetime) -> str:
        """Return the address of its picture at an instant, "" where it has none."""
        return self.picture.replace("{at}", at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"))


class Datastream(Record):
    """One quantity measured at one station."""

    mirrored = True
    owned_by = ("station",)
    #: How a spreadsheet names it: "QY-H02/water_level".
    named_by = ("station__code", "quantity")

    station = models.ForeignKey(Station, verbose_name=_("Station"), on_delete=models.PROTECT, related_name="datastreams")
    quantity = models.CharField(_("Quantity"), max_length=30, choices=measures.quantity_choices)
    stale_after = models.DurationField(_("Stale after"), **SPAN)
    step_limit = models.FloatField(_("Greatest change in an hour"), **LIMIT)
    stuck_after = models.DurationField(_("Stuck when unchanged for"), null=True, blank=True, **SPAN)
    first_span = models.FloatField(_("First value at most so far from the ladder"), **LIMIT)
    period = models.DurationField(_("Sums are over"), null=True, blank=True, **SPAN)

    class Meta:
        ordering = ["station_id", "quantity"]
        constraints = [models.UniqueConstraint(fields=["station", "quantity"], name="datastream_once_per_station")]
        verbose_name = _("Datastream")

    def __str__(self) -> str:
        return self.get_quantity_display()

    @property
    def label(self) -> Any:
        """Return the quantity in words."""
        return measures.QUANTITIES.get(self.quantity).name

    @property
    def unit(self) -> str:
        """Return the unit of the quantity."""
        return measures.unit_of(self.quantity)


class Threshold(Record):
    """A value at which a hazard reaches a level at one datastream, with its source and how sure it is.

    With `window_hours` it is the sum over that many hours that must reach it, else the newest value.
    """

    mirrored = True
    owned_by = ("datastream",)

    datastream = models.ForeignKey(Datastream, verbose_name=_("Datastream"), on_delete=models.PROTECT, related_name="thresholds")
    hazard = models.CharField(_("Hazard"), max_length=30, choices=hazard_choices)
    level = models.CharField(_("Level"), max_length=20, choices=measures.rung_choices)
    window_hours = models.PositiveSmallIntegerField(_("Sum over hours"), default=0)
    value = models.FloatField(_("Value"))
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["datastream_id", "hazard", "window_hours", "value"]
        constraints = [
            models.UniqueConstraint(fields=["datastream", "hazard", "level", "window_hours"], name="threshold_once_per_level")
        ]
        verbose_name = _("Threshold")

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.value:g}"

    @property
    def source_told(self) -> str:
        """Return the source in the reader's language."""
        return half(self.source, chinese=in_chinese())


class ThresholdChange(Record):
    """A proposed value of a threshold: with its effect on history, signed by a second person, in force from an instant on."""

    owned_by = ("threshold",)
    life = Life(
        Move("sign", ChangeState.PROPOSED, ChangeState.SIGNED, stamps="signed"),
        Move("decline", ChangeState.PROPOSED, ChangeState.DECLINED, stamps="signed"),
        Move("enter", ChangeState.SIGNED, ChangeState.IN_FORCE, stamps="entered"),
    )

    threshold = models.ForeignKey(Threshold, verbose_name=_("Threshold"), on_delete=models.PROTECT, related_name="changes")
    state = models.CharField(_("State"), max_length=10, choices=ChangeState.choices, default=ChangeState.PROPOSED)
    old_value = models.FloatField(_("Value so far"))
    new_value = models.FloatField(_("Proposed value"))
    effective_at = models.DateTimeField(_("In force from"))
    reason = models.CharField(_("Reason"), max_length=300)
    source = models.CharField(_("Source"), max_length=200)
    effect = models.JSONField(_("Effect on history"), default=dict, blank=True)
    proposed_by = models.CharField(_("Proposed by"), max_length=150)
    signed_at = models.DateTimeField(_("Decided"), null=True, blank=True)
    signed_by = models.CharField(_("Decided by"), max_length=150, blank=True)
    entered_at = models.DateTimeField(_("Entered into force"), null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["threshold", "effective_at"], name="change_of_threshold")]
        verbose_name = _("Change of a threshold")
        verbose_name_plural = _("Changes of thresholds")

    def __str__(self) -> str:
        return f"{self.threshold.get_level_display()} {self.old_value:g} → {self.new_value:g}"


class ControlSystem(Named, Record):
    """A PLC, SCADA or gateway that is asked for the values of its tags, at an address inside a network that the deployment allows."""

    code = models.SlugField(_("Code"), max_length=30, unique=True, db_index=False)
    protocol = models.CharField(_("Protocol"), max_length=20, choices=asking_choices)
    url = models.CharField(
        _("Address"), max_length=300, help_text=_("Like opc.tcp://10.20.0.5:4840 or modbus://10.20.0.6:502; no password in it.")
    )
    every_seconds = models.PositiveIntegerField(
        _("Asked every (seconds)"), default=60, validators=[MinValueValidator(1), MaxValueValidator(86_400)]
    )
    active = models.BooleanField(_("Is asked"), default=True)
    source = models.CharField(_("Source"), max_length=200, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Control system")

    @property
    def key(self) -> str:
        """Return under which name how it stands is kept."""
        return f"{self.protocol}:{self.pk}"


class PolledFeed(Named, Record):
    """An address outside that is asked for readings or events every so often; what it brings is taken in for its own area alone."""

    code = models.SlugField(_("Code"), max_length=30, unique=True, db_index=False)
    connector = models.CharField(_("Kind of feed"), max_length=40, choices=polling_choices)
    url = models.CharField(
        _("Address"),
        max_length=500,
        help_text=_("Like https://host/path; no user and no password in it, nothing inside the house."),
    )
    active = models.BooleanField(_("Is asked"), default=True)
    source = models.CharField(_("Source"), max_length=200, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Polled feed")

    @property
    def key(self) -> str:
        """Return under which name how it stands is kept."""
        return f"{self.connector}:{self.pk}"


class Tag(Record):
    """Where in a control system a datastream's values stand, and how a raw value becomes one: times the factor, plus the offset."""

    owned_by = ("system",)

    system = models.ForeignKey(ControlSystem, verbose_name=_("Control system"), on_delete=models.PROTECT, related_name="tags")
    datastream = models.ForeignKey(Datastream, verbose_name=_("Datastream"), on_delete=models.PROTECT, related_name="tags")
    node = models.CharField(_("Node (OPC UA)"), max_length=200, blank=True, help_text=_("Like ns=2;s=Tank1.Level"))
    device = models.PositiveSmallIntegerField(_("Unit (Modbus)"), default=1, validators=[MaxValueValidator(255)])
    table = models.CharField(_("Table (Modbus)"), max_length=10, choices=RegisterTable.choices, blank=True)
    register = models.PositiveIntegerField(
        _("Register from 0 on (Modbus)"), default=0, validators=[MaxValueValidator(65_535)], help_text=_("40001 is 0.")
    )
    type = models.CharField(_("Type (Modbus)"), max_length=10, choices=RegisterType.choices, blank=True)
    order = models.CharField(_("Byte order (Modbus)"), max_length=4, choices=WordOrder.choices, blank=True)
    factor = models.FloatField(_("Factor"), default=1.0)
    offset = models.FloatField(_("Offset"), default=0.0)

    class Meta:
        ordering = ["system_id", "id"]
        constraints = [models.UniqueConstraint(fields=["system", "datastream"], name="one_tag_of_a_system_per_datastream")]
        verbose_name = _("Tag")

    def __str__(self) -> str:
        return self.node or f"{self.device}/{self.table}/{self.register}"

    @property
    def spot(self) -> Spot:
        """Return where it stands, for its protocol."""
        return Spot(self.node, self.device, self.table, self.register, self.type, self.order)


class Batch(Stream):
    """Readings that came in together: kept raw (zlib) and counted. Which lanes of detection still have to see them, `Unjudged` tells.

    `first_at` and `last_at` bound the instants of the readings it wrote: with them a query finds a batch in its days' partitions alone.
    `lag` is how long before it came its newest reading was observed, by the sender's clock (negative: ahead of ours).
    `revised` counts verdicts on other readings that these changed; `faults` are the first lines at fault with their reasons.
    `wholes` are stations whose parts have changed: a batch of no readings has them judged.
    """

    connector = models.CharField(max_length=40)
    sender = models.CharField(max_length=150, default="")
    key = models.CharField(max_length=100, null=True, unique=True)
    received_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    raw = models.BinaryField(null=True)
    accepted = models.PositiveIntegerField(default=0)
    duplicate = models.PositiveIntegerField(default=0)
    corrected = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    revised = models.PositiveIntegerField(default=0)
    faults = models.JSONField(default=list)
    forecasts = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    lag = models.DurationField(null=True)
    wholes = ArrayField(models.BigIntegerField(), null=True)

    class Meta:
        indexes = [models.Index(fields=["received_at"], name="batch_received")]


class ClockLimit(Reference):
    """How far a sender's clock may be ahead of ours or behind before somebody is told."""

    mirrored = True

    side = models.CharField(_("Side"), max_length=6, choices=ClockSide.choices, unique=True)
    most = models.DurationField(_("At most"), **SPAN)
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["side"]
        verbose_name = _("Limit of a sender's clock")

    def __str__(self) -> str:
        return f"{self.get_side_display()} {self.most}"


class NeighbourLimit(Reference):
    """What counts as a neighbour of a gauge, and from where on their sums contradict each other."""

    mirrored = True

    quantity = models.CharField(_("Quantity"), max_length=30, choices=measures.quantity_choices, unique=True)
    within_km = models.FloatField(_("Within (km)"))
    nearest = models.PositiveSmallIntegerField(_("At most so many neighbours"))
    least = models.PositiveSmallIntegerField(_("At least so many neighbours"))
    hours = models.PositiveSmallIntegerField(_("Sums over hours"))
    wet = models.FloatField(_("Much from"))
    dry = models.FloatField(_("Next to nothing up to"))
    days = models.PositiveSmallIntegerField(_("Drift over days"))
    drift_from = models.FloatField(_("Drift is told from"))
    share_low = models.FloatField(_("Lowest share"))
    share_high = models.FloatField(_("Highest share"))
    source = models.CharField(_("Source"), max_length=300)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["quantity"]
        verbose_name = _("Limits of neighbours")

    def __str__(self) -> str:
        return self.get_quantity_display()

    @property
    def limits(self) -> Limits:
        """Return the limits for the comparison."""
        return Limits(
            self.within_km,
            self.nearest,
            self.least,
            self.wet,
            self.dry,
            self.drift_from,
            self.share_low,
            self.share_high,
        )


class Contradiction(Stream):
    """A gauge that does not fit its neighbours now: its sum beside theirs, and since when it has not."""

    datastream_id = models.BigIntegerField()
    verdict = models.SmallIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    own = models.FloatField()
    others = models.FloatField()
    gauges = models.PositiveSmallIntegerField()
    first_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["datastream_id", "verdict"], name="one_contradiction_of_a_kind")]


class SenderClock(Stream):
    """How far a sender's clock is from ours: the running median of received − observed over its newest deliveries.

    `wrong_since` is when it went beyond its limit; null while it is within.
    """

    connector = models.CharField(max_length=40)
    sender = models.CharField(max_length=150)
    lag = models.DurationField()
    deliveries = models.PositiveSmallIntegerField()
    measured_at = models.DateTimeField()
    wrong_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connector", "sender"], name="one_clock_per_sender")]


class Reading(Stream):
    """One value at one instant. Partitioned by day; a correction is a higher version, the old one stays."""

    pk = models.CompositePrimaryKey("datastream_id", "at", "version")
    datastream_id = models.BigIntegerField()
    at = models.DateTimeField()
    version = models.SmallIntegerField()
    value = models.FloatField()
    flags = models.SmallIntegerField()
    estimated = models.BooleanField()
    batch = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "telemetry_reading"


class Latest(Stream):
    """The newest reading of each datastream; the newest good one, and since when its value has not moved."""

    datastream_id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    value = models.FloatField()
    flags = models.SmallIntegerField(default=0)
    estimated = models.BooleanField(default=False)
    good_at = models.DateTimeField(null=True)
    good_value = models.FloatField(null=True)
    same_since = models.DateTimeField(null=True)
    batch = models.BigIntegerField(null=True)


class Forecast(Stream):
    """What somebody forecast for a datastream; kept apart from readings. Where no hour of issue was given, it is when it came in.

    `method` names a method of our own, "" what was sent to us; ours has a band in which four of five should lie.
    """

    datastream_id = models.BigIntegerField()
    at = models.DateTimeField()
    issued_at = models.DateTimeField()
    issue_stated = models.BooleanField(default=True)
    value = models.FloatField()
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    method = models.CharField(max_length=20, default="")
    batch = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["datastream_id", "at", "issued_at", "method"], name="forecast_once_per_issue")
        ]


class DetectionState(Stream):
    """Where the detector of a hazard left a datastream: its level, and the newest instant it has judged.

    Detectors of windows also keep the sum behind the level, over how many hours, and since when (and down to which level) it has been clear.
    """

    datastream_id = models.BigIntegerField()
    hazard = models.CharField(max_length=30)
    level = models.SmallIntegerField(default=0)
    at = models.DateTimeField()
    value = models.FloatField(null=True)
    window_hours = models.SmallIntegerField(default=0, db_default=0)
    clear_since = models.DateTimeField(null=True)
    clear_to = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["datastream_id", "hazard"], name="one_state_per_datastream_and_hazard")]


class Unjudged(Stream):
    """A batch that a lane of detection has not judged yet (`kinds.lanes`): that lane takes the row away in the transaction that judges it.

    Each lane has rows of its own, so that none waits for another. When a station becomes part of a whole or leaves it, or a datastream becomes
    another station's or quantity's, a trigger gives what waits to the other lanes too: for `stations` alone (0: for all), of which
    some may have been judged, as they may in whatever is to be judged `again`.
    """

    pk = models.CompositePrimaryKey("lane", "batch")
    lane = models.SmallIntegerField()
    batch = models.BigIntegerField()
    again = models.BooleanField(default=False, db_default=False)
    stations = ArrayField(models.BigIntegerField(), null=True)


class Untold(Stream):
    """A piece of what a judgement found, to be told in a transaction of its own once those before it are; `lanes` judge nothing before."""

    lanes = models.SmallIntegerField()
    found = models.JSONField()


class DetectorMark(Stream):
    """Which process holds the sums of a hazard's windows in a lane: whoever wrote `token` last; others build theirs from the readings.

    A trigger empties the token whenever a threshold or a datastream changes.
    """

    hazard = models.CharField(max_length=50, primary_key=True)
    token = models.CharField(max_length=32, default="")
    head_at = models.DateTimeField(null=True)


class CatalogueMark(Stream):
    """Says which stations and datastreams there are: a trigger changes `token` with them, so that no process keeps old ones."""

    token = models.CharField(max_length=36)


class Pause(Stream):
    """Somebody works on a station, or one datastream of it: what it tells then is marked and decides nothing.

    A trigger changes the catalogue's mark with it. `cause` names the record behind it.
    """

    cause = models.CharField(max_length=60, unique=True)
    station_id = models.BigIntegerField()
    datastream_id = models.BigIntegerField(null=True)
    since = models.DateTimeField()
    until = models.DateTimeField()


class Feed(Stream):
    """A feed that is polled: how it was asked last, what it said of its newness, and how often it has failed in a row."""

    connector = models.CharField(max_length=40, primary_key=True)
    url = models.CharField(max_length=500)
    etag = models.CharField(max_length=200, default="")
    modified = models.CharField(max_length=60, default="")
    asked_at = models.DateTimeField(null=True)
    took_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    failed = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=300, default="")
    last_result = models.CharField(max_length=300, default="")


class FrameFault(Stream):
    """How often a connector met a fault in a sender's frames on a day, and the newest one: where it went wrong, and the body kept of it."""

    connector = models.CharField(max_length=40)
    sender = models.CharField(max_length=150, default="")
    day = models.DateField()
    fault = models.CharField(max_length=12)
    count = models.PositiveBigIntegerField(default=0)
    last_at = models.DateTimeField()
    at_byte = models.PositiveIntegerField(default=0)
    said = models.CharField(max_length=200, default="")
    batch = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connector", "sender", "day", "fault"], name="one_count_per_fault_and_day")
        ]
