"""Posting: write the deed's events and what they owe to whom, in the deed's own transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import connections

from anlan.kit.clock import real_now
from anlan.kit.events import LISTENERS, Event
from anlan.kit.models import Delivery, OutboxEvent
from anlan.kit.records import unscoped


def post_events(using: str, events: list[Event], *, at: datetime, entry: int) -> None:
    """Store `events` with one delivery per listener and wake the worker at commit."""
    if not events:
        return
    rows = [
        OutboxEvent(name=e.name, payload=e.payload(), aggregate=e.aggregate, area=e.area, at=at, entry=entry or None)
        for e in events
    ]
    rows = unscoped(OutboxEvent, using).bulk_create(rows)
    due = real_now()
    owed = [
        Delivery(event=row, handler=listener.name, aggregate=row.aggregate, area=row.area, next_at=due)
        for row in rows
        for listener in LISTENERS.get(row.name, ())
    ]
    unscoped(Delivery, using).bulk_create(owed)
    if owed:
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT pg_notify('anlan_outbox', '')")
