"""Pure decisions of messages: what an address of the public is, what a reply means, when a monthly test is due, how far a channel's word is believed."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

from anlan.lib import sms

#: The ways in which the public may be told.
PUBLIC_CHANNELS = ("sms", "email", "web_push")
#: What somebody answers who wants no more (回复TD退订 is what operators ask for).
LEAVING = frozenset({"TD", "T", "QX", "退订", "取消", "STOP", "UNSUBSCRIBE"})
#: A mobile number of China without its country's.
MOBILE = re.compile(r"1[3-9]\d{9}")


def normal(channel: str, address: str) -> str:
    """Return an address in the one form that is kept: +86 before a mobile number of this country, an e-mail in lower case."""
    address = address.strip()
    if channel == "email":
        return address.lower()
    if channel == "web_push":
        return address
    digits = re.sub(r"[\s()-]", "", address)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if MOBILE.fullmatch(digits):
        return f"+86{digits}"
    return f"+{digits}" if re.fullmatch(r"86\d{11}", digits) else digits


def sender(number: str) -> str:
    """Return whose number answered, as it is kept: gateways tell one of this country with and without its 86, others without their plus."""
    known = normal("sms", number)
    return known if known.startswith("+") else f"+{known}"


def leaves(text: str) -> bool:
    """Return whether a reply asks to be told no more."""
    return text.strip().rstrip(".。!！").upper() in LEAVING


def parts_of(channel: str, text: str) -> int:
    """Return in how many parts a channel sends a text."""
    return len(sms.split(text, reference=0)) if channel == "sms" else 1


#: A monthly test that could not begin is tried for so long, then waits for the next month: nobody is rung at night.
TRIED_FOR = timedelta(hours=6)


def is_its_day(now: datetime, day: int, hour: int) -> bool:
    """Return whether a monthly test of this day and hour is due at a local instant; a day that the month lacks is its last one."""
    if not 1 <= day <= 31 or not 0 <= hour <= 23:
        return False
    last = monthrange(now.year, now.month)[1]
    begins = now.replace(day=min(day, last), hour=hour, minute=0, second=0, microsecond=0)
    return begins <= now < begins + TRIED_FOR


#: The normal quantile of an interval that holds the truth 95 times of 100.
Z = 1.959964


@dataclass(frozen=True)
class Belief:
    """How far a channel's word is believed: of so many that could be checked, so many were confirmed by an answer or a test."""

    checked: int = 0
    confirmed: int = 0
    #: Silence refutes it: a device that does not answer its test is mute, a person who does not may have read all the same.
    refutable: bool = False

    @property
    def low(self) -> float:
        """Return the share that is earned (Wilson's lower bound); nought where nothing could be checked yet."""
        return self._edge(-1) if self.checked else 0.0

    @property
    def high(self) -> float:
        """Return the share that is not refuted."""
        return self._edge(1) if self.checked and self.refutable else 1.0

    def _edge(self, side: int) -> float:
        n, share = self.checked, self.confirmed / self.checked
        middle, wide = share + Z * Z / (2 * n), Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
        return min(max((middle + side * wide) / (1 + Z * Z / n), 0.0), 1.0)
