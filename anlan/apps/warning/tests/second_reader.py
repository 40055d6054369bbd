"""A second reader of what is shown: Tesseract, which knows nothing of how panels and share pictures are drawn.

It reads level, places and numbers; words it mistakes now and then (a panel's letters are 16 pixels high), so that it is no gate.
"""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterable
from dataclasses import replace
from random import Random

from PIL import Image, ImageOps

from anlan.apps.warning import readback
from anlan.apps.warning.kinds import MEDIA, Frame, Notice
from anlan.apps.warning.tests.notices import EN, PLACES, ZH, said
from anlan.lib.share_picture import BAR, HEIGHT, Shown, drawn

#: A panel's picture is read twice as large; of a share picture the bar by itself, and what stands left of the map.
LARGER, WORDS_END = 2, 850
FAULTS = ("cut", "a digit", "another level", "another place", "no level")


def eye(picture: Image.Image, language: str) -> str:
    """Return what Tesseract reads."""
    made = io.BytesIO()
    ImageOps.expand(picture, 20, 255).save(made, "PNG")
    command = ["tesseract", "-", "-", "-l", "chi_sim" if language == "zh" else "eng", "--psm", "6"]
    environment = {"OMP_THREAD_LIMIT": "1", "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, input=made.getvalue(), capture_output=True, env=environment, check=True).stdout.decode()


def panel(notice: Notice, cut: bool = False) -> str:
    """Return what is read of a panel's pictures; `cut` loses the last one."""
    octets = MEDIA.get("screen").render(notice, Frame()).octets
    return "".join(eye(_dark(page), notice.language) for page in (octets[:-1] if cut else octets))


def _dark(page: bytes) -> Image.Image:
    picture = ImageOps.invert(Image.open(io.BytesIO(page)).convert("L"))
    return picture.resize((picture.width * LARGER, picture.height * LARGER), Image.Resampling.LANCZOS)


def share(notice: Notice, cut: bool = False) -> str:
    """Return what is read of a share picture; `cut` loses its lower half."""
    shown = Shown(
        headline=notice.headline,
        second=notice.instruction,
        level=notice.whole_name,
        state="生效中" if notice.language == "zh" else "In force",
        lines=(" ".join(notice.places), notice.description, notice.until),
        issuer=notice.issuer,
        address="https://yj.example.org/warnings/x/",
        bar="#ffd84a",
        bar_ink="#3d2f00",
        ground=(((113.0, 23.6), (113.1, 23.6), (113.1, 23.7)),),
    )
    picture = Image.open(io.BytesIO(drawn(shown))).convert("L")
    bar = ImageOps.autocontrast(picture.crop((0, 0, picture.width, BAR)))
    words = picture.crop((0, BAR, WORDS_END, HEIGHT // 2 - 60 if cut else HEIGHT))
    return eye(bar, notice.language) + eye(words, notice.language)


READERS = {"panel": panel, "share": share}


def lacks(notice: Notice, text: str) -> list[str]:
    """Return what of level, places and numbers does not stand in what was read."""
    read = readback.plain(text)
    wanted = readback.plain("".join((notice.headline, notice.description, notice.instruction, notice.until)))
    found = [] if readback.plain(notice.colour) in read else ["level"]
    found += [place for place in notice.places if readback.plain(place) not in read]
    return found + [number for number in re.findall(r"\d+", wanted) if number not in read]


def spoilt(notice: Notice, fault: str, pick: Random) -> Notice:
    """Return what the renderer is given by mistake."""
    if fault == "a digit":
        at = pick.choice([n for n, one in enumerate(notice.until) if one.isdigit()])
        other = str((int(notice.until[at]) + pick.randint(1, 9)) % 10)
        return said(replace(notice, until=notice.until[:at] + other + notice.until[at + 1 :]))
    if fault == "another place":
        others = [place for place in PLACES[notice.language] if place not in notice.places]
        other = pick.choice(others)
        headline = notice.headline.replace(notice.places[0], other)
        return said(replace(notice, places=(other, *notice.places[1:]), headline=headline))
    colours: Iterable[str] = ZH if notice.language == "zh" else EN
    other = pick.choice([c for c in colours if c != notice.colour]) if fault == "another level" else ""
    headline = re.sub(notice.colour, other, notice.headline, flags=re.IGNORECASE)
    return said(replace(notice, colour=other, headline=headline))


def tried(reader: str, notice: Notice, fault: str = "") -> list[str]:
    """Return what is lacking of a notice that was shown with a fault, or with none."""
    pick = Random(f"{reader}{notice.warning}{notice.language}{fault}")
    given = notice if fault in ("", "cut") else spoilt(notice, fault, pick)
    return lacks(notice, READERS[reader](given, fault == "cut"))
