"""Check the Chinese catalogue: nothing untranslated, nothing fuzzy, nothing in the code that the catalogue lacks.

xgettext takes an f-string for a plain string and passes over what is called inside it, so the code is also read by its syntax
tree: a text that only the tree shows would fall out of the catalogue at the next `make messages`.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

CATALOGUE = Path("anlan/locale/zh_Hans/LC_MESSAGES/django.po")
#: The calls that translate → how many of their arguments are texts.
CALLS = {"_": 1, "gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "ngettext": 2, "ngettext_lazy": 2}


def texts_in(source: str) -> set[str]:
    """Return the texts that Python code asks to have translated, those inside f-strings and under other names of gettext as well."""
    found: set[str] = set()
    tree = ast.parse(source)
    imported = [name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names]
    calls = CALLS | {name.asname: CALLS[name.name] for name in imported if name.asname and name.name in CALLS}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in calls:
            for argument in node.args[: calls[node.func.id]]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    found.add(argument.value)
    return found


def extracted() -> polib.POFile:
    """Return the catalogue as `make messages` would write it, made in a copy."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "anlan"
        shutil.copytree("anlan", copy, ignore=shutil.ignore_patterns("dist", "__pycache__", "*.mo"))
        command = [sys.executable, "-m", "django", "makemessages", "-l", "zh_Hans", "--no-location", "--no-wrap", "-v0"]
        subprocess.run(command, check=True, cwd=copy, env={k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"})
        return polib.pofile(str(copy / "locale/zh_Hans/LC_MESSAGES/django.po"))


def translated(entry: polib.POEntry) -> bool:
    """Tell whether an entry is whole."""
    plural = bool(entry.msgstr_plural) and all(entry.msgstr_plural.values())
    return "fuzzy" not in entry.flags and bool(entry.msgstr or plural)


def main() -> int:
    """Extract afresh and compare with the catalogue and with the code."""
    fresh = [e for e in extracted() if not e.obsolete]
    known = {e.msgid for e in polib.pofile(str(CATALOGUE)) if not e.obsolete}
    missing = dict.fromkeys(e.msgid for e in fresh if not translated(e) or e.msgid not in known)
    seen = {text for e in fresh for text in (e.msgid, e.msgid_plural)}
    hidden = [
        (file, text)
        for file in sorted(Path("anlan").rglob("*.py"))
        for text in sorted(texts_in(file.read_text(encoding="utf-8")) - seen)
    ]
    for text in missing:
        print(f"not translated: {text!r}")
    for file, text in hidden:
        print(f"{file}: make messages does not see {text!r}: take it out of the f-string, or call gettext by its name")
    print(f"{len(known)} texts, {len(missing)} missing, {len(hidden)} hidden")
    return bool(missing or hidden)


if __name__ == "__main__":
    sys.exit(main())
