"""The door to messages."""

from anlan.apps.messages.actions import answer, send
from anlan.apps.messages.queries import Reach, Recipient, counts_by_channel, reach, recipients
from anlan.apps.messages.words import headed, in_both, joined

__all__ = ["Reach", "Recipient", "answer", "counts_by_channel", "headed", "in_both", "joined", "reach", "recipients", "send"]
