"""Signed heads: how long the journal is and the hash of its last entry, signed and kept where the database's owner cannot reach.

A head is one line of JSON: {"world", "count", "hash", "at", "key", "signature"}; Ed25519 over the first four, canonical.
`ANLAN_JOURNAL_HEADS` says where heads go: a file (best on another machine's disk), `syslog://host:514`, or `https://…`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import socket
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from django.conf import settings
from django.utils.translation import gettext as _

TIMEOUT_SECONDS = 10.0


class Unbelievable(Exception):
    """A line of heads that is no head, or whose signature is not by the key that it should be by."""


@dataclass(frozen=True)
class Head:
    """The length of a world's journal and the hash of its last entry, at an instant (ISO 8601), with whose signature."""

    world: str
    count: int
    hash: str
    at: str
    key: str = ""
    signature: str = ""

    def signed_bytes(self) -> bytes:
        """Return what the signature covers."""
        facts = {"world": self.world, "count": self.count, "hash": self.hash, "at": self.at}
        return json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()

    def line(self) -> str:
        """Return the head as one line of JSON."""
        return json.dumps(asdict(self), separators=(",", ":"))


def private_key() -> Ed25519PrivateKey:
    """Return the key that signs heads: `ANLAN_JOURNAL_KEY` (a PEM file, or the PEM itself), else one made once under `var/keys`.

    Raises ValueError for what is no Ed25519 key.
    """
    given = str(getattr(settings, "ANLAN_JOURNAL_KEY", ""))
    if given:
        pem = given.replace("\\n", "\n").encode() if given.startswith("-----BEGIN") else Path(given).read_bytes()
    else:
        pem = _own_key(Path(settings.CONFIG.var) / "keys" / "journal.pem")
    key = load_pem_private_key(pem, None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("ANLAN_JOURNAL_KEY is no Ed25519 key; `openssl genpkey -algorithm ed25519` makes one")
    return key


def _own_key(place: Path) -> bytes:
    """Return the installation's own key; whoever comes first makes it."""
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        partial = place.with_suffix(f".{os.getpid()}")
        partial.touch(mode=0o600)
        partial.write_bytes(made)
        try:
            os.link(partial, place)
        except FileExistsError:
            pass
        finally:
            partial.unlink()
    return place.read_bytes()


def public_pem() -> str:
    """Return the public half of the key, for whoever verifies elsewhere."""
    return private_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def fingerprint(key: Ed25519PublicKey) -> str:
    """Return the short name of a key."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def sign(head: Head) -> Head:
    """Return the head with its signature."""
    key = private_key()
    signature = base64.b64encode(key.sign(head.signed_bytes())).decode()
    return Head(head.world, head.count, head.hash, head.at, fingerprint(key.public_key()), signature)


def read(lines: Iterable[str], world: str, pem: str = "") -> list[Head]:
    """Return the heads of a world, each with its signature proved by our own key or the public key `pem`.

    Lines of a syslog are read from their first brace on. Raises Unbelievable with the number of the line at fault.
    """
    loaded: Any = load_pem_public_key(pem.encode()) if pem else private_key().public_key()
    found = []
    for number, line in enumerate(lines, 1):
        text = line[line.find("{") :].strip() if "{" in line else ""
        if not text:
            continue
        try:
            head = Head(**json.loads(text))
            loaded.verify(base64.b64decode(head.signature, validate=True), head.signed_bytes())
        except InvalidSignature:
            raise Unbelievable(
                _("line %(number)d: its signature is not by this key, or it was altered") % {"number": number}
            ) from None
        except (ValueError, TypeError, AttributeError):
            raise Unbelievable(_("line %(number)d is no signed head") % {"number": number}) from None
        if head.world == world:
            found.append(head)
    return found


def place() -> str:
    """Return where heads go."""
    return str(getattr(settings, "ANLAN_JOURNAL_HEADS", "")) or str(own_file())


def own_file() -> Path:
    """Return the copy of all heads that stays here, which a scheduled verification reads when the others are out of its reach."""
    return Path(settings.CONFIG.var) / "journal-heads.jsonl"


def keep(head: Head) -> None:
    """Write a head to the own file and to the place outside; raises OSError or httpx.HTTPError when that one fails."""
    _to_file(own_file(), head)
    outside = place()
    parts = urlsplit(outside)
    if parts.scheme in {"http", "https"}:
        answer = httpx.post(outside, content=head.line(), headers={"Content-Type": "application/json"}, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
    elif parts.scheme == "syslog":
        _to_syslog(parts.hostname or "localhost", parts.port or 514, head)
    elif Path(outside.removeprefix("file://")) != own_file():
        _to_file(Path(outside.removeprefix("file://")), head)


def _to_file(file: Path, head: Head) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as out:
        out.write(head.line() + "\n")
        out.flush()
        os.fsync(out.fileno())


def _to_syslog(host: str, port: int, head: Head) -> None:
    """Send one datagram of RFC 3164, facility authpriv, severity info."""
    with socket.socket(socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0][0], socket.SOCK_DGRAM) as line:
        line.sendto(f"<86>anlan journal head {head.line()}".encode(), (host, port))


def kept() -> list[str]:
    """Return the lines of heads that can be read here: the file outside if that is what heads go to, else the own copy."""
    outside = place()
    named = "" if urlsplit(outside).scheme in {"http", "https", "syslog"} else outside.removeprefix("file://")
    for file in (Path(named), own_file()) if named else (own_file(),):
        if file.is_file():
            return file.read_text().splitlines()
    return []
