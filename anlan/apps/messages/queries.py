"""Readers: what waits to go out, and what became of what went."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.core import signing
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, Min, OuterRef, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from anlan.apps.messages import parcels, rules
from anlan.apps.messages.choices import LOUDSPEAKER, BroadcastState, ParcelState, ReceiptState, Said, SelfTest
from anlan.apps.messages.faults import in_words
from anlan.apps.messages.kinds import CHANNELS, Envelope
from anlan.apps.messages.links import REACH, answer_address, receipt_of
from anlan.apps.messages.models import (
    Broadcast,
    ChannelLimit,
    Circuit,
    LineHealth,
    Loudspeaker,
    Message,
    ReachTest,
    ReachTestDay,
    Receipt,
    RetryWait,
    Subscriber,
)
from anlan.apps.people import api as people
from anlan.apps.places import api as places
from anlan.kit import clock
from anlan.kit.records import ScopedQuerySet
from anlan.kit.scope import Scope, World, current, entered
from anlan.kit.worlds import alias
from anlan.lib.ladders import Ladder

#: What stands for the link in an invitation's kept text.
LINK = "[link]"
#: What stands for the code in a subscription's kept text.
CODE = "[code]"
#: What stands in a broadcast's text for the token by which its reader leaves.
LEAVE = "[leave]"
LEAVE_SALT = "messages.leave"
#: States by how far a message got: each includes the ones after it.
ANSWERED = Q(state=ReceiptState.ANSWERED)
DELIVERED = ANSWERED | Q(state=ReceiptState.DELIVERED)
SENT = DELIVERED | Q(state=ReceiptState.SENT)


#: Minutes between attempts where the city's pack says nothing (Anlan's own figure: no source gives one).
USUAL_WAITS = (1, 5, 15)


def ladder() -> Ladder:
    """Return the waits before each further attempt of a message that did not get through."""
    minutes = list(RetryWait.objects.values_list("minutes", flat=True)) or USUAL_WAITS
    return Ladder(tuple(timedelta(minutes=wait) for wait in minutes))


@dataclass(frozen=True)
class Reach:
    """How far a message got: recipients, and of these how many on the address that counts."""

    addressed: int
    sent: int
    delivered: int
    answered: int
    failed: int
    #: Recipients of whom the viewer may not read what became of them.
    not_shown: int = 0


@dataclass(frozen=True)
class Recipient:
    """What became of one message for one recipient, on the last address that was tried."""

    receipt: int
    message: int
    queued_at: datetime
    code: str
    name: str
    area: str
    channel: str
    state: str
    state_label: str
    rung: int
    unreached: bool
    error: str
    sent_at: datetime | None
    delivered_at: datetime | None
    answered_at: datetime | None


@dataclass(frozen=True)
class ChannelState:
    """How a channel stands: what went out, what waits, what it said last; single messages and copies of broadcasts together."""

    code: str
    name: str
    sent: int
    delivered: int
    answered: int
    queued: int
    failed: int
    per_minute: int | None
    next_at: datetime | None
    last_error: str
    #: What of it are copies of broadcasts, and how many of them came too late or were only rendered.
    copies: dict[str, int]
    #: What keeps it from sending now, in words.
    why_not: str = ""

    @property
    def is_due(self) -> bool:
        """Return whether its next message waits for nothing but its turn, or for a receiver that is left alone."""
        return self.next_at is not None and self.next_at <= clock.now()


def due(limit: int = 5000) -> list[tuple[int, str, str]]:
    """Return (receipt, channel, address) of what is due, urgent messages first, no more of a channel than its limit still allows."""
    now = clock.now()
    rows = Receipt.objects.filter(state=ReceiptState.QUEUED, next_at__lte=now)
    found: list[tuple[int, str, str]] = []
    rows = rows.order_by("-message__urgent", "next_at", "id")
    found += rows.values_list("pk", "channel", "address")[:limit]
    channels = {channel for _pk, channel, _address in found}
    left: dict[str, int] = {}
    for channel, per_minute in ChannelLimit.objects.filter(channel__in=channels).values_list("channel", "per_minute"):
        lately = Receipt.objects.filter(channel=channel, tried_at__gt=now - timedelta(minutes=1)).count()
        left[channel] = max(per_minute - lately, 0)
    allowed = []
    for pk, channel, address in found:
        if channel in left:
            if not left[channel]:
                continue
            left[channel] -= 1
        allowed.append((pk, channel, address))
    return allowed


def still_queued(receipt: int) -> list[Receipt]:
    """Return the receipt with its message if it still waits: another address or a person may have been faster."""
    return list(Receipt.objects.filter(pk=receipt, state=ReceiptState.QUEUED).select_related("message"))


def code_of(subscriber: int, asked_at: datetime) -> str:
    """Return the six digits by which a subscriber confirms: worked out with the program's key, kept nowhere."""
    digest = salted_hmac("messages.subscriber", f"{subscriber}:{asked_at.timestamp():.6f}", algorithm="sha256")
    return f"{int.from_bytes(digest.digest()[:8], 'big') % 1_000_000:06}"


