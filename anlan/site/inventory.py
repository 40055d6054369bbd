"""`anlan plugins list`: every plug-in with its names and state."""

from __future__ import annotations

from typing import Any

from django.utils.translation import override

from anlan.site.plugins import examined


def listing() -> list[dict[str, Any]]:
    """Return every plug-in with its names and its state: whole, or what it lacks."""
    found = []
    for kind, code, entry, faults in examined():
        names = {}
        for key, language in (("name_zh", "zh-hans"), ("name_en", "en")):
            with override(language):
                names[key] = str(getattr(entry, "name", ""))
        how = {"verification": entry.verified()} if hasattr(entry, "verified") else {}
        found.append({"kind": kind, "code": code, **names, "state": "lacking" if faults else "whole", "lacks": faults, **how})
    return found
