"""Posting: write the deed's events and what they owe to whom, in the deed's own transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections

from anlan.kit.clock import real_now
from anlan.kit.events import LISTENERS, Event

POST = """
WITH event AS (
    INSERT INTO kit_outboxevent (name, payload, aggregate, area, at, entry)
    SELECT e.name, e.payload, e.aggregate, e.area, %s, %s::bigint + e.place
    FROM jsonb_to_recordset(%s::jsonb) AS e(name text, payload jsonb, aggregate text, area text, place bigint)
    RETURNING id, name, aggregate, area
), owed AS (
    INSERT INTO kit_delivery (event_id, handler, aggregate, area, state, attempts, next_at, error)
    SELECT event.id, l.handler, event.aggregate, event.area, 'pending', 0, %s, ''
    FROM event JOIN unnest(%s::text[], %s::text[]) WITH ORDINALITY AS l(name, handler, turn) USING (name) ORDER BY event.id, l.turn
    RETURNING id)
SELECT pg_notify('anlan_outbox', '') FROM owed LIMIT 1"""


def posting(events: Sequence[Event], records: Sequence[str]) -> Callable[[str, datetime, int], None]:
    """Prepare events before the journal is held. `records` are what the deed's entries are about; call the result with (database, instant, first entry).

    Each event is stored with the entry about its owner, the first where there is none, and one delivery per listener; commit wakes the worker.
    """
    places = {record: place for place, record in reversed(list(enumerate(records)))}
    rows = [
        {"name": e.name, "payload": e.payload(), "aggregate": e.aggregate, "area": e.area, "place": places.get(e.aggregate, 0)}
        for e in events
    ]
    told = json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False)
    owed = [(name, listener.name) for name in {e.name for e in events} for listener in LISTENERS.get(name, ())]

    def post(using: str, at: datetime, entry: int) -> None:
        if rows:
            with connections[using].cursor() as cursor:
                cursor.execute(POST, [at, entry or None, told, real_now(), [n for n, _ in owed], [h for _, h in owed]])

    return post
