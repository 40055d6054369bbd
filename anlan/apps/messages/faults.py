"""What went wrong at a channel, in the reader's words: kept as a code with its values, or as a peer's own text where it has none."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.messages.bilingual import in_both
from anlan.apps.messages.kinds import FAULTS, tell_faults
from anlan.kit.names import name_of, names_of
from anlan.lib.lines import coded, decoded

#: Faults that any channel may have, and those of lines that `anlan/lib` carries.
tell_faults(
    {
        "no_answer": _("no answer within %(seconds)s seconds"),
        "no_channel": _("there is no channel for %(channel)s in the live world"),
        "no_address": _("no address is recorded"),
        "http": _("the receiver answered HTTP %(status)s"),
        "line_lost": _("the line was lost before the answer"),
        "hung_up": _("the peer hung up"),
        "broker_silent": _("the broker does not answer"),
        "phone.mute": _("the exchange says nothing"),
        "phone.rang_out": _("rang out"),
        "phone.too_long": _("the call lasted too long"),
        "voice.none": _("no voice is installed"),
        "not_said": _("it failed, the device does not say why"),
    }
)

#: Errors of the network, of brokers and of addresses, which come in English whatever the reader's language.
KNOWN: tuple[tuple[re.Pattern[str], Any], ...] = (
    (re.compile(r"^(?P<host>\S+) lies inside the private network$"), _("%(host)s lies inside the private network")),
    (re.compile(r"^(?P<host>\S+) cannot be found$"), _("%(host)s cannot be found")),
    (re.compile(r"^(?P<url>.*) is not an address of (?P<schemes>[\w, ]+)$"), _("%(url)s is not an address of %(schemes)s")),
    (re.compile(r"^HTTP (?P<status>\d{3})$"), _("the receiver answered HTTP %(status)s")),
    (re.compile(r"Errno 111|refused", re.I), _("The receiver refuses the connection")),
    (re.compile(r"Errno -[235]|name resolution|not known|getaddrinfo", re.I), _("The receiver's name cannot be found")),
    (re.compile(r"Errno 11[03]|timed? ?out", re.I), _("No answer in time")),
    (re.compile(r"Errno 101|unreachable|no route", re.I), _("The receiver cannot be reached")),
    (re.compile(r"Errno 104|reset by peer|broken pipe", re.I), _("The receiver broke the connection off")),
    (re.compile(r"^Unspecified error$", re.I), _("The line broke, the broker does not say why")),
)


def in_words(error: str) -> str:
    """Return what an error means; itself where nobody has said."""
    code, values = decoded(error)
    if code in FAULTS:
        told = {name: _value(name, value) for name, value in values.items()}
        words = str(FAULTS.get(code).words)
        more = f" ({told['said']})" if "said" in told and "%(said)s" not in words else ""
        return words % defaultdict(lambda: "—", told) + more
    for pattern, words in KNOWN:
        if found := pattern.search(error):
            return str(words) % found.groupdict()
    return error


def _value(name: str, value: Any) -> Any:
    """Return a value as it is shown: a channel by its name, a fault behind the fault in words."""
    if name == "channel":
        return name_of("channel", str(value))
    return in_words(value) if isinstance(value, str) else value


def in_both_words(error: str) -> tuple[str, str]:
    """Return what an error means in Chinese and in English, for what leaves the house."""
    return in_both(_Told(error))


class _Told:
    """An error that is put into words in the language of the moment."""

    def __init__(self, error: str) -> None:
        self.error = error

    def __str__(self) -> str:
        return in_words(self.error).replace("%", "%%")


class _Faults(dict[str, tuple[Any, Any]]):
    """Names of errors, worked out when asked for: so lists, pages and the journal show them in words wherever a column holds one."""

    def __contains__(self, error: object) -> bool:
        return isinstance(error, str) and in_words(error) != error

    def __getitem__(self, error: str) -> tuple[Any, Any]:
        return in_both_words(error)


@names_of("fault", "error", "fault", "difference")
def _named() -> dict[str, tuple[Any, Any]]:
    return _Faults()


__all__ = ["coded", "in_both_words", "in_words"]
