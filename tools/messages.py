"""Bring the Chinese catalogues up to date: one for each app, one each for kit, plugins, site and library, sorted, obsolete texts gone.

What the kit's catalogue holds is not repeated in an app's: Django reads all of them as one. On an untouched tree nothing changes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path("anlan")
PARTS = ("kit", "lib", "plugins", "site")
FILE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
HEADER = {
    "Project-Id-Version": "anlan",
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}


def parts() -> list[Path]:
    """Return the folders that carry a catalogue of their own, the kit first."""
    apps = sorted(path.parent for path in (ROOT / "apps").glob("*/__init__.py"))
    return [*(ROOT / part for part in PARTS), *apps]


def catalogues() -> dict[Path, polib.POFile]:
    """Return the catalogue of each part as it is."""
    return {part: polib.pofile(str(part / FILE)) for part in parts() if (part / FILE).exists()}


def extracted() -> dict[Path, polib.POFile]:
    """Return each part's catalogue as it should be: every text of its code, translated where it was."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        shutil.copytree(ROOT, copy / ROOT, ignore=shutil.ignore_patterns("dist", "__pycache__", "*.mo"))
        for part in parts():
            (copy / part / FILE).parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "django", "makemessages", "-l", "zh_Hans", "--no-location", "--no-wrap", "-v0"]
        plain = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
        subprocess.run(command, check=True, cwd=copy / ROOT, env=plain)
        found = {part: polib.pofile(str(copy / part / FILE)) for part in parts() if (copy / part / FILE).exists()}
    known = {entry.msgid: entry for file in catalogues().values() for entry in file if not entry.obsolete}
    kit = {entry.msgid for entry in found[ROOT / "kit"] if not entry.obsolete}
    return {part: _tidied(file, known, set() if part == ROOT / "kit" else kit) for part, file in found.items()}


def _tidied(file: polib.POFile, known: dict[str, polib.POEntry], elsewhere: set[str]) -> polib.POFile:
    """Return a catalogue without obsolete texts, guesses and repetitions, in order."""
    tidy = polib.POFile(wrapwidth=0)
    tidy.metadata = HEADER
    for entry in sorted(file, key=lambda e: e.msgid):
        if entry.obsolete or entry.msgid in elsewhere:
            continue
        earlier = known.get(entry.msgid)
        if "fuzzy" in entry.flags or not (entry.msgstr or any(entry.msgstr_plural.values())):
            entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
            entry.msgstr = earlier.msgstr if earlier else ""
            if entry.msgid_plural:
                entry.msgstr, entry.msgstr_plural = "", earlier.msgstr_plural if earlier else {0: ""}
        entry.previous_msgid = None
        tidy.append(entry)
    return tidy


def main() -> int:
    """Write the catalogues and name what waits for its Chinese."""
    for part, file in extracted().items():
        if len(file):
            (part / FILE).parent.mkdir(parents=True, exist_ok=True)
            file.save(str(part / FILE))
        else:
            (part / FILE).unlink(missing_ok=True)
        for entry in file:
            if not (entry.msgstr or any(entry.msgstr_plural.values())):
                print(f"{part / FILE}: not translated: {entry.msgid!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
