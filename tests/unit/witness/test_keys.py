"""Keys make themselves, are kept by a passphrase, change without losing trust; a locked record opens to its owners."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from filmed import filmed_record
from safeconduct.model.faults import BadInput
from safeconduct.witness import (
    PASSPHRASE,
    chain_from,
    install,
    is_issued_by,
    library,
    lock,
    protect,
    protect_identity,
    request,
    rotate,
    station_key,
    unlock,
    verify,
)
from safeconduct.witness.certificates import certificate_for, root_for

NOBODY: dict[str, str] = {}


def test_a_key_is_made_once_and_found_again(tmp_path: Path) -> None:
    first, again = station_key(tmp_path, NOBODY), station_key(tmp_path, NOBODY)
    assert first.public == again.public
    assert first.kept == "file"
    assert (tmp_path / "station-key.pem").stat().st_mode & 0o077 == 0
    leaf, root = chain_from(first.chain)
    assert is_issued_by(leaf, root)


def test_a_passphrase_guards_it(tmp_path: Path) -> None:
    before = station_key(tmp_path, NOBODY)
    kept = {"SAFECONDUCT_PASSPHRASE": "correct horse"}
    assert protect(tmp_path, kept) == "passphrase"
    assert b"ENCRYPTED" in (tmp_path / "station-key.pem").read_bytes()
    assert station_key(tmp_path, kept).public == before.public
    for wrong in (NOBODY, {"SAFECONDUCT_PASSPHRASE": "battery"}):
        with pytest.raises(BadInput, match="is kept by a passphrase; set SAFECONDUCT_PASSPHRASE"):
            station_key(tmp_path, wrong)


def test_after_a_rotation_old_and_new_seals_are_both_trusted_by_the_root(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    old = station_key(keys, NOBODY)
    first = filmed_record(tmp_path / "a", 0.5, 10.0, old)
    new = rotate(keys, NOBODY)
    second = filmed_record(tmp_path / "b", 0.5, 10.0, new)
    assert new.public != old.public
    assert new.station == old.station
    root = chain_from(old.chain)[1:]
    assert verify(first, root).trusted
    assert verify(second, root).trusted
    assert verify(second, chain_from(old.chain)[:1]).trusted is False


def test_a_lost_key_is_said_and_old_seals_stay_good(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    record = filmed_record(tmp_path / "a", 0.5, 10.0, station_key(keys, NOBODY))
    (keys / "station-key.pem").unlink()
    with pytest.raises(BadInput, match="is gone: seals can no longer be made with it, those made stay good"):
        station_key(keys, NOBODY)
    assert verify(record).sealed


def test_a_units_authority_signs_the_station(tmp_path: Path) -> None:
    own = station_key(tmp_path, NOBODY)
    asked = x509.load_pem_x509_csr(request(tmp_path, NOBODY))
    assert asked.is_signature_valid
    authority = Ed25519PrivateKey.generate()
    root = root_for(authority, "unit")
    signed = certificate_for(own.private.public_key(), own.station, authority, chain_from(root)[0])
    with pytest.raises(BadInput, match="comes without its issuer's"):
        install(signed, tmp_path, NOBODY)
    taken = install(signed + root, tmp_path, NOBODY)
    assert is_issued_by(taken.certificate, chain_from(root)[0])
    with pytest.raises(BadInput, match="comes from a unit's authority"):
        rotate(tmp_path, NOBODY)
    with pytest.raises(BadInput, match="is not for this station's key"):
        install(root + root, tmp_path, NOBODY)


def test_a_certificate_that_had_expired_when_it_sealed_is_a_problem(tmp_path: Path) -> None:
    own = station_key(tmp_path / "keys", NOBODY)
    root_key = Ed25519PrivateKey.generate()
    root = root_for(root_key, "old")
    old = certificate_for(own.private.public_key(), "old", root_key, chain_from(root)[0], timedelta(minutes=-1))
    record = filmed_record(tmp_path / "r", 0.5, 10.0, type(own)(own.private, old + root, "file"))
    problems = verify(record).problems
    assert [problem.file for problem in problems] == ["seal/certificate.pem"]
    assert "was not valid when it sealed" in problems[0].what


def test_a_certificate_near_its_end_is_renewed_by_itself(tmp_path: Path) -> None:
    own = station_key(tmp_path, NOBODY)
    root_pem = own.chain[own.chain.index(b"-----END") + 26 :]
    old = x509.load_pem_x509_certificates(own.chain)[0]
    assert old.not_valid_after_utc > datetime.now(UTC) + timedelta(days=700)
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    root_key = load_pem_private_key((tmp_path / "root-key.pem").read_bytes(), None)
    assert isinstance(root_key, Ed25519PrivateKey)
    soon = certificate_for(own.private.public_key(), own.station, root_key, chain_from(root_pem)[0], timedelta(days=10))
    (tmp_path / "certificate.pem").write_bytes(soon + root_pem)
    renewed = station_key(tmp_path, NOBODY)
    assert renewed.certificate.not_valid_after_utc > datetime.now(UTC) + timedelta(days=700)
    assert len(list((tmp_path / "retired").iterdir())) == 1


def test_a_locked_record_shows_nothing_and_opens_again_as_it_was(tmp_path: Path) -> None:
    record = filmed_record(tmp_path / "r", 0.5, 10.0)
    before = (record / "seal" / "seal-1.sha256").read_bytes()
    locked = lock(record, tmp_path / "keys")
    assert not record.exists()
    everything = b"".join(path.read_bytes() for path in locked.rglob("*") if path.is_file())
    assert b"mission_opened" not in everything
    assert b"ftyp" not in everything
    with pytest.raises(BadInput, match="does not open with this station's key"):
        unlock(locked, tmp_path / "another station")
    assert not record.exists()
    assert unlock(locked, tmp_path / "keys") == record
    assert (record / "seal" / "seal-1.sha256").read_bytes() == before
    assert verify(record).sealed


def test_a_stolen_disk_with_records_and_keys_on_it_opens_nothing_without_the_passphrase(tmp_path: Path) -> None:
    keys, guard = tmp_path / "keys", {PASSPHRASE: "a long sentence that nobody guesses"}
    record = filmed_record(tmp_path / "r", 0.5, 10.0)
    locked = lock(record, keys, environ=NOBODY)
    assert (keys / "age-identity.txt").stat().st_mode & 0o077 == 0
    protect_identity(keys, guard)
    assert b"AGE-SECRET-KEY" not in b"".join(path.read_bytes() for path in keys.rglob("*") if path.is_file())
    with pytest.raises(BadInput, match="is kept by a passphrase"):
        unlock(locked, keys, NOBODY)
    with pytest.raises(BadInput, match="no age key that can be used"):
        unlock(locked, keys, {PASSPHRASE: "another sentence"})
    assert not record.exists()
    assert verify(unlock(locked, keys, guard)).sealed
    assert not (keys / "age-identity.txt").exists(), "what was locked before is still opened, by the guarded key"
    lock(filmed_record(tmp_path / "r2", 0.5, 10.0), tmp_path / "new keys", environ=guard)
    assert not (tmp_path / "new keys" / "age-identity.txt").exists(), "guarded from the first use on"


def test_a_wrong_recipient_leaves_the_record_open(tmp_path: Path) -> None:
    record = filmed_record(tmp_path / "r", 0.5, 10.0)
    with pytest.raises(BadInput, match="no age recipient"):
        lock(record, tmp_path / "keys", ("age1nobody",))
    assert verify(record).sealed
    shutil.copytree(record, tmp_path / "r.age")
    with pytest.raises(BadInput, match="exists; move it away"):
        lock(record, tmp_path / "keys")


def test_records_are_listed_searched_and_measured_against_the_disk(tmp_path: Path) -> None:
    filmed_record(tmp_path / "20260301T040506Z-night", 0.5, 10.0)
    filmed_record(tmp_path / "20260302T040506Z-field", 0.5, 10.0, sealed=False)
    found = library(home=tmp_path)
    assert {(Path(one.path).name[17:], one.sealed, one.outcome) for one in found.records} == {
        ("night", True, "in_custody"),
        ("field", False, "in_custody"),
    }
    assert found.hours_left > 0
    assert [Path(one.path).name for one in library("night custody", tmp_path).records] == ["20260301T040506Z-night"]


def test_openssl_reads_certificate_and_key(tmp_path: Path) -> None:
    own = station_key(tmp_path, NOBODY)
    root = tmp_path / "only-root.pem"
    root.write_bytes(chain_from(own.chain)[1].public_bytes(Encoding.PEM))
    ask = ["openssl", "verify", "-purpose", "smimesign", "-CAfile", str(root), str(tmp_path / "certificate.pem")]
    assert b": OK" in subprocess.run(ask, capture_output=True, check=True).stdout
