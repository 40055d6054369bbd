"""Words as the picture of an LED panel, and the words in such a picture: cells of 24 × 28 pixels, half as wide for Latin letters.

The reader knows no notice: it compares each cell with the glyphs of the font, so that a missing glyph, a cut line or a swapped
digit reads as what stands there. Not an OCR of photographs: pixels must be the panel's own.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

#: Debian's fonts-noto-cjk, which the set-up installs for the official papers.
FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc")
CHINESE = 2
SIZE, HALF, LINE, UP = 24, 12, 28, -5
#: Stands for a cell that is no glyph we know.
UNREADABLE = "□"
#: What may stand in half a cell.
NARROW = "".join(chr(n) for n in range(33, 127))
PUNCTUATION = "、。，：；！？（）【】《》“”‘’·—…～〔〕「」％℃㎡°±×÷→↑↓"


class NoFont(RuntimeError):
    """The font is not installed."""


@lru_cache(1)
def _font() -> ImageFont.FreeTypeFont:
    if not FONT.exists():
        raise NoFont(f"{FONT} is not there: apt-get install fonts-noto-cjk")
    return ImageFont.truetype(FONT, SIZE, index=CHINESE, layout_engine=ImageFont.Layout.BASIC)


def width_of(character: str) -> int:
    """Return how wide a character's cell is."""
    return HALF if character == " " or character in NARROW else SIZE


@lru_cache(30_000)
def _cell(character: str) -> bytes:
    """Return a character's cell, one bit a pixel; a glyph that the font lacks is its box."""
    picture = Image.new("1", (width_of(character), LINE))
    draw = ImageDraw.Draw(picture)
    draw.fontmode = "1"
    draw.text((0, UP), character, font=_narrow() if character in NARROW else _font(), fill=1)
    return picture.tobytes()


@lru_cache(1)
def _narrow() -> ImageFont.FreeTypeFont:
    """Return the font for Latin letters: small enough that the widest stays in half a cell."""
    return ImageFont.truetype(FONT, SIZE, index=7, layout_engine=ImageFont.Layout.BASIC)


def common() -> Iterator[str]:
    """Yield the characters of everyday Chinese (GB 2312, level 1) and its punctuation."""
    yield from PUNCTUATION
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF):
            if (high, low) <= (0xD7, 0xF9):
                yield bytes([high, low]).decode("gb2312")


def rarer() -> Iterator[str]:
    """Yield all other characters of GBK, then the ideographs beyond it: names of villages are written with them."""
    for high in range(0x81, 0xFF):
        for low in range(0x40, 0xFF):
            try:
                yield bytes([high, low]).decode("gbk")
            except UnicodeDecodeError:
                continue
    yield from (c for c in map(chr, (*range(0x4E00, 0xA000), *range(0x3400, 0x4DC0))) if not _in_gbk(c))


def _in_gbk(character: str) -> bool:
    try:
        return bool(character.encode("gbk"))
    except UnicodeEncodeError:
        return False


def plain(text: str) -> str:
    """Return a text in characters that panels have: m³/s is written m3/s."""
    return "".join(c if _in_gbk(c) else unicodedata.normalize("NFKC", c) for c in text)


BLANK = bytes(LINE * SIZE // 8)


class Glyphs:
    """What each cell says: everyday characters at once, rarer ones when a cell asks for them."""

    def __init__(self) -> None:
        missing = _cell(chr(0x10FFFD))
        self.known = {_cell(c): c for c in [*common()][::-1] if _cell(c) != missing}
        self.narrow = {_cell(c): c for c in NARROW}
        self.missing = missing
        self.rest = rarer()

    def of(self, cell: bytes) -> str:
        """Return the character of a whole cell."""
        while cell not in self.known and cell not in (self.missing, BLANK):
            character = next(self.rest, "")
            if not character:
                return UNREADABLE
            if _cell(character) not in (self.missing, BLANK):
                self.known.setdefault(_cell(character), character)
        return self.known.get(cell, UNREADABLE)


@lru_cache(1)
def _glyphs() -> Glyphs:
    return Glyphs()


def lines_of(text: str, width: int) -> list[str]:
    """Break a text into lines of a panel; a Latin word is not cut unless it is longer than a line."""
    lines, line, used = [], "", 0
    for word in _words(text):
        wide = sum(width_of(c) for c in word)
        if used + wide > width and line:
            lines.append(line)
            line, used = "", 0
            if word == " ":
                continue
        for character in word:
            if used + width_of(character) > width:
                lines.append(line)
                line, used = "", 0
            line += character
            used += width_of(character)
    return [*lines, line] if line else lines


def _words(text: str) -> Iterator[str]:
    word = ""
    for character in text:
        if character in NARROW:
            word += character
            continue
        if word:
            yield word
        word = ""
        yield " " if character.isspace() else character
    if word:
        yield word


def drawn(texts: Iterable[str], width: int, height: int) -> tuple[bytes, ...]:
    """Return texts, each begun on a new line, as pictures (PNG, one bit) of a panel's size."""
    lines = [line for text in texts if text.strip() for line in lines_of(plain(text.strip()), width)]
    rows = max(height // LINE, 1)
    pages = []
    for start in range(0, len(lines), rows):
        page = Image.new("1", (width, max(height, LINE)))
        for row, line in enumerate(lines[start : start + rows]):
            left = 0
            for character in line:
                if character != " ":
                    cell = Image.frombytes("1", (width_of(character), LINE), _cell(character))
                    page.paste(cell, (left, row * LINE))
                left += width_of(character)
        out = io.BytesIO()
        page.save(out, "PNG")
        pages.append(out.getvalue())
    return tuple(pages)


def read(pages: Iterable[bytes]) -> str:
    """Return what stands on a panel's pictures, line by line; a cell that is no glyph reads as □."""
    glyphs, lines = _glyphs(), []
    for page in pages:
        picture = Image.open(io.BytesIO(page)).convert("1")
        for top in range(0, picture.height - LINE + 1, LINE):
            lines.append(_line(picture.crop((0, top, picture.width, top + LINE)), glyphs).rstrip())
        rest = picture.crop((0, picture.height // LINE * LINE, picture.width, picture.height))
        if rest.getbbox():
            lines.append(UNREADABLE)
    return "\n".join(line for line in lines if line)


def _line(picture: Image.Image, glyphs: Glyphs) -> str:
    said, left = "", 0
    while left < picture.width:
        half = picture.crop((left, 0, left + HALF, LINE)).tobytes()
        if not any(half) and not _begins_wide(picture, left, glyphs):
            said, left = said + " ", left + HALF
        elif half in glyphs.narrow and not _begins_wide(picture, left, glyphs):
            said, left = said + glyphs.narrow[half], left + HALF
        else:
            said, left = said + glyphs.of(picture.crop((left, 0, left + SIZE, LINE)).tobytes()), left + SIZE
    return said


def _begins_wide(picture: Image.Image, left: int, glyphs: Glyphs) -> bool:
    """Return whether a wide character begins here, whose left half may be blank or look like a narrow one."""
    return picture.crop((left, 0, left + SIZE, LINE)).tobytes() in glyphs.known
