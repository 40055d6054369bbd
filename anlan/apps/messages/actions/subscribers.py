"""Who of the public wants to be told: asked, confirmed by a code sent to their own address, unsubscribed in one step."""

from __future__ import annotations

import hmac
import re
from datetime import timedelta

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import connections
from django.utils.translation import gettext_lazy as _

from anlan.apps.messages import parcels, queries, rules
from anlan.apps.messages.actions.sending import allowed_channel
from anlan.apps.messages.bilingual import headed, in_both
from anlan.apps.messages.choices import SubscriberState
from anlan.apps.messages.kinds import CHANNELS
from anlan.apps.messages.models import Message, Receipt, Subscriber
from anlan.apps.people import api as people
from anlan.apps.places import api as places
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Reason
from anlan.kit.journal import Note
from anlan.kit.refusals import Conflict, Refusal
from anlan.lib import web_push

ADDS = "messages.add_subscriber"
#: A language as BCP 47 writes it, as far as the column holds it.
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2})?")
#: How long a code holds, how many wrong ones end it, how many are sent to one address per hour.
CODE_HOLDS, WRONG_CODES, CODES_AN_HOUR = timedelta(minutes=30), 5, 3


@action("messages.subscribe", needs=ADDS, label=_("Subscribe to warnings"))
def subscribe(
    deed: Deed,
    *,
    channel: str,
    address: str,
    area: str = "",
    lon: float | None = None,
    lat: float | None = None,
    language: str = "zh",
) -> Subscriber:
    """Note who wants the warnings of a place, and send a code to their address; nothing else is sent before it comes back."""
    if deed.scope.world == "exercise":
        raise Refusal(_("Nobody subscribes in an exercise."))
    if channel not in rules.PUBLIC_CHANNELS or not allowed_channel(channel, deed.scope.world):
        raise Refusal(_("Warnings are not sent this way."), field="channel")
    if why := queries.why_not(channel):
        told = {"channel": CHANNELS.get(channel).name, "why": why}
        raise Refusal(_("%(channel)s: %(why)s. Choose another way, or try again later.") % told, field="channel")
    address = rules.normal(channel, address)
    _check(channel, address)
    location = Point(lon, lat, srid=4326) if lon is not None and lat is not None else None
    if location is not None:
        area = next(iter(sorted(places.divisions_at(location.x, location.y), key=len, reverse=True)), "")
    if len(area) < 4 or places.division(area) is None:
        raise Refusal(_("Choose the place whose warnings you want."), field="area")
    lately = Subscriber.objects.filter(address=address, asked_at__gt=deed.now - timedelta(hours=1))
    if lately.count() >= CODES_AN_HOUR:
        raise Refusal(_("Several codes went to this address within the hour. Wait, then ask again."), field="address")
    known = Subscriber.objects.filter(channel=channel, address=address, area=area)
    for old in known.filter(state=SubscriberState.ASKED).order_by("id"):
        held = deed.lock(Subscriber, old)
        deed.move(held, Subscriber.life.unsubscribe)
        deed.save(held)  # before the new row, of which there may be one per place
    if known.filter(state=SubscriberState.ACTIVE).exists():
        raise Conflict(_("This address is subscribed to the warnings of this place already."))
    row = deed.create(
        Subscriber,
        area=area,
        channel=channel,
        address=address,
        location=location,
        language=language if LANGUAGE.fullmatch(language) else "zh",
        asked_at=deed.now,
    )
    _send_code(deed, row)
    return row


def _check(channel: str, address: str) -> None:
    """Refuse an address at which its channel could reach nobody."""
    if channel != "web_push":
        people.check_address(channel, address)
        return
    try:
        web_push.browser(address, plain=settings.ANLAN_WEBHOOK_PRIVATE)
    except web_push.NoBrowser:
        raise Refusal(_("This browser did not register at its push service. Try again."), field="address") from None


