"""Broadcasts: begun with the deed that wants one, filled chunk by chunk, ended or called off; each a journal entry as a whole."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.gis.geos import MultiPolygon
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anlan.apps.messages import parcels, queries
from anlan.apps.messages.choices import BroadcastState, Lane
from anlan.apps.messages.events import EchoDiffered
from anlan.apps.messages.models import Broadcast
from anlan.apps.people import api as people
from anlan.kit.actions import Deed, action

DELIVERS = "messages.deliver"


@action("messages.broadcast", needs="messages.send_broadcast", label=_("Send to subscribers"))
def broadcast(
    deed: Deed,
    *,
    kind: str,
    subject: str,
    texts: dict[str, dict[str, str]],
    areas: list[str],
    area: str,
    expires_at: datetime,
    outline: MultiPolygon | None = None,
    about: str = "",
    urgent: bool = False,
    level: int = 0,
    channels: list[str] | None = None,
) -> Broadcast:
    """Send to every subscriber of a ground, by some channels where these are named. The first are queued with the deed itself, the others by the job right after."""
    row = deed.create(
        Broadcast,
        area=area,
        kind=kind,
        subject=subject[:200],
        about=about,
        level=level,
        channels=channels or [],
        lane=Lane.URGENT if urgent else Lane.ROUTINE,
        texts=texts,
        areas=areas,
        outline=outline,
        towns=queries.towns_of(outline),
        day=timezone.localdate(deed.now),
        queued_at=deed.now,
        expires_at=expires_at,
    )
    filled = parcels.fill(row, parcels.FIRST)
    if filled < parcels.FIRST:
        deed.move(row, Broadcast.life.fill)
        row.total = filled
    return row


@action("messages.end_filling", needs=DELIVERS, label=_("All are queued"))
def end_filling(deed: Deed, *, broadcast: int) -> Broadcast:
    """Note that every addressee of a broadcast is queued, and how many they are."""
    row = deed.lock(Broadcast, broadcast)
    if row.state == BroadcastState.FILLING:
        deed.move(row, Broadcast.life.fill)
        row.total = parcels.total(row)
    return row


@action("messages.finish_broadcast", needs=DELIVERS, label=_("Sent to all"))
def finish(deed: Deed, *, broadcast: int) -> Broadcast:
    """Note that nothing of a broadcast waits any more, with what became of it by channel."""
    row = deed.lock(Broadcast, broadcast)
    if row.state == BroadcastState.SENDING:
        deed.move(row, Broadcast.life.finish)
        deed.note("counted", _counted(row))
    return row


@action(
    "messages.stop_broadcast",
    needs="messages.send_broadcast",
    label=_("Call off"),
    record="messages.Broadcast",
    icon="hand-stop",
    danger=True,
    moves=Broadcast.life.stop,
)
def stop(deed: Deed, *, broadcast: int) -> Broadcast:
    """Send no more of a broadcast; what has gone out cannot be called back."""
    row = deed.lock(Broadcast, broadcast)
    deed.note("counted", _counted(row))
    return row


@action("messages.stop_about", needs="messages.send_broadcast", label=_("Call off"))
def call_off(deed: Deed, *, about: str) -> int:
    """Send no more of any broadcast about a thing that was replaced; returns how many were under way."""
    running = Broadcast.objects.filter(about=about, state__in=[BroadcastState.FILLING, BroadcastState.SENDING])
    rows = list(running.order_by("id"))
    for row in rows:
        deed.move(deed.lock(Broadcast, row), Broadcast.life.stop)
    return len(rows)


@action("messages.note_difference", needs=DELIVERS, label=_("A channel took something else"))
def note_difference(deed: Deed, *, broadcast: int, channel: str, said: str) -> None:
    """Note that an addressee's device took another level or ground than it was told; the first of a broadcast raises the alarm."""
    row = deed.lock(Broadcast, broadcast)
    row.differing += 1
    deed.note("channel", channel)
    deed.note("difference", said[:200])
    if row.differing == 1:
        deed.emit(EchoDiffered(broadcast=row.pk, channel=channel, said=said[:200], area=row.area))


@action("messages.drop_copies", needs=DELIVERS, label=_("Drop old copies"))
def drop_copies(deed: Deed, *, before: date) -> int:
    """Drop the copies of broadcasts of days before one, addresses and all; how many of each there were stays counted."""
    dropped = parcels.drop_before(before)
    if dropped:
        deed.note("before", before.isoformat())
        deed.note("partitions", dropped)
    return dropped


@action("messages.look_up", needs="messages.view_subscriber", label=_("Look up an address"))
def look_up(deed: Deed, *, broadcast: int, address: str) -> None:
    """Note who asked what became of an address; the address stands masked in the journal."""
    deed.note("broadcast", broadcast)
    deed.note("address", people.mask(address))


def _counted(row: Broadcast) -> dict[str, Any]:
    return {f"{channel}.{state}": n for channel, states in parcels.tally(row.pk).items() for state, n in states.items()}
