"""Who we are on a TLS network: PEM files, a PKCS#12 store, or an enrolment package as TAK servers hand them out.

A package is a ZIP (`.zip`, `.dp`) that holds a trust store, a client's store and preferences with the server's address
and the stores' passwords. Server certificates are held to the authority that was given, and to no other; host names are
not compared, for a unit's own authority signs addresses that change.
"""

from __future__ import annotations

import ssl
import tempfile
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import msgspec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12KeyAndCertificates, load_pkcs12
from defusedxml import ElementTree as Safe

from safeconduct.liaison.tak_address import TakAddress, parse_tak
from safeconduct.model.faults import BadInput

_LARGEST = 1_000_000
_FILES_MAX = 100
_PASSED_ON = b"between two calls"


class Enrolment(msgspec.Struct, frozen=True):
    """What a package holds: address (None: it names none), the authority's and the client's store with passwords."""

    address: TakAddress | None
    trust: bytes
    trust_password: str
    client: bytes
    client_password: str


def tls_context(authority: Path | None, certificate: Path | None, password: str = "") -> ssl.SSLContext:
    """From files: the authority's certificates (PEM or .p12), and our own certificate with its key. Raises BadInput."""
    trust = (authority.read_bytes(), str(authority)) if authority is not None else None
    client = (certificate.read_bytes(), str(certificate)) if certificate is not None else None
    return _context(trust, client, password, password)


def enrolled_context(package: Enrolment, place: str) -> ssl.SSLContext:
    """From an enrolment package. Raises BadInput."""
    trust = (package.trust, f"{place}: trust store") if package.trust else None
    client = (package.client, f"{place}: client store") if package.client else None
    return _context(trust, client, package.trust_password, package.client_password)


def read_package(path: Path) -> Enrolment:
    """Read an enrolment package. Raises BadInput."""
    try:
        with ZipFile(path) as packed:
            infos = packed.infolist()
            if len(infos) > _FILES_MAX or any(i.file_size > _LARGEST for i in infos):
                raise BadInput(str(path), "is larger than any enrolment package", "ask for a new one")
            files = {i.filename.rsplit("/", 1)[-1]: packed.read(i) for i in infos if not i.is_dir()}
    except (OSError, BadZipFile, RuntimeError, NotImplementedError) as error:
        raise BadInput(
            str(path), f"cannot be read as a package ({type(error).__name__})", "ask for it again"
        ) from error
    wishes: dict[str, str] = {}
    for name, content in files.items():
        if name.endswith(".pref"):
            wishes.update(_preferences(content, f"{path}: {name}"))
    trust, client = wishes.get("caLocation", ""), wishes.get("certificateLocation", "")
    address = None
    if wishes.get("connectString0"):
        host, port, kind = [*wishes["connectString0"].split(":"), "", ""][:3]
        address = parse_tak(f"{'tls' if kind == 'ssl' else 'tcp'}://{host}:{port or 8089}")
    return Enrolment(
        address,
        files.get(trust.rsplit("/", 1)[-1], b""),
        wishes.get("caPassword", ""),
        files.get(client.rsplit("/", 1)[-1], b""),
        wishes.get("clientPassword", ""),
    )


def _preferences(content: bytes, place: str) -> dict[str, str]:
    try:
        root = Safe.fromstring(content, forbid_dtd=True)
    except Exception as error:
        raise BadInput(place, "is no XML that may be read", "ask for the package again") from error
    return {e.get("key", ""): (e.text or "").strip() for e in root.iter("entry")}


def _context(
    trust: tuple[bytes, str] | None, client: tuple[bytes, str] | None, trust_password: str, client_password: str
) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    if trust is None:
        raise BadInput(
            "--ca", "no authority is given, so no server can be believed", "give the unit's CA as PEM or .p12"
        )
    _trust(context, *trust, trust_password)
    if client is not None:
        _identify(context, *client, client_password)
    return context


def _trust(context: ssl.SSLContext, content: bytes, place: str, password: str) -> None:
    if b"-----BEGIN" in content:
        pem = content.decode("ascii", "replace")
    else:
        store = _open_store(content, place, password)
        found = [*store.additional_certs, *([store.cert] if store.cert else [])]
        pem = "".join(c.certificate.public_bytes(Encoding.PEM).decode() for c in found)
    try:
        context.load_verify_locations(cadata=pem)
    except (ssl.SSLError, ValueError) as error:
        raise BadInput(place, "holds no certificate of an authority", "give the unit's CA as PEM or .p12") from error


def _identify(context: ssl.SSLContext, content: bytes, place: str, password: str) -> None:
    secret: str | None = password or None
    if b"-----BEGIN" not in content:
        store = _open_store(content, place, password)
        if store.key is None or store.cert is None:
            raise BadInput(place, "holds no key with its certificate", "export it again, with its key")
        key = store.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(_PASSED_ON))
        chain = [store.cert, *store.additional_certs]
        content = key + b"".join(c.certificate.public_bytes(Encoding.PEM) for c in chain)
        secret = _PASSED_ON.decode()
    with tempfile.NamedTemporaryFile(suffix=".pem") as held:  # the ssl module reads keys from files only
        held.write(content)
        held.flush()
        try:
            context.load_cert_chain(held.name, password=secret or (lambda: ""))
        except (ssl.SSLError, OSError, ValueError) as error:
            raise BadInput(place, "its key cannot be used", "check --password, or export it again") from error


def _open_store(content: bytes, place: str, password: str) -> PKCS12KeyAndCertificates:
    try:
        return load_pkcs12(content, password.encode() or None)
    except ValueError as error:
        raise BadInput(place, "cannot be opened", "check --password; give PEM or PKCS#12") from error
