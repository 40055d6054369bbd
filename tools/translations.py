"""Check the Chinese catalogue: nothing untranslated, nothing fuzzy, nothing in the code that the catalogue lacks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

CATALOGUE = Path("anlan/locale/zh_Hans/LC_MESSAGES/django.po")


def main() -> int:
    """Extract afresh into a copy and compare."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "anlan"
        shutil.copytree("anlan", copy, ignore=shutil.ignore_patterns("dist", "__pycache__", "*.mo"))
        command = [sys.executable, "-m", "django", "makemessages", "-l", "zh_Hans", "--no-location", "--no-wrap", "-v0"]
        subprocess.run(command, check=True, cwd=copy, env={k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"})
        fresh = polib.pofile(str(copy / "locale/zh_Hans/LC_MESSAGES/django.po"))
    missing = [
        e.msgid
        for e in fresh
        if not e.obsolete and ("fuzzy" in e.flags or not (e.msgstr or all(e.msgstr_plural.values()) and e.msgstr_plural))
    ]
    known = {e.msgid for e in polib.pofile(str(CATALOGUE))}
    missing += [e.msgid for e in fresh if not e.obsolete and e.msgid not in known]
    for text in dict.fromkeys(missing):
        print(f"not translated: {text!r}")
    print(f"{len(known)} texts, {len(set(missing))} missing")
    return bool(missing)


if __name__ == "__main__":
    sys.exit(main())
