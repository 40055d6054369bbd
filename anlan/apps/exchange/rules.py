"""Pure decisions about warnings of others: which text is read, how grave it is, what it refers to, whether it may be believed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from anlan.lib import cap12
from anlan.lib.divisions import LENGTHS, common

#: No message of a public warning is larger; what is larger is not read (Anlan's own figure: the corpus' largest has 24 kB).
MOST_BYTES = 1_000_000
#: A list of the whole country (a thousand warnings of some 600 octets, on a bad day several thousand).
MOST_LIST = 4 * MOST_BYTES
#: Issuer's code and time of entry, as the national system numbers every warning, and agencies' CAP with a serial behind it.
NATIONAL = re.compile(r"\d{14}_\d{14}(?:_\d)?")
#: The same warning reaches two feeds with times so far apart at most (Anlan's own figure: entry, issue and release lie minutes apart).
ALIKE = timedelta(minutes=10)
LEVELS = {"Minor": 1, "Moderate": 2, "Severe": 3, "Extreme": 4}
COLOUR_WORDS = (("红色", 4), ("橙色", 3), ("黄色", 2), ("蓝色", 1), ("red", 4), ("orange", 3), ("yellow", 2), ("blue", 1))


@dataclass(frozen=True)
class Referred:
    """What a message refers to: CAP's "sender,identifier,sent"."""

    sender: str
    identifier: str


def text_of(alert: cap12.Alert) -> cap12.Info | None:
    """Return the text that is read here: Chinese, else English, else the first."""
    for language in ("zh", "en"):
        for info in alert.infos:
            if info.language.lower().startswith(language):
                return info
    return alert.infos[0] if alert.infos else None


def level_of(info: cap12.Info | None) -> int:
    """Return how grave it is, 1 blue to 4 red: by the colour that its headline or event names, else by its severity; 0 where it says neither."""
    if info is None:
        return 0
    words = f"{info.headline} {info.event}".lower()
    named = [level for word, level in COLOUR_WORDS if re.search(rf"(?<![a-z]){word}(?![a-z])", words)]
    return named[0] if named else LEVELS.get(info.severity, 0)


def referred(references: Iterable[str]) -> list[Referred]:
    """Return the messages that one refers to."""
    found = []
    for group in references:
        for one in group.split():
            parts = one.split(",")
            if len(parts) >= 3:
                found.append(Referred(parts[0], parts[1]))
    return found


def is_national(identifier: str) -> bool:
    """Return whether the national system gave an identifier: then it is one warning's, whoever carries it."""
    return NATIONAL.fullmatch(identifier) is not None


def from_above(identifier: str, divisions: Iterable[str]) -> bool:
    """Return whether an issuer above the city speaks, whose warning is for the whole city only because nothing narrower was told."""
    return is_national(identifier) and identifier[2:6] == "0000" and all(len(one) == LENGTHS["city"] for one in divisions)


def ground_of(divisions: list[str]) -> str:
    """Return whose a message is to see: the county's where it is for places of one county alone, else the city's."""
    ground = common(divisions)[: LENGTHS["county"]]
    return ground if len(ground) >= LENGTHS["city"] else min(one[: LENGTHS["city"]] for one in divisions)


def one_issuer(one: str, other: str) -> bool:
    """Return whether two names are one body's: 清城区气象台 and 广东省清远市清城区气象局 are."""
    short, long = sorted((name.replace("气象局", "气象台") for name in (one, other)), key=len)
    return len(short) >= 4 and long.endswith(short)


def in_modern_words(xml: bytes) -> bytes:
    """Return a message of CAP 1.1 under the name of 1.2, by which it is read; another one as it is."""
    return xml.replace(b"urn:oasis:names:tc:emergency:cap:1.1", b"urn:oasis:names:tc:emergency:cap:1.2")
