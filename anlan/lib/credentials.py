"""The token in an Authorization header: as Token or Bearer, or as the password of Basic, which is all that some clients know (FROST's, QGIS)."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode

#: A token of ours; whatever else stands as a Basic password is for a proxy in front of us, not for us.
OURS = re.compile(rb"[0-9a-f]{64}")


def token_in(header: str) -> bytes | None:
    """Return the token that an Authorization header shows, empty where it shows none; None where it is not for us."""
    scheme, _space, told = header.strip().partition(" ")
    shown = told.strip().encode("utf-8", "surrogateescape")
    if scheme.lower() in {"token", "bearer"}:
        return shown if b"\0" not in shown else b""  # a database cannot even look for it
    if scheme.lower() != "basic":
        return None
    try:
        password = b64decode(shown, validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return None
    return password if OURS.fullmatch(password) else None
