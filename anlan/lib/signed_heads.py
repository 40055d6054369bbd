"""Signed heads of a journal: how long it is and the hash of its last entry, as one line of JSON under an Ed25519 signature.

{"world", "count", "hash", "at", "key", "signature"}: the signature is over the first four, canonical.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import socket
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat


def gettext_noop(text: str) -> str:
    """Mark a text for translation: whoever tells the fault translates it."""
    return text


class Unbelievable(Exception):
    """A line of heads that is no head, or whose signature is not by the key that it should be by; `text` is English, to translate."""

    def __init__(self, text: str, **figures: Any) -> None:
        super().__init__(text % figures)
        self.text, self.figures = text, figures


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


def key_kept_at(place: Path) -> bytes:
    """Return the private key (PEM) that lies at a place; whoever comes first makes it."""
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


def public_half(key: Ed25519PrivateKey) -> str:
    """Return the public half of a key as PEM, for whoever verifies elsewhere."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def fingerprint(key: Ed25519PublicKey) -> str:
    """Return the short name of a key."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def signed(head: Head, key: Ed25519PrivateKey) -> Head:
    """Return the head with its signature."""
    signature = base64.b64encode(key.sign(head.signed_bytes())).decode()
    return replace(head, key=fingerprint(key.public_key()), signature=signature)


def proved(lines: Iterable[str], world: str, key: Ed25519PublicKey) -> list[Head]:
    """Return the heads of a world, each with its signature proved; lines of a syslog are read from their first brace on.

    Raises Unbelievable with the number of the line at fault.
    """
    found = []
    for number, line in enumerate(lines, 1):
        text = line[line.find("{") :].strip() if "{" in line else ""
        if not text:
            continue
        try:
            head = Head(**json.loads(text))
            key.verify(base64.b64decode(head.signature, validate=True), head.signed_bytes())
        except InvalidSignature:
            wrong = gettext_noop("line %(number)d: its signature is not by this key, or it was altered")
            raise Unbelievable(wrong, number=number) from None
        except (ValueError, TypeError, AttributeError):
            raise Unbelievable(gettext_noop("line %(number)d is no signed head"), number=number) from None
        if head.world == world:
            found.append(head)
    return found


def append(file: Path, head: Head) -> None:
    """Write a head at the end of a file, on the disk before this returns."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as out:
        out.write(head.line() + "\n")
        out.flush()
        os.fsync(out.fileno())


def send_by_syslog(host: str, port: int, head: Head) -> None:
    """Send one datagram of RFC 3164, facility authpriv, severity info."""
    with socket.socket(socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0][0], socket.SOCK_DGRAM) as line:
        line.sendto(f"<86>anlan journal head {head.line()}".encode(), (host, port))
