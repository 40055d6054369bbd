"""The door to messages."""

from anlan.apps.messages.actions import allowed_channel, answer, broadcast, call_off, confirm, send, subscribe, unsubscribe
from anlan.apps.messages.bilingual import headed, in_both
from anlan.apps.messages.choices import LOUDSPEAKER, ParcelState, SubscriberState
from anlan.apps.messages.earned import Copies, beliefs, copies_about
from anlan.apps.messages.faults import in_words
from anlan.apps.messages.models import Broadcast, Subscriber
from anlan.apps.messages.parcels import audience as subscribers_in
from anlan.apps.messages.parcels import tally
from anlan.apps.messages.queries import (
    LEAVE,
    LEAVE_SALT,
    Reach,
    Recipient,
    broadcasts_about,
    code_sent,
    counts_by_channel,
    heard_beforehand,
    heard_of,
    leave_token,
    not_shown,
    reach,
    recipients,
    subscriber_of,
    towns_of,
    why_not,
)
from anlan.apps.messages.rules import Belief, parts_of
from anlan.apps.messages.telling import tell
from anlan.apps.messages.ways import broadcast_channels, public_ways

__all__ = [
    "LEAVE",
    "LEAVE_SALT",
    "LOUDSPEAKER",
    "Belief",
    "Broadcast",
    "Copies",
    "ParcelState",
    "Reach",
    "Recipient",
    "Subscriber",
    "SubscriberState",
    "allowed_channel",
    "answer",
    "beliefs",
    "broadcast",
    "broadcast_channels",
    "broadcasts_about",
    "call_off",
    "code_sent",
    "confirm",
    "copies_about",
    "counts_by_channel",
    "headed",
    "heard_beforehand",
    "heard_of",
    "in_both",
    "in_words",
    "leave_token",
    "not_shown",
    "parts_of",
    "public_ways",
    "reach",
    "recipients",
    "send",
    "subscribe",
    "subscriber_of",
    "subscribers_in",
    "tally",
    "tell",
    "towns_of",
    "unsubscribe",
    "why_not",
]
