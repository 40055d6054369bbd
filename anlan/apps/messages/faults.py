"""What a receiver's or line's error means, in the reader's words; the error itself is kept as it came."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

#: Errors of the network and of brokers, which come in English whatever the reader's language.
KNOWN: tuple[tuple[re.Pattern[str], Any], ...] = (
    (re.compile(r"Errno 111|refused", re.I), _("The receiver refuses the connection")),
    (re.compile(r"Errno -[235]|name resolution|not known|getaddrinfo", re.I), _("The receiver's name cannot be found")),
    (re.compile(r"Errno 11[03]|timed? ?out", re.I), _("No answer in time")),
    (re.compile(r"Errno 101|unreachable|no route", re.I), _("The receiver cannot be reached")),
    (re.compile(r"Errno 104|reset by peer|broken pipe", re.I), _("The receiver broke the connection off")),
    (re.compile(r"^Unspecified error$", re.I), _("The line broke, the broker does not say why")),
)


def in_words(error: str) -> str:
    """Return what an error means; itself where nobody has said."""
    return next((str(words) for pattern, words in KNOWN if pattern.search(error)), error)
