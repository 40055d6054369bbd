"""Readers: what waits to go out, and what became of what went."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from anlan.apps.messages.choices import ReceiptState
from anlan.apps.messages.models import Receipt
from anlan.kit import clock

#: States by how far a message got: each includes the ones after it.
ANSWERED = Q(state=ReceiptState.ANSWERED)
DELIVERED = ANSWERED | Q(state=ReceiptState.DELIVERED)
SENT = DELIVERED | Q(state=ReceiptState.SENT)


@dataclass(frozen=True)
class Reach:
    """How far a message got."""

    addressed: int
    sent: int
    delivered: int
    answered: int
    failed: int


def due(limit: int = 500) -> list[Receipt]:
    """Return receipts whose next attempt is due."""
    rows = Receipt.objects.filter(state=ReceiptState.QUEUED, next_at__lte=clock.now()).select_related("message")
    return list(rows.order_by("next_at", "id")[:limit])


def reach(about: str) -> Reach:
    """Count receipts of all messages about one thing, e.g. "warning:12"."""
    counts = Receipt.objects.filter(message__about=about).aggregate(
        addressed=Count("id"),
        sent=Count("id", filter=SENT),
        delivered=Count("id", filter=DELIVERED),
        answered=Count("id", filter=ANSWERED),
        failed=Count("id", filter=Q(state=ReceiptState.FAILED)),
    )
    return Reach(**counts)


def counts_by_channel() -> dict[str, dict[str, int]]:
    """Count sent and delivered receipts by channel in this world."""
    rows = Receipt.objects.values("channel").annotate(sent=Count("id", filter=SENT), delivered=Count("id", filter=DELIVERED))
    return {row["channel"]: {"sent": row["sent"], "delivered": row["delivered"]} for row in rows.order_by("channel")}
