"""Web push (RFC 8030): a text sealed for one browser (RFC 8291) with a word of who sends it (VAPID, RFC 8292). The push service cannot read it.

A browser's address is kept as one line: where its push service listens, its public key and its secret.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from dataclasses import dataclass
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02, VapidException

#: Octets of an uncompressed point of P-256 and of a browser's secret; of a payload that every push service takes; of an address.
POINT, SECRET, MOST_PAYLOAD, MOST_ADDRESS = 65, 16, 3000, 700


class NoBrowser(ValueError):
    """This is not the address of a browser."""


@dataclass(frozen=True)
class Browser:
    """Where a browser's push service listens, the browser's public key and its secret."""

    endpoint: str
    key: bytes
    secret: bytes

    def __str__(self) -> str:
        return f"{self.endpoint} {encoded(self.key)} {encoded(self.secret)}"


def encoded(octets: bytes) -> str:
    """Return octets in the web's base 64, without padding."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Return the octets of the web's base 64."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def browser(address: str, *, plain: bool = False) -> Browser:
    """Read a browser's address; NoBrowser with what is wrong. Only a push service of a test is `plain` http."""
    try:
        endpoint, key, secret = address.split(" ")
        found = Browser(endpoint, decoded(key), decoded(secret))
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), found.key)
        parts = urlsplit(endpoint)
    except (ValueError, binascii.Error) as error:
        raise NoBrowser(str(error)) from None
    if len(address) > MOST_ADDRESS or parts.scheme not in ("https", "http")[: 1 + plain] or not parts.hostname or parts.username:
        raise NoBrowser("the push service's address must begin with https://")
    if len(found.key) != POINT or len(found.secret) != SECRET:
        raise NoBrowser("keys of the wrong length")
    return found


def told(payload: dict[str, str]) -> bytes:
    """Write a payload as JSON; what is too long for a push service loses the end of its body."""
    octets = _json(payload)
    while len(octets) > MOST_PAYLOAD and payload["body"]:
        payload = payload | {"body": payload["body"][: -2 - (len(octets) - MOST_PAYLOAD) // 3] + "…"}
        octets = _json(payload)
    return octets


def _json(payload: dict[str, str]) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def sealed(octets: bytes, to: Browser, *, key: ec.EllipticCurvePrivateKey | None = None, salt: bytes = b"") -> bytes:
    """Seal octets for a browser (aes128gcm), with a fresh key and salt unless given."""
    own = key or ec.generate_private_key(ec.SECP256R1())
    made: bytes = http_ece.encrypt(
        octets, salt=salt or os.urandom(16), private_key=own, dh=to.key, auth_secret=to.secret, version="aes128gcm"
    )
    return made


def sender(pem: str) -> Vapid02:
    """Read the sender's key: PEM, or the web's base 64 of its 32 octets; ValueError where it is none."""
    try:
        return Vapid02.from_pem(pem.encode()) if "BEGIN" in pem else Vapid02.from_string(pem)
    except (VapidException, ValueError, TypeError) as error:
        raise ValueError(f"no VAPID key: {error}") from None


def new_key() -> str:
    """Make a sender's key: its 32 octets in the web's base 64."""
    return encoded(ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value.to_bytes(32))


def public_key(of: Vapid02) -> str:
    """Return the sender's public key as a browser wants it when it registers."""
    return encoded(of.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def word_of(of: Vapid02, to: Browser, subject: str, until: int) -> str:
    """Return the header that says who sends, to this push service alone, until an instant (seconds since 1970)."""
    parts = urlsplit(to.endpoint)
    claims = {"sub": subject, "aud": f"{parts.scheme}://{parts.netloc}", "exp": until}
    return str(of.sign(claims)["Authorization"])
