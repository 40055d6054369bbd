"""Papers as bytes: PDF by typst, Word by docxtpl; the same data gives the same bytes, whenever they are made."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
import typst
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage

#: The faces of GB/T 9704, where a machine has them, then what every Debian has. None of the first is free.
FACES = {
    "title": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "Noto Serif CJK SC"),
    "body": ("FangSong_GB2312", "FangSong", "Noto Serif CJK SC"),
    "hei": ("SimHei", "Noto Sans CJK SC"),
    "song": ("SimSun", "Noto Serif CJK SC"),
}

#: No package is ever fetched: what a template imports lies here.
NOWHERE = Path(__file__).parent / "nothing"
#: The oldest instant that a zip archive can tell.
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


class NoFont(LookupError):
    """This machine has none of the faces that a paper's body asks for."""


def pdf(template: Path, data: dict[str, Any], at: datetime, layouts: Path) -> bytes:
    """Typeset a paper as PDF/A-3 with its data attached, `@anlan` packages from `layouts`; NoFont where no face of the body is here."""
    fonts = _fonts()
    known = {name.lower() for name in fonts.families()}
    if not any(name.lower() in known for name in data["faces"]["body"]):
        raise NoFont
    said = data | {"faces": {use: [n for n in names if n.lower() in known] for use, names in data["faces"].items()}}
    compiler = typst.Compiler(
        input=template,
        root=template.parent,
        font_paths=fonts,
        sys_inputs={"data": json.dumps(said, ensure_ascii=False, sort_keys=True)},
        package_path=layouts,
        package_cache_path=NOWHERE,
    )
    made = compiler.compile(format="pdf", timestamp=int(at.timestamp()), pdf_standards=["a-3b"])
    assert isinstance(made, bytes)
    return made


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Return the fonts of this machine: looking for them takes longer than typesetting."""
    return typst.Fonts()


def docx(template: Path, data: dict[str, Any], at: datetime) -> bytes:
    """Fill in a Word template; every value goes in as text."""
    document = DocxTemplate(template)
    picture = io.BytesIO()
    segno.make(data["url"], error="m").save(picture, kind="png", scale=4)
    picture.seek(0)
    words = {key.replace("-", "_"): value for key, value in data.items()}
    document.render(words | {"qr": InlineImage(document, picture, width=Mm(20))}, autoescape=True)
    kept = document.docx.core_properties
    kept.title, kept.author, kept.last_modified_by = data["title"], data["issuer"], data["issuer"]
    kept.created = kept.modified = at.replace(microsecond=0, tzinfo=None)
    made = io.BytesIO()
    document.save(made)
    return _same(made)


def _same(made: io.BytesIO) -> bytes:
    """Return an archive with the times of its members taken out."""
    again = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            new.writestr(zipfile.ZipInfo(name, ZIP_TIME), old.read(name), zipfile.ZIP_DEFLATED)
    return again.getvalue()


def code_of(address: str) -> str:
    """Return an address as a QR code in SVG."""
    drawn = io.BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", xmldecl=False, svgns=True, border=1)
    return drawn.getvalue().decode()
