"""Check the licences of everything installed for run time: GPL and AGPL are refused, LGPL, MPL, EPL and permissive pass."""

from __future__ import annotations

import re
import sys
from importlib.metadata import distributions

REFUSED = re.compile(r"\b(A?GPL|GNU (Affero )?General Public)\b", re.IGNORECASE)
LESSER = re.compile(r"LGPL|Lesser|MIT|BSD|Apache", re.IGNORECASE)
#: Tools of the check itself, never imported by the product.
TOOLS = {"pylint", "pip-licenses", "polib"}


def main() -> int:
    """Print every distribution with a refused licence."""
    bad = []
    for each in distributions():
        name = each.metadata["Name"] or ""
        text = " ".join(filter(None, [each.metadata["License-Expression"], (each.metadata["License"] or "")[:200]]))
        text += " ".join(c for c in each.metadata.get_all("Classifier") or [] if c.startswith("License"))
        if REFUSED.search(text) and not LESSER.search(text) and name.lower() not in TOOLS:
            bad.append(f"{name}: {text[:120]}")
    print("\n".join(bad) or "licences hold")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
