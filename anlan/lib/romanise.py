"""English names of Chinese places, where none is published: the pinyin of the proper part and the word for its kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence

#: Ending → English kind, the longest first: 街道办事处 before 街道.
KINDS = (
    ("壮族瑶族自治县", "Zhuang and Yao Autonomous County"),
    ("瑶族自治县", "Yao Autonomous County"),
    ("壮族瑶族乡", "Zhuang and Yao Township"),
    ("瑶族乡", "Yao Township"),
    ("街道办事处", "Subdistrict"),
    ("社区居民委员会", "Community"),
    ("社区居委会", "Community"),
    ("居民委员会", "Community"),
    ("村民委员会", "Village"),
    ("村村委会", "Village"),
    ("居委会", "Community"),
    ("村委会", "Village"),
    ("街道", "Subdistrict"),
    ("社区", "Community"),
    ("林场", "Forest Farm"),
    ("农场", "Farm"),
    ("茶场", "Tea Farm"),
    ("镇", "Town"),
    ("乡", "Township"),
    ("村", "Village"),
    ("县", "County"),
    ("市", "City"),
    ("区", "District"),
)
#: A proper name has at most so many characters.
LONGEST = 6


def english_name(name: str, syllables: Callable[[str], Sequence[str]]) -> str:
    """Return 飞来峡镇 as "Feilaixia Town"; `syllables` gives the pinyin of a text, one a character.

    A long name is no proper name but words (清远市高新技术产业开发区): "" then, for a translator.
    A syllable that begins with a vowel takes an apostrophe inside a word (GB/T 16159): 西安 is Xi'an.
    """
    proper, kind = name, ""
    for ending, word in KINDS:
        if name.endswith(ending) and len(name) > len(ending) + (len(ending) == 1):
            proper, kind = name[: -len(ending)], word
            break
    if len(proper) > LONGEST:
        return ""
    word = ""
    for syllable in syllables(proper):
        word += "'" + syllable if word and syllable[:1] in ("a", "e", "o") else syllable
    return f"{word[:1].upper()}{word[1:]} {kind}".strip()
