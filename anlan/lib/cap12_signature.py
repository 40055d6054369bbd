"""The enveloped XML signature of a CAP message (CAP 1.2, 3.3.4; W3C XML Signature): put on with a key, verified on reading.

A signature is believed only against a certificate that the reader trusts; the one inside a message proves nothing by itself.
"""

from __future__ import annotations

import base64
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from lxml import etree
from signxml import DigestAlgorithm, SignatureConfiguration, SignatureMethod, XMLSigner, XMLVerifier
from signxml.exceptions import SignXMLException

from anlan.lib.cap12 import NAMESPACE, SIGNATURE, instant


class BadSignature(ValueError):
    """There is no signature, or it does not hold."""


def sign(xml: bytes, key: bytes, certificate: bytes) -> bytes:
    """Return the message with an enveloped signature (SHA-256; RSA or elliptic curve by the PEM key) and its certificate."""
    elliptic = isinstance(load_pem_private_key(key, None), ec.EllipticCurvePrivateKey)
    signer = XMLSigner(
        signature_algorithm=SignatureMethod.ECDSA_SHA256 if elliptic else SignatureMethod.RSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
    )
    # Blanks between elements would be signed too, and a reader that drops them before it verifies would find the message broken.
    signed = signer.sign(etree.fromstring(xml, _parser(remove_blank_text=True)), key=key, cert=certificate.decode())
    return bytes(etree.tostring(signed, xml_declaration=True, encoding="UTF-8"))


def verify(xml: bytes, certificate: bytes, at: datetime) -> str:
    """Return who signed (the certificate's subject) when the whole message is signed by its key; raises BadSignature.

    `at` is when the certificate must be in its time: usually when the message was sent.
    """
    configuration = SignatureConfiguration(require_x509=True, location=".//", verification_time=at)
    try:
        root = etree.fromstring(xml, _parser())
        result = XMLVerifier().verify(root, x509_cert=certificate.decode(), expect_config=configuration)
    except (SignXMLException, InvalidSignature, etree.LxmlError, ValueError) as error:
        raise BadSignature(str(error)) from error
    found = result[0] if isinstance(result, list) else result
    if found.signed_xml is None or found.signed_xml.tag != root.tag:
        raise BadSignature("the signature covers a part of the message only")
    return subject(certificate)


def subject(certificate: bytes) -> str:
    """Return whom a PEM certificate names."""
    return x509.load_pem_x509_certificate(certificate).subject.rfc4514_string()


def lifetime(certificate: bytes) -> tuple[datetime, datetime]:
    """Return from when until when a PEM certificate holds."""
    read = x509.load_pem_x509_certificate(certificate)
    return read.not_valid_before_utc, read.not_valid_after_utc


def without_blanks(xml: bytes) -> bytes:
    """Return a message without the blanks between its elements."""
    return bytes(etree.tostring(etree.fromstring(xml, _parser(remove_blank_text=True))))


def sent_at(xml: bytes) -> datetime | None:
    """Return when a message says that it was sent."""
    return instant((etree.fromstring(xml, _parser()).findtext(f"{{{NAMESPACE}}}sent") or "").strip())


def inner_certificate(xml: bytes) -> bytes:
    """Return the certificate inside a signed message as PEM, b"" without one: it shows that the message is whole, not whose it is."""
    text = etree.fromstring(xml, _parser()).findtext(f".//{{{SIGNATURE}}}X509Certificate") or ""
    try:
        found = x509.load_der_x509_certificate(base64.b64decode("".join(text.split())))
    except ValueError:
        return b""
    return found.public_bytes(Encoding.PEM) if text else b""


def _parser(*, remove_blank_text: bool = False) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_blank_text=remove_blank_text
    )
