"""Readers of senders: what each delivered lately, and how far its clock is from ours."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from anlan.apps.messages.api import in_words
from anlan.apps.telemetry.choices import FAULTS
from anlan.apps.telemetry.kinds import CONNECTORS
from anlan.apps.telemetry.models import Batch, ControlSystem, Feed, FrameFault, PolledFeed, SenderClock
from anlan.apps.telemetry.queries.control import came, is_polled
from anlan.apps.telemetry.queries.network import source_name
from anlan.kit import clock
from anlan.kit.names import name_of
from anlan.kit.refusals import NotAuthorised
from anlan.kit.scope import current
from anlan.kit.worlds import alias
from anlan.lib.frames import Fault

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
    def lag_text(self) -> str:
        """Return how far the clock is from ours, in words."""
        minutes = round(abs(self.lag) / MINUTE)
        if minutes == 0:
            return _("within a minute")
        if self.lag < timedelta(0):
            return ngettext("%(n)d minute ahead", "%(n)d minutes ahead", minutes) % {"n": minutes}
        return ngettext("%(n)d minute behind", "%(n)d minutes behind", minutes) % {"n": minutes}


def _visible(rows: Any) -> Any:
    """Narrow rows with a sender to those that the viewer may know of: all for the city's desk, else the viewer's own."""
    scope = current()
    areas = scope.areas_for(MAY_LOOK) or scope.areas_for(MAY_DELIVER)
    if not areas:
        raise NotAuthorised(_("Your role does not include this."))
    return rows if any(len(area) <= 4 for area in areas) else rows.filter(sender=scope.actor)


def batches() -> Any:
    """Return the batches that the viewer may know of."""
    return _visible(Batch.objects.using(alias()))


def clocks(wrong_only: bool = False) -> list[Clock]:
    """Return the clocks of the senders that the viewer may know of, those that are wrong first."""
    rows = _visible(SenderClock.objects.using(alias())).filter(measured_at__gte=clock.now() - SHOWN_FOR)
    if wrong_only:
        rows = rows.filter(wrong_since__isnull=False)
    found = rows.order_by("connector", "sender").values_list("connector", "sender", "lag", "deliveries", "wrong_since")
    return sorted((Clock(*row) for row in found), key=lambda c: c.wrong_since is None)


def who(sender: str) -> str:
    """Return a sender by its name; a device by the key under which it came, one whose frame named none as unknown."""
    kind, _colon, rest = sender.partition(":")
    way, _colon, key = rest.partition(":")
    if kind == "system" and way in CONNECTORS and CONNECTORS.get(way).stream and not key:
        return _("Unknown device")
    return key if kind == "system" and key and way in CONNECTORS else str(name_of("actor", sender))


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
        sender["who"] = who(sender["sender"])
        sender["clock"] = measured.get((sender["connector"], sender["sender"]))
    return found


def feeds() -> list[Feed]:
    """Return the feeds that are polled and how each stands, those that fail first; they are the city's desk's to know of."""
    areas = current().areas_for(MAY_LOOK)
    rows = Feed.objects.using(alias()).order_by("-failed", "connector") if any(len(area) <= 4 for area in areas) else ()
    return [_named(row) for row in rows]


@dataclass(frozen=True)
class FaultCount:
    """How often a sender's frames had one fault lately, and the newest of them."""

    way: str
    sender: str
    fault: str
    count: int
    last_at: datetime
    at_byte: int
    said: str
    batch: int | None


def fault_counts() -> list[FaultCount]:
    """Return the malformed frames of the newest 30 days by sender and fault, the newest first."""
    since = (clock.now() - SHOWN_FOR).date()
    rows = _visible(FrameFault.objects.using(alias())).filter(day__gte=since)
    newest: dict[tuple[str, str, str], FrameFault] = {}
    counts: Counter[tuple[str, str, str]] = Counter()
    for row in rows.order_by("-last_at"):
        key = (row.connector, row.sender, row.fault)
        newest.setdefault(key, row)
        counts[key] += row.count
    return [
        FaultCount(
            source_name(r.connector),
            who(r.sender),
            str(FAULTS[Fault(r.fault)]),
            counts[key],
            r.last_at,
            r.at_byte,
            r.said,
            r.batch,
        )
        for key, r in newest.items()
    ]


def _named(feed: Feed) -> Feed:
    code, _colon, system = feed.connector.partition(":")
    feed.way = source_name(code)  # type: ignore[attr-defined]
    kind = PolledFeed if is_polled(feed.connector) else ControlSystem
    feed.system = kind.objects.filter(pk=system).first() if system else None  # type: ignore[attr-defined]
    feed.trouble, feed.came = in_words(feed.fault), came(feed)  # type: ignore[attr-defined]
    feed.tagged = not isinstance(feed.system, ControlSystem) or feed.system.tags.exists()  # type: ignore[attr-defined]
    return feed
