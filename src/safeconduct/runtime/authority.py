"""A certificate authority of this user's own, made at first use: so that others reach the page over TLS, offline.

It can vouch for nothing but private addresses and this machine's own (RFC 5280, 4.2.1.10, name constraints): who lets
a browser trust it gives nobody a way to pretend to be a bank. Keys are readable for this user alone (0600).
"""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from safeconduct.model.faults import BadInput

PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8", "fc00::/7", "fe80::/10")
_AUTHORITY_YEARS, _DOOR_DAYS = 5, 90
_KEY, _CERTIFICATE = "authority.key", "authority.pem"


class DoorCertificate(NamedTuple):
    """Files for the server: its certificate with the authority's, and its key. fingerprint: SHA-256, as browsers show
    it. authority: the certificate that others may trust. hosts: names and addresses that it holds."""

    certificate: Path
    key: Path
    authority: Path
    fingerprint: str
    hosts: frozenset[str]


def door_certificate(folder: Path, addresses: list[str], name: str = "") -> DoorCertificate:
    """A fresh certificate for these addresses, from the authority in `folder`, which is made where there is none.

    Raises BadInput: the folder cannot be written, or what lies there is no authority.
    """
    name = name or socket.gethostname()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        hosts = sorted({"localhost", "127.0.0.1", name.lower(), *addresses})
        issuer, issuer_key = _authority(folder, name, hosts)
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _door(issuer, issuer_key, key, hosts)
        files = folder / "door.pem", folder / "door.key"
        _write(files[1], _pem(key), 0o600)
        _write(files[0], _public(certificate) + _public(issuer), 0o644)
    except OSError as error:
        raise BadInput(str(folder), f"cannot hold the keys ({error.strerror})", "make room, or leave --share") from None
    except ValueError as error:
        raise BadInput(str(folder), f"holds no authority that can be read ({error})", "move it away") from None
    print_ = certificate.fingerprint(hashes.SHA256()).hex(":").upper()
    return DoorCertificate(*files, folder / _CERTIFICATE, print_, frozenset(_as_host(h) for h in hosts))


def secret(file: Path, size: int = 32) -> bytes:
    """What only this user knows, made at first use. Raises OSError."""
    if file.exists() and len(kept := file.read_bytes()) == size:
        return kept
    made = os.urandom(size)
    _write(file, made, 0o600)
    return made


def write_private(file: Path, data: bytes) -> None:
    """Replace a file that only this user may read. Raises OSError."""
    _write(file, data, 0o600)


def _authority(folder: Path, name: str, hosts: list[str]) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key_file, certificate_file = folder / _KEY, folder / _CERTIFICATE
    if key_file.exists() and certificate_file.exists():
        certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
            raise ValueError("key and certificate are not of one pair")
        lasts = certificate.not_valid_after_utc > datetime.now(UTC) + timedelta(days=_DOOR_DAYS)
        if lasts and all(_may_name(certificate, host) for host in hosts):
            return certificate, key
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"safeconduct on {name}"[:64])])
    allowed: list[x509.GeneralName] = [x509.IPAddress(ip_network(network)) for network in PRIVATE]
    for host in hosts:
        ip = _ip(host)
        allowed.append(x509.IPAddress(ip_network(ip)) if ip is not None else x509.DNSName(host))
    certificate = (
        _begun(subject, subject, key, timedelta(days=365 * _AUTHORITY_YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.NameConstraints(allowed, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(key_file, _pem(key), 0o600)
    _write(certificate_file, _public(certificate), 0o644)
    return certificate, key


def _may_name(authority: x509.Certificate, host: str) -> bool:
    """A machine that was renamed, or has a public address, needs an authority that may vouch for that."""
    allowed = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    ip = _ip(host)
    if ip is None:
        return x509.DNSName(host) in allowed
    networks = [ip_network(str(one.value)) for one in allowed if isinstance(one, x509.IPAddress)]
    return any(ip in network for network in networks)


def _door(
    issuer: x509.Certificate, issuer_key: ec.EllipticCurvePrivateKey, key: ec.EllipticCurvePrivateKey, hosts: list[str]
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "safeconduct page")])
    names: list[x509.GeneralName] = [x509.IPAddress(ip) if (ip := _ip(h)) else x509.DNSName(h) for h in hosts]
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    return (
        _begun(subject, issuer.subject, key, timedelta(days=_DOOR_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(identifier, critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, lasts: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + lasts)


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _ip(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _as_host(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _public(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write(file: Path, data: bytes, mode: int) -> None:
    """Whole or not at all, and never readable for others in between."""
    beside = file.with_name(f"{file.name}.{os.getpid()}.new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as out:
        out.write(data)
    os.replace(beside, file)
