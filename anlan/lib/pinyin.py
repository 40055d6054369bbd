"""How Chinese characters sound. The dictionary takes half a second and 60 MB: it is read when something is first spelt."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

#: Readings that pypinyin has wrong or not: word → its syllables.
_learnt: dict[str, str] = {}


def learn(readings: Mapping[str, str]) -> None:
    """Let words be read as given: word → syllables with tone marks, spaces between them."""
    _learnt.update(readings)
    _dictionary.cache_clear()


@cache
def _dictionary() -> Any:
    import pypinyin

    pypinyin.load_phrases_dict({word: [[one] for one in said.split()] for word, said in _learnt.items()})
    return pypinyin


def spelt(text: str) -> list[str]:
    """Return 清远 as ["qing", "yuan"]."""
    return list(_dictionary().lazy_pinyin(text))


def initials(text: str) -> str:
    """Return 清远 as "qy"."""
    return "".join(_dictionary().lazy_pinyin(text, style=_dictionary().Style.FIRST_LETTER))


def toned(text: str) -> list[str]:
    """Return 清远 as ["qing1", "yuan3"]; what is no Chinese character is left out."""
    style = _dictionary().Style.TONE3
    return list(_dictionary().lazy_pinyin(text, style=style, neutral_tone_with_five=True, v_to_u=False, errors="ignore"))