def leave_token(subscriber: int) -> str:
    """Return the token by which a subscriber leaves."""
    return signing.dumps(subscriber, salt=LEAVE_SALT)


def circuits() -> list[Circuit]:
    """Return the receivers that fail just now, those that are left alone first."""
    return list(Circuit.objects.using(alias()).order_by(F("open_until").desc(nulls_last=True), "channel", "host")[:100])


def open_circuits() -> list[Circuit]:
    """Return the receivers that are left alone just now."""
    return list(Circuit.objects.using(alias()).filter(open_until__gt=clock.now()))


#: A line that was not heard of for so long says nothing of now.
LINE_TOLD = timedelta(seconds=15)


def why_not(channel: str) -> str:
    """Return in words what keeps a channel from sending now; "" where nothing does."""
    if current().world == "exercise":
        return _("nothing is sent in an exercise")
    if channel not in CHANNELS or not CHANNELS.get(channel).ready():
        return _("not set up here")
    lines = [line for line in line_healths() if line.channel == channel and line.seen_at > clock.real_now() - LINE_TOLD]
    broken = bool(lines) and all(line.state != "open" for line in lines)
    if broken or any(c.channel == channel and not c.host for c in open_circuits()):
        return _("does not get through just now")
    return ""


def code_sent(subscriber: Subscriber) -> Receipt | None:
    """Return what became of the newest code that went to a subscriber."""
    return (
        Receipt.objects.filter(message__kind="subscription", message__about=f"subscription:{subscriber.pk}")
        .order_by("-id")
        .first()
    )


def _said_about(about: tuple[str, ...]) -> dict[int, datetime]:
    """Return the messages about some things and when each was queued: also a city's that a county may not read, whose receipts there are its own."""
    with entered(Scope.everything("system:receipts", current().world)):
        return dict(Message.objects.filter(about__in=about).values_list("pk", "queued_at"))


def recipients(*about: str) -> list[Recipient]:
    """Return what became of all messages about some things, one a message and recipient: the receipt that got furthest, else the last.

    Those whom the viewer may read; `not_shown` counts the others.
    """
    newest: dict[tuple[int, str], Recipient] = {}
    rank = {ReceiptState.ANSWERED: 3, ReceiptState.DELIVERED: 2, ReceiptState.SENT: 1}
    queued = _said_about(about)
    for r in Receipt.objects.filter(message__in=queued).order_by("rung", "id"):
        key = (r.message_id, r.recipient_code)
        if key in newest and rank.get(r.state, 0) < rank.get(newest[key].state, 0):
            continue
        newest[key] = Recipient(
            r.pk,
            r.message_id,
            queued[r.message_id],
            r.recipient_code,
            r.to,
            r.area,
            r.channel,
            r.state,
            r.get_state_display(),
            r.rung,
            r.unreached,
            r.error,
            r.sent_at,
            r.delivered_at,
            r.answered_at,
        )
    return list(newest.values())


