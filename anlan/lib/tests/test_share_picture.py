"""The share picture: same input same bytes, words that fit, and a code that leads to the public page."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image

from anlan.lib.share_picture import HEIGHT, WIDTH, Shown, drawn, wrapped

SHOWN = Shown(
    headline="清远市发布北江洪水红色预警：清远站水位持续上涨，预计六小时内超历史最高",
    second="请沿江低洼地带群众立即转移。",
    level="红色",
    state="生效中",
    lines=("范围：清城区、英德市", "有效至：2022-06-23 08:00"),
    issuer="清远市应急管理局",
    address="https://yj.example.org/warnings/1/",
    bar="#b3121f",
    bar_ink="#ffffff",
    parts=(((112.5, 23.2), (113.5, 23.4), (113.6, 24.4), (112.2, 24.2)),),
    ground=(((112.8, 23.5), (113.2, 23.6), (113.1, 23.9)),),
)


def test_the_picture_is_the_same_and_tells_level_and_ground() -> None:
    made = drawn(SHOWN)
    assert made == drawn(SHOWN) and len(made) < 300_000
    picture = Image.open(io.BytesIO(made)).convert("RGB")
    assert picture.size == (WIDTH, HEIGHT) and picture.getpixel((5, 5)) == (0xB3, 0x12, 0x1F)
    assert sum(picture.getpixel((x, y)) == (0xB3, 0x12, 0x1F) for x in range(850, 1150) for y in range(140, 440)) > 1000
    for other in (
        replace(SHOWN, stamp="演练"),
        replace(SHOWN, headline="另一条"),
        replace(SHOWN, ground=()),
        replace(SHOWN, address="x"),
    ):
        assert drawn(other) != made
    assert drawn(replace(SHOWN, parts=(), ground=(), second="", lines=(), issuer=""))


@pytest.mark.parametrize(
    ("text", "most", "lines"),
    [
        ("短", 2, 1),
        ("很长的一句话" * 30, 2, 2),
        ("Beijiang flood " * 20, 3, 3),
        ("x" * 400, 2, 2),
    ],
)
def test_words_fit(text: str, most: int, lines: int) -> None:
    from anlan.lib.share_picture import _font

    found = wrapped(text, 30, 500, most)
    assert len(found) == lines and all(_font(30).getlength(line) <= 520 or " " not in text for line in found)
    assert not any(line.startswith(("，", "。")) for line in found)
