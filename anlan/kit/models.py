"""Tables of the kit: the journal, the outbox, parked second-person actions, the exercise clock, heartbeats, background jobs, files."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.kit.lives import Life, Move
from anlan.kit.names import name_of
from anlan.kit.records import AreaField, Guarded, GuardedManager, Record, Reference, ScopedManager
from anlan.kit.saved_views import SavedView as SavedView


class JournalEntry(models.Model):
    """One journalled change of one row; a link of the hash chain. Written by the deed, never changed."""

    seq = models.BigIntegerField(_("Number"), primary_key=True)
    at = models.DateTimeField(_("Time"))
    world = models.CharField(max_length=8)
    actor = models.CharField(_("Who"), max_length=150)
    post = models.CharField(_("Post"), max_length=100, blank=True)
    area = AreaField(blank=True, validators=[])
    action = models.CharField(_("Action"), max_length=100)
    record = models.CharField(_("Record type"), max_length=100, blank=True)
    record_id = models.CharField(_("Record"), max_length=64, blank=True)
    reason = models.TextField(_("Reason"), blank=True)
    diff = models.JSONField(_("Change"), default=dict, encoder=DjangoJSONEncoder)
    cause = models.CharField(_("Cause"), max_length=100, blank=True)
    refused = models.BooleanField(_("Refused"), default=False)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    #: What the hash covers and how: "" is the form of entries that the application itself once hashed, else the algorithm.
    form = models.CharField(_("Form"), max_length=8, default="")
    #: The database's transaction that wrote it.
    txid = models.BigIntegerField(_("Transaction"), null=True)

    objects = ScopedManager()

    class Meta:
        base_manager_name = "objects"
        ordering = ["-seq"]
        indexes = [
            models.Index(fields=["record", "record_id"]),
            models.Index(fields=["cause"]),
            models.Index(fields=["action", "at"]),
        ]
        verbose_name = _("Journal entry")

    def __str__(self) -> str:
        return f"#{self.seq}"


class OutboxEvent(models.Model):
    """A fact that happened, waiting for (or past) its listeners."""

    name = models.CharField(_("Event"), max_length=100)
    payload = models.JSONField(_("Facts"), encoder=DjangoJSONEncoder)
    aggregate = models.CharField(max_length=100)
    area = AreaField(blank=True, validators=[])
    at = models.DateTimeField(_("Time"))
    entry = models.BigIntegerField(null=True)

    objects = ScopedManager()

    class Meta:
        base_manager_name = "objects"
        indexes = [models.Index(fields=["entry"]), models.Index(fields=["name", "at"])]
        verbose_name = _("Event")

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class Delivery(models.Model):
    """One event owed to one listener: pending, done, or dead after too many tries."""

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        DONE = "done", _("Delivered")
        DEAD = "dead", _("Dead letter")

    event = models.ForeignKey(OutboxEvent, on_delete=models.PROTECT, related_name="deliveries")
    handler = models.CharField(_("Listener"), max_length=150)
    aggregate = models.CharField(_("Owner"), max_length=100)
    area = AreaField(blank=True, validators=[])
    state = models.CharField(_("State"), max_length=8, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("Attempts"), default=0)
    next_at = models.DateTimeField(_("Next attempt"))
    done_at = models.DateTimeField(_("Delivered at"), null=True)
    error = models.TextField(_("Last error"), blank=True)

    objects = ScopedManager()

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="delivery_once_per_listener")]
        indexes = [
            models.Index(fields=["handler", "aggregate", "id"], condition=models.Q(state="pending"), name="delivery_pending"),
            models.Index(fields=["state", "next_at"]),
            # the next one due is found without sorting all that wait
            models.Index(fields=["id"], condition=models.Q(state="pending"), name="delivery_next"),
        ]
        verbose_name = _("Event delivery")

    def __str__(self) -> str:
        return f"{self.handler} {self.event_id}"


class PendingAction(Record):
    """An action that waits for its second person."""

    #: They may hold a secret; what is asked stands in a note of its own, without it.
    journal_masks = ("arguments",)
    #: The second person may ask by a program, and must know what for; the desk of confirmations finds the words.
    extra_api_fields = ("request_text",)

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for a second person")
        CONFIRMED = "confirmed", _("Confirmed")
        REJECTED = "rejected", _("Rejected")
        EXPIRED = "expired", _("Expired")

    life = Life(
        Move("confirm", State.WAITING, State.CONFIRMED, stamps="decided"),
        Move("reject", State.WAITING, State.REJECTED, stamps="decided"),
        Move("expire", State.WAITING, State.EXPIRED),
    )

    action = models.CharField(_("Action"), max_length=100)
    arguments = models.JSONField(_("Details"), blank=True, default=dict, encoder=DjangoJSONEncoder)
    requested_by = models.CharField(_("Requested by"), max_length=150)
    requested_at = models.DateTimeField(_("Requested at"))
    expires_at = models.DateTimeField(_("Expires"), null=True)
    reason = models.TextField(_("Reason"), blank=True)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.WAITING)
    decided_by = models.CharField(_("Decided by"), max_length=150, blank=True)
    decided_at = models.DateTimeField(_("Decided at"), null=True)

    class Meta:
        verbose_name = _("Confirmation")

    def __str__(self) -> str:
        return name_of("action", self.action)


class WorldClock(models.Model):
    """The clock of the exercise world: an anchor and a speed. `speed` 0 is a pause."""

    anchor_real = models.DateTimeField()
    anchor_world = models.DateTimeField()
    speed = models.FloatField(default=1.0)

    def reading(self, real: datetime) -> datetime:
        """Return the world's time at the real instant `real`."""
        elapsed: timedelta = real - self.anchor_real
        return self.anchor_world + elapsed * self.speed


