"""Words that leave the house, in both languages: a unit reads the one it knows, whoever sent them."""

from __future__ import annotations

import re
from typing import Any

from django.utils import translation

from anlan.kit.languages import localised

HAN = re.compile(r"[\u4e00-\u9fff]")
#: As the column holds it.
LONGEST_SUBJECT = 200


def in_both(message: Any, **values: Any) -> tuple[str, str]:
    """Return a lazy translation filled in, in Chinese and in English; a value that is a pair gives each language its own."""
    made = []
    for place, language in enumerate(("zh-hans", "en")):
        with translation.override(language):
            own = {name: value[place] if isinstance(value, tuple) else value for name, value in values.items()}
            made.append(str(message) % own)
    return made[0], made[1]


def joined(pair: tuple[str, str]) -> str:
    """Return both languages as one text, Chinese first."""
    return pair[0] if pair[0] == pair[1] or not pair[1] else f"{pair[0]} / {pair[1]}"


def spoken(text: str) -> str:
    """Return the reader's half of a text in both languages; the whole where it is no such text."""
    zh, parted, en = text.partition(" / ")
    return str(localised(zh, en)) if parted and HAN.search(zh) and not HAN.search(en) else text


def headed(pair: tuple[str, str]) -> str:
    """Return both languages as a message's subject, no longer than one may be."""
    return joined(pair)[:LONGEST_SUBJECT]
