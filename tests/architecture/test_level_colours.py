"""Who sees colours otherwise tells the levels apart: by the colours of marks and stripes in both themes, and by shape and word beside every one of them."""

from __future__ import annotations

import math
import re
from itertools import combinations
from pathlib import Path

from anlan.kit.ui.templatetags.ui import SHAPES, WORDS

ISLANDS = Path(__file__).parents[2] / "islands/src"
#: How light of each primary reaches an eye that lacks a kind of cone (Machado, Oliveira, Fernandes 2009, severity 1).
EYES = {
    "common": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
#: The least distance of two levels (CIE 1976); 2 is what one sees side by side, 10 at a glance.
LEAST = 18


def seen(colour: str, eye: str) -> tuple[float, float, float]:
    """Return a colour as an eye sees it, in CIE L*a*b*."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    light = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    r, g, b = (min(max(sum(m * p for m, p in zip(row, light, strict=True)), 0), 1) for row in EYES[eye])
    x, y, z = (
        t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116
        for t in (
            (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047,
            0.2126 * r + 0.7152 * g + 0.0722 * b,
            (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883,
        )
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def worn() -> dict[str, dict[str, str]]:
    """Return the colours of the levels: of stripes on the pages and of marks on the map, by day and by night."""
    css, palette = (ISLANDS / "app.css").read_text(), (ISLANDS / "map/palette.ts").read_text()
    day, night = (dict(re.findall(r"--mark-(\w+): (#\w{6});", part)) for part in css.split('[data-bs-theme="dark"]', 2)[:2])
    on_map = [dict(re.findall(r'(\w+): "(#\w{6})"', part)) for part in re.findall(r"\blevels: \{([^}]*)\}", palette)]
    return {"pages by day": day, "pages by night": night, "map by night": on_map[0], "map by day": on_map[1]}


def test_levels_are_told_apart_by_every_eye() -> None:
    for where, colours in worn().items():
        assert set(colours) >= set(WORDS), where
        for eye in EYES:
            for one, other in combinations(WORDS, 2):
                apart = math.dist(seen(colours[one], eye), seen(colours[other], eye))
                assert apart >= LEAST, f"{one} and {other}, {where}, {eye}: {apart:.1f}"


def test_no_level_is_told_by_colour_alone() -> None:
    marks = re.search(r"MARKS[^{]*\{([^}]*)\}", (ISLANDS / "map/icons.ts").read_text())
    assert marks is not None
    drawn = {level: shape for level, shape in re.findall(r"(\w+): (.+?)(?:,\n|,? *$)", marks[1], re.MULTILINE) if level in WORDS}
    for shapes in (SHAPES, drawn):
        assert len({str(shapes[level]) for level in WORDS}) == len(WORDS)
    assert len({str(word) for word in WORDS.values()}) == len(WORDS)
