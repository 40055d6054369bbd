"""Whose signatures are believed: the city's certificate of today, its earlier ones, and those of other senders that it has put on its list."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from anlan.lib import cap12_signature


def has_list() -> bool:
    """Return whether the city keeps a list of certificates beside its own."""
    return bool(settings.ANLAN_CAP_TRUSTED)


def known(certificate: bytes) -> bool:
    """Return whether a PEM certificate is ours or stands on the list."""
    wanted = _plain(certificate)
    return bool(wanted) and any(_plain(one) == wanted for one in _all())


def certificate_in(message: bytes) -> bytes:
    """Return the certificate by which a signed message is to be verified: the one inside, if it is believed; b"" for a stranger's.

    A message without one is verified by today's own.
    """
    inside = cap12_signature.inner_certificate(message)
    if not inside:
        return own()
    return inside if known(inside) else b""


def own() -> bytes:
    """Return the certificate by which the city signs today, b"" for none."""
    return Path(settings.ANLAN_CAP_CERTIFICATE).read_bytes() if settings.ANLAN_CAP_CERTIFICATE else b""


def _all() -> Iterator[bytes]:
    """Yield today's own first: the list is read for others alone."""
    yield own()
    if has_list():
        yield from (file.read_bytes() for file in sorted(Path(settings.ANLAN_CAP_TRUSTED).glob("*.pem")))


def _plain(certificate: bytes) -> bytes:
    """Return a certificate without what a file may say around it; b"" for what is none."""
    try:
        return x509.load_pem_x509_certificate(certificate).public_bytes(Encoding.DER)
    except ValueError:
        return b""
