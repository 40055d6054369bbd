"""Readers of senders: what each delivered lately, and how far its clock is from ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from anlan.apps.telemetry.models import Batch, SenderClock
from anlan.apps.telemetry.queries.network import source_name
from anlan.kit import clock
from anlan.kit.refusals import NotAuthorised
from anlan.kit.scope import current
from anlan.kit.worlds import alias

MAY_DELIVER, MAY_LOOK = "telemetry.ingest_readings", "telemetry.upload_readings"
SHOWN_FOR = timedelta(days=30)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Clock:
    """How far a sender's clock is from ours (`lag`: behind, negative ahead), over how many deliveries, and since when too far."""

    connector: str
    sender: str
    lag: timedelta
    deliveries: int
    wrong_since: datetime | None

    @property
    def way(self) -> str:
        """Return the connector in words."""
        return source_name(self.connector)

    @property
    def words(self) -> str:
        """Return how far the clock is from ours, in words."""
        minutes = round(abs(self.lag) / MINUTE)
        if minutes == 0:
            return _("within a minute")
        if self.lag < timedelta(0):
            return ngettext("%(n)d minute ahead", "%(n)d minutes ahead", minutes) % {"n": minutes}
        return ngettext("%(n)d minute behind", "%(n)d minutes behind", minutes) % {"n": minutes}


def _own(rows: Any) -> Any:
    """Narrow rows with a sender to those that the viewer may know of: all for the city's desk, else the viewer's own."""
    scope = current()
    areas = scope.areas_for(MAY_LOOK) or scope.areas_for(MAY_DELIVER)
    if not areas:
        raise NotAuthorised(_("Your role does not include this."))
    return rows if any(len(area) <= 4 for area in areas) else rows.filter(sender=scope.actor)


def batches() -> Any:
    """Return the batches that the viewer may know of."""
    return _own(Batch.objects.using(alias()))


def clocks(wrong_only: bool = False) -> list[Clock]:
    """Return the clocks of the senders that the viewer may know of, those that are wrong first."""
    rows = _own(SenderClock.objects.using(alias())).filter(measured_at__gte=clock.now() - SHOWN_FOR)
    if wrong_only:
        rows = rows.filter(wrong_since__isnull=False)
    found = rows.order_by("connector", "sender").values_list("connector", "sender", "lag", "deliveries", "wrong_since")
    return sorted((Clock(*row) for row in found), key=lambda c: c.wrong_since is None)


def senders() -> list[dict[str, Any]]:
    """Return each sender with its last contact, its counts of the newest 30 days and its clock, the last heard first."""
    lately = batches().filter(received_at__gte=clock.now() - SHOWN_FOR)
    found = list(
        lately.values("connector", "sender")
        .annotate(
            last=Max("received_at"),
            batches=Count("id"),
            new=Sum("accepted"),
            fixed=Sum("corrected"),
            known=Sum("duplicate"),
            ahead=Sum("forecasts"),
            bad=Sum("rejected"),
        )
        .order_by("-last")
    )
    measured = {(c.connector, c.sender): c for c in clocks()}
    for sender in found:
        sender["way"] = source_name(sender["connector"])
        sender["clock"] = measured.get((sender["connector"], sender["sender"]))
    return found
