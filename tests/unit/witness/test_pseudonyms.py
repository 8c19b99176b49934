"""A certificate, a seal and a film's credentials say which station it was, and never who sat at it."""

from __future__ import annotations

import re
import socket
from base64 import b64decode
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from filmed import filmed_record
from safeconduct.model.events import Choice
from safeconduct.model.mission_time import SIMULATED_START_NS
from safeconduct.model.vocabulary import Decision
from safeconduct.witness import LOG, chain_from, credentials_of, request, rotate, station_key, verify
from safeconduct.witness.certificates import root_for

OPERATOR, LOGIN, MACHINE = "Olena Kovalchuk", "okovalchuk", "bunker-of-olena"
STATION = re.compile(r"station-[0-9a-f]{8}")
_PEM = re.compile(rb"-----BEGIN [A-Z ]+-----(.+?)-----END", re.DOTALL)


@pytest.fixture
def sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The record of somebody whose name stands in the log, the login, the home and the machine's name."""
    home = tmp_path / LOGIN
    home.mkdir()
    for name in ("USER", "LOGNAME", "USERNAME"):
        monkeypatch.setenv(name, LOGIN)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setattr(socket, "gethostname", lambda: MACHINE)
    decided = Choice(SIMULATED_START_NS, OPERATOR, Decision.LAUNCH, reason=f"{OPERATOR} says so")
    record = filmed_record(home / "record", 1.0, 10.0, happened=(decided,))
    assert OPERATOR in (record / LOG).read_text(), "in the log the decision is his"
    assert (home / ".local" / "share" / "safeconduct" / "keys").is_dir()
    return record


def names_in(data: bytes) -> list[str]:
    """Which of his names stand in it, plain, in two bytes a letter, or below the letters of PEM."""
    below = b"".join(b64decode(found[1]) for found in _PEM.finditer(data))
    words = (data + below).lower()
    parts = {*OPERATOR.lower().split(), LOGIN, MACHINE}
    return [part for part in parts if any(part.encode(how) in words for how in ("utf-8", "utf-16-be", "utf-16-le"))]


def test_nobody_s_name_stands_in_a_seal_or_in_a_sealed_film(sealed: Path) -> None:
    files = [path for path in sealed.rglob("*") if path.is_file() and path.name != LOG]
    assert {path.suffix for path in files} >= {".pem", ".sig", ".sha256", ".json", ".mp4"}
    assert {path.name: found for path in files if (found := names_in(path.read_bytes()))} == {}
    report = verify(sealed)
    assert report.ok
    assert STATION.fullmatch(report.station)


def test_the_film_s_credentials_name_the_station_alone(sealed: Path) -> None:
    (film,) = sealed.glob("*.mp4")
    credentials = credentials_of(film)
    assert credentials is not None
    manifest = credentials["manifests"][credentials["active_manifest"]]
    assert STATION.fullmatch(manifest["signature_info"]["common_name"])
    assert names_in(str(credentials).encode()) == []


def test_certificates_and_requests_name_a_station_of_chance_before_and_after_a_rotation(sealed: Path) -> None:
    before = station_key()
    after = rotate()
    for key in (before, after):
        leaf, root = chain_from(key.chain)
        assert STATION.fullmatch(common_name(leaf.subject))
        assert common_name(root.subject) == common_name(leaf.issuer) == f"{common_name(leaf.subject)} root"
        assert names_in(key.chain) == []
    assert before.station == after.station
    asked = x509.load_pem_x509_csr(request())
    assert common_name(asked.subject) == after.station
    assert names_in(asked.public_bytes(Encoding.PEM)) == []


def test_a_name_in_a_certificate_would_be_found() -> None:
    named = root_for(Ed25519PrivateKey.generate(), OPERATOR)
    assert b"kovalchuk" not in named.lower(), "it is below the letters of PEM"
    assert sorted(names_in(named)) == ["kovalchuk", "olena"]


def test_two_stations_of_one_person_are_not_known_by_each_other(tmp_path: Path) -> None:
    assert station_key(tmp_path / "a", {}).station != station_key(tmp_path / "b", {}).station


def common_name(name: x509.Name) -> str:
    (one,) = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(one.value)
