"""The door to messages."""

from anlan.apps.messages.actions import send
from anlan.apps.messages.queries import Reach, counts_by_channel, reach

__all__ = ["Reach", "counts_by_channel", "reach", "send"]
