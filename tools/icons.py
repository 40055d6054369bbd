"""Cut the icons that the program names out of Tabler's five thousand, for the islands' build: half a megabyte less for a phone to load.

`python tools/icons.py` writes `islands/made/icons.css` and its font; with `--names` it only says which icons, so that a build can tell whether it is stale.
A name counts where it stands in quotation marks, behind `ti-` or a template's tag, in code, templates or islands: rather too many than one too few.
"""

from __future__ import annotations

import logging
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WHOLE = ROOT / "islands/node_modules/@tabler/icons-webfont/dist"
MADE = ROOT / "islands/made"
READ = (("anlan", "*.py"), ("anlan", "*.html"), ("islands/src", "*.ts"))
NAMED = re.compile(r"""\bti-([a-z0-9-]+)|["'](?:ti-)?([a-z0-9-]+)["']|%\}([a-z0-9-]+)""")
GLYPH = re.compile(r"\.ti-([a-z0-9-]+):before\{content:\"\\([0-9a-f]+)\"\}")
FACE = (
    '@font-face{font-family:"tabler-icons";font-display:block;src:url("./icons.woff2") format("woff2")}'
    '.ti{font-family:"tabler-icons"!important;font-style:normal;font-weight:normal;font-variant:normal;'
    "text-transform:none;line-height:1;-webkit-font-smoothing:antialiased;-moz-osx-font-smoothing:grayscale}"
)


def named() -> dict[str, str]:
    """Return the icons that are named anywhere, each with its code point in hexadecimal."""
    known = dict(GLYPH.findall((WHOLE / "tabler-icons.min.css").read_text(encoding="utf-8")))
    found: set[str] = set()
    for folder, pattern in READ:
        for file in (ROOT / folder).rglob(pattern):
            if "static" not in file.parts and "tests" not in file.parts:
                found |= {name for pair in NAMED.findall(file.read_text(encoding="utf-8")) for name in pair}
    return {name: known[name] for name in sorted(found & known.keys())}


def main() -> None:
    """Write the stylesheet and the font, or the names alone."""
    if not (WHOLE / "tabler-icons.min.css").exists():
        return  # nothing is installed yet: the build that follows installs it and asks again
    icons = named()
    if "--names" in sys.argv:
        print(*icons)
        return
    from fontTools import subset

    logging.getLogger("fontTools").setLevel(logging.ERROR)  # the font's own untidiness is Tabler's

    MADE.mkdir(exist_ok=True)
    options = subset.Options(flavor="woff2", layout_features=[], notdef_outline=True)
    font = subset.load_font(str(WHOLE / "fonts/tabler-icons.woff2"), options)
    cut = subset.Subsetter(options)
    cut.populate(unicodes=[int(code, 16) for code in icons.values()])
    cut.subset(font)
    subset.save_font(font, str(MADE / "icons.woff2"), options)
    rules = "".join(f'.ti-{name}:before{{content:"\\{code}"}}' for name, code in icons.items())
    (MADE / "icons.css").write_text(f"/* Tabler Icons, MIT: cut by tools/icons.py */{FACE}{rules}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
