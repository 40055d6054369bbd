"""Instants as whole microseconds since 2000: how PostgreSQL stores them and how arrays hold them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1) // MICROSECOND
#: No instant at all; -infinity in PostgreSQL.
NEVER = -(2**63)


def instant(micros_: int) -> datetime:
    """Return the instant of microseconds since 2000."""
    return EPOCH + timedelta(microseconds=micros_)


def micros(at: datetime) -> int:
    """Return the microseconds since 2000."""
    return (at - EPOCH) // MICROSECOND
