"""What came from devices: operations with their receipts, and what each device held when it last asked."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.apps.field.choices import Outcome
from anlan.kit.names import name_of
from anlan.kit.records import Record, Stream


class Operation(Record):
    """One verb that somebody did on a device, with what became of it when it arrived.

    The key is the device's own: the same key gives the same receipt for ever. `digest` tells another operation under the same key.
    """

    key = models.UUIDField(_("Key"))
    digest = models.CharField(max_length=64)
    actor = models.CharField(_("Who"), max_length=150)
    device = models.UUIDField(_("Device"))
    verb = models.CharField(_("Action"), max_length=100)
    record = models.CharField(_("Record type"), max_length=100, blank=True)
    record_id = models.CharField(_("Record"), max_length=64, blank=True)
    outcome = models.CharField(_("Result"), max_length=8, choices=Outcome.choices)
    #: What the device was told, in its language then.
    title = models.TextField(_("Receipt"))
    status = models.PositiveSmallIntegerField(default=200)
    #: The input at fault, and what two people wrote into the same field.
    details = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    #: When it was done by the device's own account: shown, and believed by no deadline.
    claimed_at = models.DateTimeField(_("Done on the device"))
    received_at = models.DateTimeField(_("Received"))

    #: What it holds is its record's own news; the receipt repeats words that may be about persons.
    journal_masks = ("title", "details", "digest")
    extra_api_fields = ("receipt",)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="operation_once_per_key")]
        indexes = [models.Index(fields=["actor", "received_at"], name="operation_of_person")]
        verbose_name = _("Operation from a device")

    def __str__(self) -> str:
        return name_of("action", self.verb)

    @property
    def receipt(self) -> str:
        """Return what the device was told."""
        return self.title


class Cursor(Stream):
    """What a device held after it last asked: each item by its digest. What is missing next time is gone, or no longer its holder's to see."""

    code = models.UUIDField(primary_key=True)
    actor = models.CharField(max_length=150)
    device = models.UUIDField()
    made_at = models.DateTimeField()
    held = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["actor", "device"], name="cursor_of_device")]
        verbose_name = _("Cursor of a device")

    def __str__(self) -> str:
        return str(self.code)