def not_shown(shown: list[Recipient], *about: str) -> int:
    """Return how many recipients of the messages about some things the viewer may not read, beside those shown."""
    with entered(Scope.everything("system:receipts", current().world)):
        rows = Receipt.objects.filter(message__about__in=about).order_by().values("message_id", "recipient_code").distinct()
        return max(rows.count() - len(shown), 0)


def of_the_unreached(rows: ScopedQuerySet) -> ScopedQuerySet:
    """Narrow receipts to every failed address of those whom a message reached at none, in the order tried, sandboxes last."""
    missing = Receipt.objects.filter(message=OuterRef("message"), recipient_code=OuterRef("recipient_code"), unreached=True)
    found: ScopedQuerySet = rows.filter(Exists(missing), state=ReceiptState.FAILED)
    sandbox = ExpressionWrapper(Q(channel="sandbox"), BooleanField())
    return found.order_by("-message_id", "recipient_code", sandbox, "rung", "id")


def reach(about: str) -> Reach:
    """Count the recipients of all messages about one thing, e.g. "warning:12", by how far they were reached."""
    shown = recipients(about)
    found = [r.state for r in shown]
    answered = found.count(ReceiptState.ANSWERED)
    delivered = answered + found.count(ReceiptState.DELIVERED)
    sent = delivered + found.count(ReceiptState.SENT)
    return Reach(len(found), sent, delivered, answered, found.count(ReceiptState.FAILED), not_shown(shown, about))


def channels() -> list[ChannelState]:
    """Return how every channel of this world stands, from the receipts and broadcasts that the viewer may read."""
    counts = {
        row["channel"]: row
        for row in Receipt.objects.readable()
        .exclude(message__kind=REACH, channel="none")  # a post without an address is told on the test's own page
        .values("channel")
        .annotate(
            sent=Count("id", filter=SENT),
            delivered=Count("id", filter=DELIVERED),
            answered=Count("id", filter=ANSWERED),
            queued=Count("id", filter=Q(state=ReceiptState.QUEUED)),
            failed=Count("id", filter=Q(state=ReceiptState.FAILED)),
            next_at=Min("next_at", filter=Q(state=ReceiptState.QUEUED)),
        )
        .order_by("channel")
    }
    limits = dict(ChannelLimit.objects.values_list("channel", "per_minute"))
    known = {channel.code: str(channel.name) for channel in CHANNELS}
    tallied = parcels.by_channel(list(Broadcast.objects.readable().values_list("pk", flat=True)))
    found = []
    for code in sorted({*known, *counts, *tallied}):
        row, copies = counts.get(code, {}), _of_copies(tallied.get(code, {}))
        error = (
            Receipt.objects.readable()
            .filter(channel=code)
            .exclude(error="")
            .order_by("-tried_at", "-id")
            .values_list("error", flat=True)
        )
        numbers = {name: row.get(name, 0) + copies.get(name, 0) for name in ("sent", "delivered", "answered", "queued", "failed")}
        name = known.get(code) or code
        found.append(
            ChannelState(
                code,
                name,
                per_minute=limits.get(code),
                next_at=row.get("next_at"),
                last_error=in_words(error.first() or ""),
                copies=copies,
                why_not="" if current().world == "exercise" or code == "sandbox" else why_not(code),
                **numbers,
            )
        )
    return found


def _of_copies(states: dict[str, int]) -> dict[str, int]:
    """Return what became of a channel's copies of broadcasts; what was delivered was sent, as with receipts."""
    sent, delivered = states.get("sent", 0), states.get("delivered", 0)
    beside = {name: states.get(name, 0) for name in ("failed", "lapsed", "rendered")}
    return {"sent": sent + delivered, "delivered": delivered, "queued": states.get("waiting", 0), **beside}


def counts_by_channel() -> dict[str, dict[str, int]]:
    """Count sent and delivered receipts by channel in this world."""
    rows = Receipt.objects.values("channel").annotate(sent=Count("id", filter=SENT), delivered=Count("id", filter=DELIVERED))
    return {row["channel"]: {"sent": row["sent"], "delivered": row["delivered"]} for row in rows.order_by("channel")}


