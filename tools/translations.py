"""Check the Chinese catalogues: nothing untranslated, nothing fuzzy, nothing in the code that they lack, nothing said in two ways.

xgettext takes an f-string for a plain string and passes over what is called inside it, so the code is also read by its syntax
tree: a text that only the tree shows would fall out of the catalogue at the next `make messages`.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from pathlib import Path

import polib

sys.path.insert(0, str(Path(__file__).parents[1]))
from tools import messages  # noqa: E402

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


def translated(entry: polib.POEntry) -> bool:
    """Return whether an entry is whole."""
    plural = bool(entry.msgstr_plural) and all(entry.msgstr_plural.values())
    return "fuzzy" not in entry.flags and bool(entry.msgstr or plural)


def main() -> int:
    """Extract afresh and compare with the catalogues and with the code."""
    fresh = {part: list(file) for part, file in messages.extracted().items()}
    known = {part: {e.msgid for e in file if not e.obsolete} for part, file in messages.catalogues().items()}
    missing = [
        (part, e.msgid)
        for part, entries in fresh.items()
        for e in entries
        if not translated(e) or e.msgid not in known.get(part, ())
    ]
    seen = {text for entries in fresh.values() for e in entries for text in (e.msgid, e.msgid_plural)}
    hidden = [
        (file, text)
        for file in sorted(Path("anlan").rglob("*.py"))
        for text in sorted(texts_in(file.read_text(encoding="utf-8")) - seen)
    ]
    said: dict[str, set[str]] = defaultdict(set)
    for entries in fresh.values():
        for e in entries:
            said[e.msgid].add(e.msgstr or str(e.msgstr_plural))
    twice = sorted(text for text, chinese in said.items() if len(chinese) > 1)
    for part, text in missing:
        print(f"{part}: not translated, or `make messages` was not run: {text!r}")
    for file, text in hidden:
        print(f"{file}: make messages does not see {text!r}: take it out of the f-string, or call gettext by its name")
    for text in twice:
        print(f"{text!r} is translated in two ways; the catalogues are read as one: {sorted(said[text])}")
    print(f"{len(said)} texts, {len(missing)} missing, {len(hidden)} hidden, {len(twice)} in two ways")
    return bool(missing or hidden or twice)


if __name__ == "__main__":
    sys.exit(main())
