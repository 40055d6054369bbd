"""The picture of a warning that people pass on: level, headline, times, places, the warned ground, a code to the public page. Same input, same bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import segno
from PIL import Image, ImageDraw, ImageFont

from anlan.lib.led import CHINESE, FONT, NoFont

#: What link previews show whole (Open Graph): 1.91 to 1.
WIDTH, HEIGHT = 1200, 630
PAD, BAR, MAP, CODE = 48, 108, 300, 150
INK, QUIET, PAPER, LINE, GROUND = "#16242b", "#48606a", "#ffffff", "#9fb0b8", "#eef2f4"
OVER = "#5f6b73"
#: A Latin word that is longer is broken.
LONGEST_WORD = 24
#: A line must not begin with these.
CLOSING = "，。、；：！？）】》”’%"

Ring = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Shown:
    """What a share picture tells. `bar` is the colour of its bar, `bar_ink` of the words in it."""

    headline: str
    second: str
    level: str
    state: str
    lines: tuple[str, ...]
    issuer: str
    address: str
    bar: str
    bar_ink: str
    #: Outlines in degrees: the parts of the city, and the warned ground.
    parts: tuple[Ring, ...] = ()
    ground: tuple[Ring, ...] = ()
    stamp: str = ""


@lru_cache(16)
def _font(size: int) -> ImageFont.FreeTypeFont:
    if not FONT.exists():
        raise NoFont(f"{FONT} is not there: apt-get install fonts-noto-cjk")
    return ImageFont.truetype(FONT, size, index=CHINESE, layout_engine=ImageFont.Layout.BASIC)


def wrapped(text: str, size: int, width: float, most: int) -> list[str]:
    """Break a text into at most so many lines that fit; Latin words stay whole, what is too long ends in an ellipsis."""
    font, lines, line = _font(size), list[str](), ""
    for word in _words(text):
        if line and font.getlength(line + word) > width and word not in CLOSING:
            lines.append(line.rstrip())
            line = ""
        line += word if line or word != " " else ""
    lines.append(line.rstrip())
    if len(lines) > most:
        last = lines[most - 1]
        while last and font.getlength(last + "…") > width:
            last = last[:-1]
        lines = [*lines[: most - 1], last + "…"]
    return lines


def _words(text: str) -> Iterable[str]:
    word = ""
    for character in " ".join(text.split()):
        if character.isascii() and character != " " and len(word) < LONGEST_WORD:
            word += character
            continue
        if word:
            yield word
        word = character if character.isascii() and character != " " else ""
        if not word:
            yield character
    if word:
        yield word


def drawn(shown: Shown) -> bytes:
    """Draw the picture (PNG)."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, WIDTH, BAR), fill=shown.bar)
    draw.text((PAD, BAR / 2), shown.level, font=_font(48), fill=shown.bar_ink, anchor="lm")
    draw.text((WIDTH - PAD, BAR / 2), shown.state, font=_font(34), fill=shown.bar_ink, anchor="rm")
    room, y = WIDTH - 3 * PAD - MAP, BAR + 34
    for text, size, most, ink in ((shown.headline, 46, 3, INK), (shown.second, 27, 2, QUIET)):
        for line in wrapped(text, size, room, most) if text else ():
            draw.text((PAD, y), line, font=_font(size), fill=ink)
            y += round(size * 1.35)
        y += 10
    for text in shown.lines:
        for line in wrapped(text, 25, room, 2):
            if y > HEIGHT - 90:
                break
            draw.text((PAD, y), line, font=_font(25), fill=INK)
            y += 35
    draw.text((PAD, HEIGHT - PAD), wrapped(shown.issuer, 24, room, 1)[0], font=_font(24), fill=QUIET, anchor="ls")
    _map(draw, shown)
    _code(picture, shown.address)
    if shown.stamp:
        _stamp(picture, shown.stamp)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=False, compress_level=6)
    return out.getvalue()


def _map(draw: ImageDraw.ImageDraw, shown: Shown) -> None:
    """Draw the city's parts and the warned ground into the box at the right, north up."""
    points = [p for ring in (shown.parts or shown.ground) for p in ring]
    if not points:
        return
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    squeeze = 0.9  # a degree of longitude at 24° north is nine tenths of one of latitude
    scale = MAP / max((east - west) * squeeze, north - south, 1e-9)
    left, top = WIDTH - PAD - MAP + (MAP - (east - west) * squeeze * scale) / 2, BAR + 30

    def at(ring: Ring) -> list[tuple[float, float]]:
        return [(left + (x - west) * squeeze * scale, top + (north - y) * scale) for x, y in ring]

    for ring in shown.parts:
        draw.polygon(at(ring), fill=GROUND, outline=LINE)
    for ring in shown.ground:
        draw.polygon(at(ring), fill=shown.bar, outline=INK)
    for ring in shown.parts:
        draw.line([*at(ring), at(ring)[0]], fill=LINE, width=1)


def _code(picture: Image.Image, address: str) -> None:
    """Put the code to the public page at the lower right."""
    made = io.BytesIO()
    segno.make(address, error="m").save(made, kind="png", scale=4, border=2)
    code = Image.open(made).convert("RGB").resize((CODE, CODE), Image.Resampling.NEAREST)
    picture.paste(code, (WIDTH - PAD - CODE, HEIGHT - 24 - CODE))


def _stamp(picture: Image.Image, text: str) -> None:
    """Write across the picture what it must not be taken for."""
    layer = Image.new("L", (WIDTH, HEIGHT), 0)
    ImageDraw.Draw(layer).text((WIDTH / 2, HEIGHT / 2), text, font=_font(150), fill=70, anchor="mm")
    picture.paste(Image.new("RGB", (WIDTH, HEIGHT), "#b3261e"), mask=layer.rotate(18, Image.Resampling.BILINEAR))