def said(message: Message) -> str:
    """Return a message's text as it leaves the house: an invitation's link, a subscriber's code are put in now and stand in no table."""
    thing, _colon, number = message.about.partition(":")
    if message.kind == thing == "subscription" and number.isdigit():
        return message.body.replace(CODE, code_of(int(number), message.queued_at))  # asked and queued in one deed
    if message.kind != "invitation" or thing != "invitation" or not number.isdigit():
        return message.body
    link = people.sent_link(int(number))
    return message.body.replace(LINK, link or "—")


#: What cannot be said: addresses of pages, and lines without a Chinese word. What nobody should hear: secrets.
UNSPEAKABLE, HAN, SECRETS = re.compile(r"https?://\S+"), re.compile(r"[\u4e00-\u9fff]"), frozenset({"invitation", "subscription"})


def spoken_of(message: Message) -> str:
    """Return what a call says of a message; "" for what holds a secret or nothing that a Chinese voice could say."""
    if message.kind in SECRETS:
        return ""
    if message.spoken:
        return message.spoken
    lines = [message.subject.partition(" / ")[0], *message.body.splitlines()]
    told = [UNSPEAKABLE.sub("", line).strip(" ：:，,。") for line in lines]
    return "。".join(dict.fromkeys(line for line in told if HAN.search(line)))


def envelope_of(receipt: Receipt, world: World | None = None) -> Envelope:
    """Return what a channel is handed of a receipt's message; a reach test's link is this address's own."""
    message = receipt.message
    body = said(message)
    if message.kind == REACH:
        body = body.replace(LINK, answer_address(receipt.pk, world or current().world))
    choices = tuple((str(n), name) for n, name in enumerate(message.choices, 1))
    return Envelope(f"anlan-{receipt.pk}", receipt.address, message.subject, body, spoken_of(message), choices)


@dataclass(frozen=True)
class Heard:
    """What a listener hears of a message on a channel, what each key means there, and what was pressed or said."""

    channel: str
    name: str
    text: str
    keys: tuple[tuple[str, str], ...]
    said: str


def heard_of(about: str) -> list[Heard]:
    """Return what listeners hear of the newest message about a thing, channel by channel; of a message that cannot be said nothing."""
    receipt = (
        Receipt.objects.filter(message__about=about).select_related("message").order_by("-message_id", "-said", "id").first()
    )
    if receipt is None or not (envelope := envelope_of(receipt)).spoken:
        return []
    return _heard(envelope, receipt.said)


def heard_beforehand(spoken: str, choices: Iterable[str]) -> list[Heard]:
    """Return what listeners would hear of a call, channel by channel, before anything is sent."""
    offered = tuple((str(n), name) for n, name in enumerate(choices, 1))
    return _heard(Envelope("preview", "", "", "", spoken, offered), "")


def _heard(envelope: Envelope, said: str) -> list[Heard]:
    by_voice = [(channel, channel.heard) for channel in CHANNELS if channel.heard is not None]
    return [Heard(c.code, str(c.name), heard(envelope), envelope.choices, said) for c, heard in by_voice]


def towns_of(outline: Any) -> list[str]:
    """Return the towns that a drawn outline touches, by code."""
    return [town.code for town in places.touched(outline, "town")] if outline is not None else []


def broadcast_of(pk: int) -> Broadcast:
    """Return a broadcast whose copies are being carried."""
    return Broadcast.objects.get(pk=pk)


def subscriber_of(token: str, salt: str) -> Subscriber | None:
    """Return the subscriber that a signed token names; None for a forged one."""
    try:
        pk = int(signing.loads(token, salt=salt))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Subscriber.objects.filter(pk=pk).first()


def running() -> list[Broadcast]:
    """Return the broadcasts that are being queued or sent, urgent ones first."""
    rows = Broadcast.objects.filter(state__in=[BroadcastState.FILLING, BroadcastState.SENDING])
    return list(rows.order_by("lane", "id"))