class Heartbeat(models.Model):
    """When a job last ran, and how it went."""

    name = models.CharField(_("Job"), max_length=100)
    world = models.CharField(max_length=8)
    started_at = models.DateTimeField(_("Last started"))
    finished_at = models.DateTimeField(_("Last finished"), null=True)
    seconds = models.FloatField(_("Seconds"), default=0)
    error = models.TextField(_("Last error"), blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "world"], name="heartbeat_per_job_and_world")]
        verbose_name = _("Timed job")

    def __str__(self) -> str:
        return self.name


class Proof(models.Model):
    """How the newest proof of one kind went: the journal's head and chain, the stored files, the backup and its rehearsal.

    Kinds are declared with `anlan.kit.proofs.proof`; one row per kind, in the live world only.
    """

    live_only = True

    kind = models.CharField(_("Proof"), max_length=40, unique=True)
    at = models.DateTimeField(_("Last tried"), null=True)
    well_at = models.DateTimeField(_("Last succeeded"), null=True)
    seconds = models.FloatField(_("Seconds"), default=0)
    figures = models.JSONField(_("Figures"), default=dict, encoder=DjangoJSONEncoder)
    problem = models.TextField(_("Problem"), blank=True)

    class Meta:
        verbose_name = _("Proof")

    def __str__(self) -> str:
        return self.kind


