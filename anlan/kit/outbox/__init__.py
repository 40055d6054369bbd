"""The outbox: events are rows of the transaction that caused them, delivered at least once after it commits."""

from anlan.kit.outbox.delivery import drain, pending
from anlan.kit.outbox.posting import post_events

__all__ = ["drain", "pending", "post_events"]