def called_off_lately() -> list[Broadcast]:
    """Return what was called off within the last hour: copies of it may have been queued meanwhile."""
    since = clock.now() - timedelta(hours=1)
    return list(Broadcast.objects.filter(state=BroadcastState.STOPPED, ended_at__gt=since).order_by("id"))


def broadcasts_about(about: str) -> list[Broadcast]:
    """Return the broadcasts about a thing that the viewer may read, newest first."""
    return list(Broadcast.objects.readable().filter(about=about).order_by("-id"))


def all_broadcasts_about(about: str) -> list[Broadcast]:
    """Return the broadcasts about a thing, whoever sent them: a county counts its own copies of the city's."""
    with entered(Scope.everything("system:copies", current().world)):
        return list(Broadcast.objects.filter(about=about).order_by("id"))


#: A test is judged again so long: an answer that comes late counts.
JUDGED_FOR = timedelta(minutes=30)
#: So many broadcasts back a loudspeaker's page looks.
LOOKED_BACK = 30


def tests_to_judge() -> list[Broadcast]:
    """Return the silent tests whose answers may still change."""
    since = clock.now() - JUDGED_FOR
    return list(Broadcast.objects.filter(kind="selftest", queued_at__gt=since).order_by("id"))


def areas_of_speakers() -> list[str]:
    """Return the counties in which loudspeakers are in service."""
    return sorted({area[:6] for area in Loudspeaker.objects.filter(in_service=True).values_list("area", flat=True)})


def told_lately(row: Loudspeaker) -> list[tuple[Any, ...]]:
    """Return what a loudspeaker was told lately and what became of it, the newest first."""
    newest = (
        Broadcast.objects.filter(Q(channels=[]) | Q(channels__contains=[LOUDSPEAKER]))
        .order_by("-id")
        .values_list("pk", flat=True)
    )
    return parcels.told_speaker(row.address, list(newest[:LOOKED_BACK]))


def differing() -> list[Broadcast]:
    """Return the broadcasts of the last day that some device took otherwise than it was told."""
    since = clock.now() - timedelta(days=1)
    return list(Broadcast.objects.readable().filter(differing__gt=0, queued_at__gt=since).order_by("id"))


def tested() -> list[tuple[str, str, int]]:
    """Return how many loudspeakers in service the viewer may see by the state of their newest silent test: state, in words, count."""
    rows = Loudspeaker.objects.readable().filter(in_service=True).values("test_state").annotate(n=Count("id"))
    counts = {row["test_state"]: row["n"] for row in rows.order_by("test_state")}
    return [(state.value, str(state.label), counts[state.value]) for state in SelfTest if counts.get(state.value)]


def mute() -> tuple[int, datetime | None]:
    """Return how many loudspeakers in service did not answer their newest silent test or told a fault, and since when."""
    rows = Loudspeaker.objects.readable().filter(in_service=True, test_state__in=[SelfTest.SILENT, SelfTest.FAILED])
    found = rows.aggregate(n=Count("id"), since=Min("tested_at"))
    return found["n"], found["since"]


#: The ways to reach a person that a reach test tries, answered by whoever reads it; never the public's.
TESTED_WAYS = ("sms", "phone", "email")


def machine_ways() -> tuple[str, ...]:
    """Return the ways to a machine that can be tested without anybody seeing it."""
    return tuple(channel.code for channel in CHANNELS if channel.silent is not None)


def asked_below(area: str) -> list[tuple[people.PostFact, list[people.ContactFact]]]:
    """Return whom a reach test of a division asks and by what: its posts, and its organisations by their machines."""
    return people.contacts_below(area, (*TESTED_WAYS, *machine_ways()), machine_ways())


def testable(rows: Any) -> Any:
    """Return the divisions, down to towns, whose reach the actor may test."""
    mine = places.lying_in(current().areas_for("messages.test_reach"))
    return rows.filter(mine, level__in=["city", "county", "town"]).order_by("code")


