"""Certificates (X.509, RFC 5280) in the profile that C2PA 2.1 §14.5 asks for: Ed25519, not self-signed, for signatures
on documents. A station's own root signs it where no unit's authority does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ROOT_LASTS, CERTIFICATE_LASTS = timedelta(days=3652), timedelta(days=825)
_WHO = "safeconduct"


def _name(common: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, _WHO), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not signs,
        crl_sign=not signs,
        encipher_only=False,
        decipher_only=False,
    )


def root_for(root: Ed25519PrivateKey, station: str, lasts: timedelta = ROOT_LASTS) -> bytes:
    """A root that signs this station's certificates and nobody else's. PEM."""
    now = datetime.now(UTC)
    name = _name(f"{station} root")
    public = root.public_key()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + lasts)
        .add_extension(x509.BasicConstraints(True, 0), True)
        .add_extension(_usage(signs=False), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), False)
        .sign(root, None)
    )
    return made.public_bytes(Encoding.PEM)


def certificate_for(
    public: Ed25519PublicKey,
    station: str,
    issuer: Ed25519PrivateKey,
    issuer_certificate: x509.Certificate,
    lasts: timedelta = CERTIFICATE_LASTS,
) -> bytes:
    """The station's certificate. PEM."""
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(_name(station))
        .issuer_name(issuer_certificate.subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + lasts)
        .add_extension(x509.BasicConstraints(False, None), True)
        .add_extension(_usage(signs=True), True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), False)
        .sign(issuer, None)
    )
    return made.public_bytes(Encoding.PEM)


def request_for(private: Ed25519PrivateKey, station: str) -> bytes:
    """PKCS #10 (RFC 2986), PEM."""
    asked = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(_name(station))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False)
        .sign(private, None)
    )
    return asked.public_bytes(Encoding.PEM)


def chain_from(pem: bytes) -> list[x509.Certificate]:
    """The certificates in a PEM file, in order; none where it cannot be read."""
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError:
        return []


def is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