def _send_code(deed: Deed, row: Subscriber) -> None:
    text = in_both(_("Your code for warnings: %(code)s. If you did not ask for it, do nothing."), code=queries.CODE)
    message = deed.create(
        Message,
        area=row.area,
        kind="subscription",
        subject=headed(in_both(_("Confirm your subscription to warnings"))),
        body=text[row.language != "zh"],
        urgent=True,
        about=f"subscription:{row.pk}",
        queued_at=deed.now,
    )
    deed.create(
        Receipt,
        area=row.area,
        message=message,
        recipient=row.masked_address,
        recipient_code="",
        channel=row.channel,
        address=row.address,
        next_at=deed.now,
    )


@action("messages.confirm_subscriber", needs=ADDS, label=_("Confirm a subscription"))
def confirm(deed: Deed, *, subscriber: int, code: str) -> bool:
    """Let a subscription begin by the code that went to its address; False for a wrong code, which counts against it."""
    row = deed.lock(Subscriber, subscriber)
    Subscriber.life.confirm.check(row, deed.spec.label)
    if row.tries >= WRONG_CODES or deed.now - row.asked_at > CODE_HOLDS:
        raise Conflict(_("This code is over. Ask for a new one."))
    if not hmac.compare_digest(code.strip().encode(), queries.code_of(row.pk, row.asked_at).encode()):
        row.tries += 1
        return False
    deed.move(row, Subscriber.life.confirm)
    return True


@action(
    "messages.unsubscribe",
    needs="messages.change_subscriber",
    label=_("Unsubscribe"),
    record="messages.Subscriber",
    icon="user-minus",
    moves=Subscriber.life.unsubscribe,
)
def unsubscribe(deed: Deed, *, subscriber: int, reason: Reason = "") -> Subscriber:
    """End a subscription: nothing is sent to it any more, also of what is under way. Who ends another's says why."""
    row = deed.lock(Subscriber, subscriber)
    if deed.actor != "public" and not reason.strip():
        raise Refusal(_("Say why it is ended: it is somebody else's."), field="reason")
    parcels.withdraw([row.pk])
    return row


@action("messages.unsubscribe_address", needs="messages.change_subscriber", label=_("Unsubscribe an address"))
def unsubscribe_address(deed: Deed, *, channel: str, address: str) -> int:
    """End every subscription of an address, as when it answers TD; returns how many there were."""
    rows = Subscriber.objects.filter(channel=channel, address=rules.normal(channel, address))
    ended = list(rows.exclude(state=SubscriberState.ENDED).order_by("id"))
    for row in ended:
        deed.move(deed.lock(Subscriber, row), Subscriber.life.unsubscribe)
    parcels.withdraw([row.pk for row in ended])
    return len(ended)


SYNTHETIC = """
INSERT INTO messages_subscriber
    (created_at, changed_at, area, channel, address, language, state, tries, asked_at, confirmed_at, synthetic)
SELECT %(now)s, %(now)s, (%(areas)s::text[])[1 + n %% %(places)s], 'sms', '+86100' || lpad(n::text, 8, '0'),
       CASE WHEN n %% 50 = 0 THEN 'en' ELSE 'zh' END, 'active', 0, %(now)s, %(now)s, true
FROM generate_series(%(first)s::bigint, %(last)s::bigint) n
"""


@action("messages.simulate_subscribers", needs="messages.simulate_subscribers", label=_("Make synthetic subscribers"))
def simulate_subscribers(deed: Deed, *, count: int, under: str) -> int:
    """Make subscribers whom nobody is, for benches: numbers +86100…, which no operator gives out, in the villages below a division.

    Refused beside real ones: a bench must not send to the public.
    """
    if Subscriber.objects.filter(synthetic=False).exclude(state=SubscriberState.ENDED).exclude(channel="loudspeaker").exists():
        raise Refusal(_("There are real subscribers here. Make synthetic ones in a place of their own."))
    villages = [village.code for village in places.below(under, "village")] or [under]
    first = Subscriber.objects.filter(synthetic=True, channel="sms").count()
    with connections[deed.using].cursor() as cursor:
        cursor.execute(
            SYNTHETIC,
            {"now": deed.now, "areas": villages, "places": len(villages), "first": first, "last": first + count - 1},
        )
    deed.add_note(Note(deed.spec.name, "messages.subscriber", "", under, {"rows": [None, count], "synthetic": [None, True]}))
    return count