def take_turns(area: str) -> None:
    """Wait for whoever begins a reach test in the same city just now."""
    list(places.Division.objects.filter(code=area[:4]).select_for_update())


def tested_until(area: str) -> datetime | None:
    """Return until when a reach test runs that shares ground with a division, wherever it was ordered; None where none does."""
    with entered(Scope.everything("system:reach", current().world)):
        running = ReachTest.objects.filter(until__gt=clock.now()).order_by("-until").values_list("area", "until")
        return next((until for there, until in running if there.startswith(area) or area.startswith(there)), None)


def reach_test_of(receipt: Receipt) -> ReachTest | None:
    """Return the reach test that a receipt belongs to; None for a receipt of anything else."""
    thing, _colon, number = receipt.message.about.partition(":")
    if receipt.message.kind != REACH or thing != REACH or not number.isdigit():
        return None
    return ReachTest.objects.filter(pk=int(number)).first()


def receipts_of(test: ReachTest) -> ScopedQuerySet:
    """Return the receipts of a reach test that the viewer may read: also a county's of the city's, whose message is not shared."""
    with entered(Scope.everything("system:reach", current().world)):
        message = Message.objects.filter(about=test.about, kind=REACH).values_list("pk", flat=True).first()
    rows: ScopedQuerySet = Receipt.objects.readable().filter(message=message)
    return rows


def asked_by(token: str, world: World) -> Receipt | None:
    """Return the receipt that the link of a reach test names; None for a forged one."""
    rows = Receipt.objects.filter(pk=receipt_of(token, world) or 0, message__kind=REACH).select_related("message")
    return rows.first()


def reach_tests_due() -> list[places.Division]:
    """Return the divisions whose monthly reach test is due now, and of which none was ordered this month."""
    now = timezone.localtime(clock.now())
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = [row.division for row in ReachTestDay.objects.all() if rules.is_its_day(now, row.day, row.hour)]
    done = ReachTest.objects.filter(area__in=found, ordered_at__gte=month).values_list("area", flat=True)
    return list(places.Division.objects.filter(code__in=set(found) - set(done)).order_by("code"))


def line_healths() -> list[LineHealth]:
    """Return how the lines stand that carry broadcasts: a worker that fell silent only where no other has taken its peer over."""
    rows = list(LineHealth.objects.using(alias()).order_by("peer", "worker"))
    newest = {peer: max(line.seen_at for line in lines) for peer, lines in groupby(rows, key=attrgetter("peer"))}
    return [line for line in rows if line.seen_at > newest[line.peer] - LINE_TOLD]


#: States of copies in the order in which they are shown, and what is told beside them.
COLUMNS = (
    ParcelState.WAITING,
    ParcelState.SENT,
    ParcelState.DELIVERED,
    ParcelState.FAILED,
    ParcelState.LAPSED,
    ParcelState.RENDERED,
)
BESIDE = (Said.DOUBLE, Said.DOUBTED)


def counted(row: Broadcast) -> dict[str, Any]:
    """Return how far a broadcast is: by channel and state with the sum, its texts with their parts, how it goes on."""
    told = parcels.tally(row.pk)
    counts = (*COLUMNS, *(s for s in BESIDE if any(states.get(s.name.lower()) for states in told.values())))
    names = [s.name.lower() for s in counts]
    rows = [(channel, [states.get(name, 0) for name in names]) for channel, states in sorted(told.items())]
    texts = [
        (channel, language, text, rules.parts_of(channel, text))
        for channel in sorted(told)
        for language, text in (row.texts.get(channel) or row.texts.get("*", {})).items()
    ]
    total = sum(sum(numbers[: len(COLUMNS)]) for _channel, numbers in rows)
    left = sum(numbers[0] for _channel, numbers in rows)
    return {
        "states": [(s.label, s.value if s in COLUMNS else None) for s in counts],
        "rows": rows,
        "sums": [sum(numbers[n] for _channel, numbers in rows) for n in range(len(names))],
        "texts": texts,
        "queued": total,
        "done_percent": round(100 * (total - left) / total) if total else 0,
    }
