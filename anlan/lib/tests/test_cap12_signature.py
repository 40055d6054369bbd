"""Signatures: ours verify and break with one changed letter; the WMO validator's files get their verdicts."""

from __future__ import annotations

import base64
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from capvalidator.validate import Validator
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import SignatureMethod, XMLSigner

from anlan.lib import cap12, cap12_signature
from anlan.lib.tests.test_cap12 import FILES, alert

SENT = datetime(2024, 7, 10, tzinfo=UTC)
VALID = (FILES / "wmo_sc_valid.xml").read_bytes()


def certificate_in(xml: bytes) -> bytes:
    text = etree.fromstring(xml).findtext(f".//{{{cap12.SIGNATURE}}}X509Certificate") or ""
    der = base64.b64decode("".join(text.split()))
    return x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM)


def pair(kind: str) -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "warnings.example")])
    begin = datetime.now(UTC) - timedelta(days=1)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(begin).not_valid_after(begin + timedelta(days=30))
    certificate = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()), certificate


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_signed_message_is_valid_verifies_and_breaks(kind: str) -> None:
    key, certificate = pair(kind)
    signed = cap12_signature.sign(cap12.build(alert()), key, certificate)
    assert cap12.check(signed) == []
    assert cap12.is_signed(signed)
    assert cap12_signature.verify(signed, certificate, datetime.now(UTC)) == "CN=warnings.example"
    with pytest.raises(cap12_signature.BadSignature):
        cap12_signature.verify(signed.replace("标题".encode(), "标迹".encode()), certificate, datetime.now(UTC))
    with pytest.raises(cap12_signature.BadSignature):
        cap12_signature.verify(signed, pair(kind)[1], datetime.now(UTC))


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_foreign_validator_finds_our_signature_whole(kind: str) -> None:
    """The World Meteorological Organization's capvalidator, which drops blanks before it verifies."""
    key, certificate = pair(kind)
    signed = cap12_signature.sign(cap12.build(alert()), key, certificate)
    assert Validator(signed).schema()[0]
    assert Validator(signed).signature()[0], "ours"
    assert not Validator(signed.replace("标题".encode(), "标迹".encode())).signature()[0], "one letter altered"
    elliptic = kind == "ec"
    method = SignatureMethod.ECDSA_SHA256 if elliptic else SignatureMethod.RSA_SHA256
    indented = XMLSigner(signature_algorithm=method).sign(
        etree.fromstring(cap12.build(alert())), key=key, cert=certificate.decode()
    )
    assert not Validator(etree.tostring(indented)).signature()[0], "what was indented when it was signed does not hold there"


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_xmlsec_finds_our_signature_whole(kind: str, tmp_path: Path) -> None:
    """The reference implementation of XML signatures, given our certificate as the one that is trusted."""
    key, certificate = pair(kind)
    signed = cap12_signature.sign(cap12.build(alert()), key, certificate)
    (tmp_path / "own.pem").write_bytes(certificate)

    def holds(xml: bytes) -> bool:
        (tmp_path / "signed.xml").write_bytes(xml)
        command = ["xmlsec1", "--verify", "--trusted-pem", "own.pem", "signed.xml"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0

    assert holds(signed)
    assert not holds(signed.replace("标题".encode(), "标迹".encode())), "one letter altered"


def test_an_unsigned_message_is_not_believed() -> None:
    with pytest.raises(cap12_signature.BadSignature):
        cap12_signature.verify((FILES / "wmo_sc_no_signature.xml").read_bytes(), certificate_in(VALID), SENT)


@pytest.mark.parametrize("name", ["invalid_digest", "invalid_signature", "invalid_certificate"])
def test_the_validators_altered_files_do_not_verify(name: str) -> None:
    with pytest.raises(cap12_signature.BadSignature):
        cap12_signature.verify((FILES / f"wmo_sc_{name}.xml").read_bytes(), certificate_in(VALID), SENT)
