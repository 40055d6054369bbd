"""Devices at a broker (MQTT): each message is taken in like any delivery; the broker is answered after the commit, and so is the sender.

The broker's PUBACK to the sender says nothing of us. Ours to the broker is given after the commit, so that what we did not store it
sends again; and each sender is told on a topic of its own what became of each message. Sent again, a message is taken once.
What waits is taken in together: of a single reading the turns to the database cost most, and many share them.
"""

from __future__ import annotations

import json
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import InterfaceError, OperationalError, connections
from django.utils.translation import gettext as _

from anlan.apps.people import api as people
from anlan.apps.telemetry.intake.decoding import MOST_BYTES, Table
from anlan.apps.telemetry.intake.faults import note_faults
from anlan.apps.telemetry.intake.gathering import Delivery, ingest_together
from anlan.apps.telemetry.intake.storing import IngestResult, ingest, note_refused
from anlan.apps.telemetry.kinds import CONNECTORS, Connector
from anlan.apps.telemetry.models import Feed
from anlan.apps.telemetry.queries.network import names_of_stations
from anlan.apps.telemetry.queries.senders import MAY_DELIVER
from anlan.apps.telemetry.rules import printable
from anlan.kit import clock
from anlan.kit.refusals import Conflict, Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.worlds import alias
from anlan.lib import json_faults, mqtt
from anlan.lib.frames import Fault, Frame

log = logging.getLogger(__name__)
#: The name under which the broker keeps our session, and how often is told how it stands, in seconds.
SESSION, TELL_SECONDS = "anlan-ingest", 30.0
MOST_ID = 64
#: So many messages that wait are taken in together, in one transaction.
MOST_TOGETHER = 200


@dataclass(frozen=True)
class Receipt:
    """What a sender is told of one of its messages: taken, or why not. `state`: accepted, partly, refused, or early (send it again later)."""

    id: str
    state: str
    taken: int = 0
    batch: int = 0
    rejected: tuple[tuple[int, str], ...] = ()
    reason: str = ""

    def packed(self) -> bytes:
        """Return it as it goes out."""
        rows = [{"line": line, "reason": reason} for line, reason in self.rejected]
        said = {
            "id": self.id,
            "state": self.state,
            "taken": self.taken,
            "batch": self.batch,
            "rejected": rows,
            "reason": self.reason,
        }
        return json.dumps(said, ensure_ascii=False).encode()


def take(connector: Connector, key: str, raw: bytes) -> Receipt:
    """Take in one message of a sender, in a transaction of its own; returns what to tell it, now that it is safe.

    The key is an account that may deliver readings, for what it may deliver for, or a station's address or code, for that station
    alone. Whoever let a key write to its topic is the broker, by user and password.
    """
    with entered(people.scope_of(key, "live")) as scope:
        areas = scope.areas_for(MAY_DELIVER)
        if areas:
            return _taken(connector, raw, areas, None)
    with entered(_own_scope(connector, key)):
        own = names_of_stations([key])[key]
        if not own:
            words = _("The key %(key)s is no account that may deliver readings, and no station.") % {"key": printable(key)}
            note_refused(connector.code, raw, words)
            return Receipt(_id_of(raw), "refused", reason=words)
        return _taken(connector, raw, ("",), own)


def take_together(messages: Sequence[tuple[Connector, str, bytes]]) -> list[Receipt | None]:
    """Take in messages of several senders in one transaction; returns what to tell each, None for one that must be taken by itself.

    By itself goes what is not plain: another form, a row that cannot be taken, one that came late or came before.
    """
    keys = {key for _way, key, _raw in messages}
    accounts = {name: people.scope_of(name, "live") for name in people.usernames(keys)}
    with entered(Scope.everything("system:ingest")):
        own = names_of_stations(keys)
    found: list[Delivery | None] = []
    for way, key, raw in messages:
        scope = accounts.get(key)
        if scope is not None and (areas := scope.areas_for(MAY_DELIVER)):
            found.append(_delivery(way, raw, scope, areas, None))
        else:
            found.append(_delivery(way, raw, _own_scope(way, key), ("",), own[key]) if own[key] else None)
    with entered(Scope.everything("system:ingest")):
        results = iter(ingest_together([one for one in found if one is not None]))
    told = [next(results) if one is not None else None for one in found]
    return [_told(_id_of(raw), one) if one else None for (_way, _key, raw), one in zip(messages, told, strict=True)]


