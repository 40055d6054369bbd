"""Citations: where a text names an article of law. Pure: the form is recognised here, the article is looked up elsewhere.

Recognised: "突发事件应对法 第七十二条", "《安全生产法》第八十三条之一", and a former version by the year of its adoption,
"突发事件应对法（2007） 第四十八条".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

NUMBER = "[零〇一二三四五六七八九十百千]+"
CITED = re.compile(rf"《?([\u4e00-\u9fff]{{2,40}}?)(?:[（(](\d{{4}})[）)])?》?\s?(第{NUMBER}条(?:之{NUMBER})?)")
STATE = "中华人民共和国"


@dataclass(frozen=True)
class Citation:
    """An article that a text names: `year` is that of a former version, None for the one in force."""

    law: str
    label: str
    year: int | None = None


def citation(text: str) -> Citation | None:
    """Return the first article that a text names."""
    found = CITED.search(text)
    return _read(found) if found else None


def pieces(text: str) -> Iterator[tuple[str, Citation | None]]:
    """Yield a text in pieces, each with the article that it names."""
    at = 0
    for found in CITED.finditer(text):
        if found.start() > at:
            yield text[at : found.start()], None
        yield found[0], _read(found)
        at = found.end()
    if at < len(text):
        yield text[at:], None


def _read(found: re.Match[str]) -> Citation:
    law, year, label = found.groups()
    return Citation(law.removeprefix(STATE), label, int(year) if year else None)