class BackgroundJob(models.Model):
    """Work that somebody asked for and that takes longer than a page may: queued by a deed, done step by step by the jobs process."""

    #: How the job is kept going, which is nobody's news.
    journal_masks = ("granted", "cursor", "runner", "message")
    extra_api_fields = ("progress_text",)

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Under way")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    task = models.CharField(_("Task"), max_length=100)
    area = AreaField(blank=True, validators=[])
    arguments = models.JSONField(_("Details"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    requested_by = models.CharField(_("Requested by"), max_length=150)
    requested_at = models.DateTimeField(_("Requested at"))
    #: Whether the program itself asked; the permissions of the token that asked, None for a person.
    by_program = models.BooleanField(_("Asked by the program"), default=False)
    granted = models.JSONField(null=True, blank=True)
    language = models.CharField(_("Language"), max_length=16, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.WAITING)
    #: Where the task goes on, as it left it at its last step; how much is done of how much, and what to say of it (an English
    #: msgid with its figures).
    cursor = models.JSONField(default=dict, blank=True)
    done = models.PositiveIntegerField(_("Done so far"), default=0)
    of = models.PositiveIntegerField(_("In all"), default=0)
    message = models.CharField(max_length=300, blank=True)
    figures = models.JSONField(default=dict, blank=True)
    #: Who is at work (one number per take-up), and how often in a row it was taken up without a step done.
    runner = models.CharField(max_length=32, blank=True)
    attempts = models.PositiveSmallIntegerField(_("Attempts"), default=0)
    started_at = models.DateTimeField(_("Started"), null=True)
    finished_at = models.DateTimeField(_("Finished"), null=True)
    error = models.TextField(_("Reason"), blank=True)

    objects = ScopedManager()

    class Meta:
        base_manager_name = "objects"
        indexes = [models.Index(fields=["id"], condition=models.Q(state__in=["waiting", "running"]), name="job_to_do")]
        verbose_name = _("Background job")

    def __str__(self) -> str:
        return name_of("task", self.task)

    @property
    def progress_text(self) -> str:
        """Return how far it is, in the reader's language."""
        return gettext(self.message) % self.figures if self.message else ""


class JobFault(models.Model):
    """A line of a file that a background job could not take, kept until the job writes them all to a spreadsheet."""

    job = models.ForeignKey(BackgroundJob, on_delete=models.CASCADE, related_name="faults")
    line = models.PositiveIntegerField()
    values = models.JSONField()
    reason = models.TextField()

    class Meta:
        verbose_name = _("Refused line")

    def __str__(self) -> str:
        return str(self.line)


class StoredFile(Record):
    """An uploaded file, kept once by the hash of its content."""

    sector_field = "sector"

    sha256 = models.CharField(max_length=64)
    name = models.CharField(_("File name"), max_length=200)
    content_type = models.CharField(_("Type"), max_length=100)
    size = models.PositiveBigIntegerField(_("Size"))
    uploaded_by = models.CharField(_("Uploaded by"), max_length=150)
    record = models.CharField(_("Record type"), max_length=100, blank=True)
    record_id = models.CharField(_("Record"), max_length=64, blank=True)
    sector = models.CharField(_("Sector"), max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["record", "record_id"], name="file_of_record")]
        verbose_name = _("File")

    def __str__(self) -> str:
        return self.name


class NumberSeries(Guarded):
    """The last number given in a series; the row's lock makes the next one, so that none is left out."""

    code = models.CharField(max_length=60, unique=True, db_collation="C")
    last = models.PositiveIntegerField(default=0)

    objects = GuardedManager()

    class Meta:
        verbose_name = _("Number series")

    def __str__(self) -> str:
        return f"{self.code} {self.last}"


class PaperNumber(Record):
    """The number under which an official paper about a record was issued; written again, it has the same."""

    sector_field = "sector"

    kind = models.CharField(_("Kind of paper"), max_length=100)
    number = models.CharField(_("Number"), max_length=60, unique=True)
    record = models.CharField(_("Record type"), max_length=100)
    record_id = models.CharField(_("Record"), max_length=64)
    sector = models.CharField(_("Sector"), max_length=60, blank=True)
    given_at = models.DateTimeField(_("Given at"))
    given_by = models.CharField(_("Given by"), max_length=150)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "record", "record_id"], name="paper_numbered_once")]
        verbose_name = _("Number of a paper")

    def __str__(self) -> str:
        return self.number


class ApprovalRule(Reference):
    """Who must approve a kind of document: from which amount, how many persons, holding their post at which level."""

    mirrored = True

    class Level(models.IntegerChoices):
        ANY = 12, _("Any level")
        TOWN = 9, _("Town or above")
        COUNTY = 6, _("County or above")
        CITY = 4, _("City or above")

    kind = models.CharField(_("Kind of document"), max_length=100)
    above = models.DecimalField(_("From amount (yuan)"), max_digits=18, decimal_places=2, default=0)
    level = models.PositiveSmallIntegerField(_("Level"), choices=Level.choices, default=Level.ANY)
    persons = models.PositiveSmallIntegerField(_("Persons"), default=1)
    basis = models.CharField(_("Basis"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["kind", "above", "-level"]
        constraints = [models.UniqueConstraint(fields=["kind", "above", "level"], name="approval_rule_once")]
        verbose_name = _("Approval rule")

    def __str__(self) -> str:
        return f"{apps.get_model(self.kind)._meta.verbose_name} ≥ {self.above}"


class Approval(Record):
    """One person's word on a document: approved, or sent back with the reason. A document sent back begins anew."""

    record = models.CharField(_("Record type"), max_length=100)
    record_id = models.PositiveBigIntegerField(_("Record"))
    round = models.PositiveSmallIntegerField(_("Round"), default=1)
    approved = models.BooleanField(_("Approved"))
    by = models.CharField(_("Who"), max_length=150)
    post = models.CharField(_("Post"), max_length=100, blank=True)
    #: How many digits the division has over which the approver holds the permission: 4 is the city.
    digits = models.PositiveSmallIntegerField(default=12)
    at = models.DateTimeField(_("Time"))
    reason = models.TextField(_("Reason"), blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "record_id", "round", "by"], condition=models.Q(approved=True), name="approval_once_per_person"
            )
        ]
        verbose_name = _("Approval")

    def __str__(self) -> str:
        return self.by