def _own_scope(connector: Connector, key: str) -> Scope:
    return Scope.everything(f"system:{connector.code}:{key}"[:150])


def _delivery(
    connector: Connector, raw: bytes, scope: Scope, areas: tuple[str, ...], own: frozenset[str] | None
) -> Delivery | None:
    """Return what a plain message delivers, None for one that is not plain."""
    try:
        table = connector.decode(raw) if len(raw) <= MOST_BYTES else None
    except Refusal:
        return None
    if not isinstance(table, Table):
        return None
    return Delivery(
        table if own is None else _only(table, own), connector.code, raw, _key(connector, raw, areas, own), areas, scope
    )


def _key(connector: Connector, raw: bytes, areas: tuple[str, ...], own: frozenset[str] | None) -> str:
    """Return under which key a message is known: its number among those of its sender; "" for one without a number."""
    number = _id_of(raw)
    return f"{connector.code}:{sha256(f'{own or areas} {number}'.encode()).hexdigest()[:48]}" if number else ""


def _taken(connector: Connector, raw: bytes, areas: tuple[str, ...], own: frozenset[str] | None) -> Receipt:
    number = _id_of(raw)
    if len(raw) > MOST_BYTES or (place := json_faults.found(raw)) is not None:
        held = json_faults.Place(Fault.LENGTH, MOST_BYTES) if len(raw) > MOST_BYTES else place
        assert held is not None
        return Receipt(number, "refused", reason=note_faults(connector.code, [Frame(raw, {}, held.fault, held.at, held.said)]))
    try:
        table = connector.decode(raw)
        assert isinstance(table, Table)
        if own is not None:
            table = _only(table, own)
        return _told(number, ingest(table, connector.code, raw, key=_key(connector, raw, areas, own), areas=areas))
    except Conflict as refusal:
        return Receipt(number, "refused", reason=str(refusal))
    except Refusal as refusal:
        note_refused(connector.code, raw, str(refusal))
        return Receipt(number, "refused", reason=str(refusal))


def _only(table: Table, own: frozenset[str]) -> Table:
    """Leave of a table what its station says of itself; what it says of others becomes rows of no station."""
    return replace(table, stations=[name if name in own else "" for name in table.stations])


def _told(number: str, found: IngestResult) -> Receipt:
    rows = tuple((r.line, r.reason) for r in found.rejected)
    state = "accepted" if not rows else "partly" if found.taken else "early" if found.wait else "refused"
    return Receipt(number, state, found.taken, found.batch, rows)


def _id_of(raw: bytes) -> str:
    """Return the number that a sender gave its message, "" for none."""
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        return ""
    found = said.get("id", "") if isinstance(said, dict) else ""
    return str(found)[:MOST_ID] if isinstance(found, (str, int)) else ""


def _key_in(way: Connector, message: Any) -> str:
    """Return the key under which a message came."""
    assert way.topics is not None
    return way.topics.key(message.topic)


