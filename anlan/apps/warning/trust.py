"""Whose signatures are believed: the city's certificate of today, its earlier ones, and those of other senders that it has put on its list."""

from __future__ import annotations

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
    return _plain(certificate) in {_plain(one) for one in _all()}


def certificate_in(message: bytes) -> bytes:
    """Return the certificate by which a signed message is to be verified: the one inside, if it is believed; b"" for a stranger's.

    A message without one is verified by today's own.
    """
    inside = cap12_signature.inner_certificate(message)
    if not inside:
        return _own()
    return inside if known(inside) else b""


def _own() -> bytes:
    return Path(settings.ANLAN_CAP_CERTIFICATE).read_bytes() if settings.ANLAN_CAP_CERTIFICATE else b""


def _all() -> list[bytes]:
    listed = sorted(Path(settings.ANLAN_CAP_TRUSTED).glob("*.pem")) if has_list() else []
    return [one for one in (_own(), *(file.read_bytes() for file in listed)) if one]


def _plain(certificate: bytes) -> bytes:
    """Return a certificate without what a file may say around it; b"" for what is none."""
    try:
        return x509.load_pem_x509_certificate(certificate).public_bytes(Encoding.DER)
    except ValueError:
        return b""
