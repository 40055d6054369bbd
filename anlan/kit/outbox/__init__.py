"""The outbox: events are rows of the transaction that caused them, delivered at least once after it commits."""

from anlan.kit.outbox.delivery import drain, pending
from anlan.kit.outbox.posting import posting

__all__ = ["drain", "pending", "posting"]