class Subscribed:
    """The line to the broker, with one writer in a thread of its own. `with Subscribed("mqtt://…"):`; nothing without a broker."""

    def __init__(self, url: str, name: str = SESSION) -> None:
        self.broker = mqtt.broker(url)
        self.ways = [c for c in CONNECTORS if c.topics is not None] if self.broker else []
        self.connected = self.away = 0
        self.error, self.taken = "", 0
        self.took_at: datetime | None = None
        self._waiting: queue.SimpleQueue[tuple[Connector, Any] | None] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._client: Any = None
        self._name = name
        self._thread = threading.Thread(target=self._work, name="subscriber", daemon=True)

    def __enter__(self) -> Subscribed:
        if self.broker and self.ways:
            self._client = mqtt.client(self.broker, self._name, answers_itself=True)
            self._client.on_connect, self._client.on_disconnect = self._greeted, self._lost
            self._client.on_connect_fail = lambda *_: self._failed("no answer")
            for way in self.ways:
                assert way.topics is not None
                self._client.message_callback_add(way.topics.comes, self._comes(way))
            mqtt.start(self._client, self.broker, keeps=True)
            self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        if self._client is not None:
            self._stop.set()
            self._waiting.put(None)
            self._thread.join(10)
            self._client.disconnect()
            self._client.loop_stop()

    def _comes(self, way: Connector) -> Callable[[Any, Any, Any], None]:
        return lambda _client, _data, message: self._waiting.put((way, message))

    def _greeted(self, client: Any, _data: Any, _flags: Any, reason: Any, _said: Any) -> None:
        if reason.is_failure:
            self._failed(str(reason))
            return
        self.connected, self.away, self.error = self.connected + 1, 0, ""
        for way in self.ways:
            assert way.topics is not None
            client.subscribe(way.topics.comes, qos=1)

    def _lost(self, _client: Any, _data: Any, _flags: Any, reason: Any, _said: Any) -> None:
        self._failed(str(reason))

    def _failed(self, why: str) -> None:
        self.away, self.error = self.away + 1, why[:300]

    def _work(self) -> None:
        told, next_at = (0, 0), 0.0
        while not self._stop.is_set():
            try:
                found = self._waiting.get(timeout=1.0)
            except queue.Empty:
                found = None
            if found is not None:
                self._settle_all([found, *self._more()])
            stands = (self.connected, self.away)
            if stands != told or (any(stands) and time.monotonic() >= next_at):
                told, next_at = stands, time.monotonic() + TELL_SECONDS
                self._tell()
        connections.close_all()

    def _more(self) -> list[tuple[Connector, Any]]:
        """Return what else waits, as much as is taken in together."""
        found: list[tuple[Connector, Any]] = []
        while len(found) < MOST_TOGETHER - 1:
            try:
                one = self._waiting.get_nowait()
            except queue.Empty:
                break
            if one is not None:
                found.append(one)
        return found

    def _settle_all(self, waiting: Sequence[tuple[Connector, Any]]) -> None:
        """Take in what waits, together where there are several; what is not plain goes by itself."""
        told: list[Receipt | None] = [None] * len(waiting)
        if len(waiting) > 1:
            try:
                told = take_together([(way, _key_in(way, message), bytes(message.payload)) for way, message in waiting])
            except Exception as error:  # noqa: BLE001  each is tried by itself then, and what goes wrong is told there
                log.warning("ingest: %d messages are taken one by one: %s", len(waiting), error)
        for (way, message), receipt in zip(waiting, told, strict=True):
            if receipt is None:
                self._settle(way, message)
            else:
                self._answer(way, message, receipt)

    def _settle(self, way: Connector, message: Any) -> None:
        """Take one message in, tried again while the database is away; then tell its sender and the broker."""
        key = _key_in(way, message)
        while not self._stop.is_set():
            try:
                receipt = take(way, key, bytes(message.payload))
            except (OperationalError, InterfaceError) as error:
                log.warning("ingest: %s: not stored yet: %s", way.code, error)
                connections.close_all()
                self._stop.wait(1)
                continue
            except Exception as error:  # noqa: BLE001  one message's fault must stop no other: it is kept, and refused in words
                log.exception("ingest: %s: a message of %s", way.code, key)
                receipt = Receipt("", "refused", reason=f"{type(error).__name__}")
            self._answer(way, message, receipt)
            return

    def _answer(self, way: Connector, message: Any, receipt: Receipt) -> None:
        """Tell the sender what became of its message, and the broker that we have it."""
        assert way.topics is not None
        self.taken, self.took_at = self.taken + 1, clock.real_now()
        self._client.publish(way.topics.tells.format(key=_key_in(way, message)), receipt.packed(), qos=1)
        self._client.ack(message.mid, message.qos)

    def _tell(self) -> None:
        """Write down how the line stands, for the page of connectors."""
        assert self.broker is not None
        away, asked = min(self.away, 32_000), clock.real_now()
        values = {"url": self.broker.peer, "asked_at": asked, "failed": away, "fault": self.error}
        if self.took_at is not None:
            values |= {"took_at": self.took_at, "last_result": str(self.taken)}
        try:
            with entered(Scope.everything("system:ingest")):
                for way in self.ways:
                    Feed.objects.using(alias()).update_or_create(connector=way.code, defaults=values)
        except (OperationalError, InterfaceError):
            connections.close_all()
