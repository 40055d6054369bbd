"""The reader's language: Chinese unless another is asked for, and Chinese where a text has no other."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, override


def in_chinese() -> bool:
    """Return whether the reader's language is Chinese; it is outside any request."""
    return (get_language() or "zh").startswith("zh")


def plural(noun: str) -> str:
    """Return an English noun's plural; in Chinese the noun itself."""
    if in_chinese():
        return noun
    first, rest = re.fullmatch(r"(.*?)((?: (?:to|of|in|from|by|before) .*)?)", noun).groups()  # type: ignore[union-attr]
    if first.lower().endswith(("series", "evidence", "reached", "limits", "words")):  # are their own plural
        return noun
    ies = first.endswith("y") and first[-2:-1] not in "aeo"
    return f"{first[:-1]}ies{rest}" if ies else f"{first}{'es' if first.endswith(('s', 'sh', 'ch')) else 's'}{rest}"


def localised(zh: Any, en: Any) -> Any:
    """Return what the reader reads of a text (or list of texts) in both languages; the Chinese where there is no English."""
    return zh if in_chinese() or not en else en


def listed(names: Iterable[Any]) -> str:
    """Return names in a row, parted as the reader's language parts them."""
    return ("、" if in_chinese() else ", ").join(str(name) for name in names)


def of_terminal() -> str:
    """Return the language to speak on the command line: the terminal's if it is English, else the city's."""
    asked = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "en" if asked.startswith("en") else str(settings.LANGUAGE_CODE)


def in_every_language(text: Any) -> list[str]:
    """Return a text that translates itself in each language of the program."""
    said = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            said.append(str(text))
    return said
