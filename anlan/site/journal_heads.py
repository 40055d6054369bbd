"""Signed heads of the journal, kept where the database's owner cannot reach (`anlan.lib.signed_heads`).

`ANLAN_JOURNAL_HEADS` says where heads go: a file (best on another machine's disk), `syslog://host:514`, or `https://…`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from django.conf import settings
from django.utils.translation import gettext as _

from anlan.lib.signed_heads import Head, Unbelievable, append, key_kept_at, proved, public_half, send_by_syslog, signed

__all__ = ["Head", "Unbelievable", "keep", "kept", "own_file", "place", "private_key", "public_pem", "read", "sign"]

TIMEOUT_SECONDS = 10.0


def private_key() -> Ed25519PrivateKey:
    """Return the key that signs heads: `ANLAN_JOURNAL_KEY` (a PEM file, or the PEM itself), else one made once under `var/keys`.

    Raises ValueError for what is no Ed25519 key.
    """
    given = str(getattr(settings, "ANLAN_JOURNAL_KEY", ""))
    if given:
        pem = given.replace("\\n", "\n").encode() if given.startswith("-----BEGIN") else Path(given).read_bytes()
    else:
        pem = key_kept_at(Path(settings.CONFIG.var) / "keys" / "journal.pem")
    key = load_pem_private_key(pem, None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("ANLAN_JOURNAL_KEY is no Ed25519 key; `openssl genpkey -algorithm ed25519` makes one")
    return key


def public_pem() -> str:
    """Return the public half of the key, for whoever verifies elsewhere."""
    return public_half(private_key())


def sign(head: Head) -> Head:
    """Return the head with our signature."""
    return signed(head, private_key())


def read(lines: Iterable[str], world: str, pem: str = "") -> list[Head]:
    """Return the heads of a world, each with its signature proved by our own key or the public key `pem`; raises Unbelievable."""
    key: Any = load_pem_public_key(pem.encode()) if pem else private_key().public_key()
    try:
        return proved(lines, world, key)
    except Unbelievable as error:
        raise Unbelievable(_(error.text), **error.figures) from None


def place() -> str:
    """Return where heads go."""
    return str(getattr(settings, "ANLAN_JOURNAL_HEADS", "")) or str(own_file())


def own_file() -> Path:
    """Return the copy of all heads that stays here, which a scheduled verification reads when the others are out of its reach."""
    return Path(settings.CONFIG.var) / "journal-heads.jsonl"


def keep(head: Head) -> None:
    """Write a head to the own file and to the place outside; raises OSError or httpx.HTTPError when that one fails."""
    append(own_file(), head)
    outside = place()
    parts = urlsplit(outside)
    if parts.scheme in {"http", "https"}:
        answer = httpx.post(outside, content=head.line(), headers={"Content-Type": "application/json"}, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
    elif parts.scheme == "syslog":
        send_by_syslog(parts.hostname or "localhost", parts.port or 514, head)
    elif Path(outside.removeprefix("file://")) != own_file():
        append(Path(outside.removeprefix("file://")), head)


def kept() -> list[str]:
    """Return the lines of heads that can be read here: the file outside if that is what heads go to, else the own copy."""
    outside = place()
    named = "" if urlsplit(outside).scheme in {"http", "https", "syslog"} else outside.removeprefix("file://")
    for file in (Path(named), own_file()) if named else (own_file(),):
        if file.is_file():
            return file.read_text().splitlines()
    return []
