"""The authority of the shared page: what it may vouch for, who may read its keys; judged by openssl's own rules."""

from __future__ import annotations

import shutil
import socket
import ssl
import stat
import subprocess
from pathlib import Path
from threading import Thread

import pytest

from safeconduct.model.faults import BadInput
from safeconduct.runtime.authority import DoorCertificate, door_certificate, secret
from safeconduct.runtime.share_wishes import ShareWishes, share_wishes


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> DoorCertificate:
    return door_certificate(tmp_path_factory.mktemp("doors") / "d", ["192.168.7.1", "203.0.113.9"], "fieldbox")


def shakes_hands(made: DoorCertificate, name: str) -> str:
    """ "" when a client that trusts only this authority accepts the door under that name, else why not."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(made.certificate, made.key)
    ours, theirs = socket.socketpair()

    def serve() -> None:
        try:
            serving.wrap_socket(ours, server_side=True).close()
        except OSError:
            ours.close()

    thread = Thread(target=serve)
    thread.start()
    try:
        ssl.create_default_context(cafile=str(made.authority)).wrap_socket(theirs, server_hostname=name).close()
    except OSError as refused:
        theirs.close()
        return str(refused)
    finally:
        thread.join()
    return ""


def test_a_browser_that_trusts_the_authority_accepts_the_door_by_its_own_names_only(made: DoorCertificate) -> None:
    for name in ("192.168.7.1", "203.0.113.9", "127.0.0.1", "fieldbox", "localhost"):
        assert shakes_hands(made, name) == ""
    for name in ("192.168.7.2", "bank.example"):
        assert "CERTIFICATE_VERIFY_FAILED" in shakes_hands(made, name)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_the_authority_cannot_vouch_for_a_bank(made: DoorCertificate, tmp_path: Path) -> None:
    folder = made.authority.parent
    key, request, forged = (tmp_path / name for name in ("k", "r", "c"))
    openssl(["req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-keyout", key, "-out", request])
    (tmp_path / "ext").write_text("subjectAltName=DNS:bank.example")
    with_authority = ["-CA", made.authority, "-CAkey", folder / "authority.key", "-CAcreateserial"]
    serial = ["-CAserial", tmp_path / "serial"]
    openssl(["x509", "-req", "-in", request, *with_authority, *serial, "-extfile", tmp_path / "ext", "-out", forged])
    checked = openssl(["verify", "-CAfile", made.authority, forged], check=False)
    assert "permitted subtree violation" in checked.stdout + checked.stderr


def openssl(words: list[object], *, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True, check=check)


def test_keys_are_readable_for_this_user_alone(made: DoorCertificate) -> None:
    folder = made.authority.parent
    secret(folder / "cookie.key")
    for name in ("authority.key", "door.key", "cookie.key"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_authority_stays_the_same_and_a_machine_that_was_renamed_gets_another(tmp_path: Path) -> None:
    first = door_certificate(tmp_path / "d", ["10.0.0.1"], "one").authority.read_bytes()
    again = door_certificate(tmp_path / "d", ["10.0.0.2"], "one").authority.read_bytes()
    renamed = door_certificate(tmp_path / "d", ["10.0.0.1"], "two").authority.read_bytes()
    assert first == again
    assert renamed != first


def test_a_broken_authority_is_named_and_not_replaced(tmp_path: Path) -> None:
    door_certificate(tmp_path / "d", [], "one")
    (tmp_path / "d" / "authority.pem").write_text("rubbish")
    with pytest.raises(BadInput, match="move it away"):
        door_certificate(tmp_path / "d", [], "one")
    assert (tmp_path / "d" / "authority.pem").read_text() == "rubbish"


def test_sharing_is_only_what_somebody_asked_for() -> None:
    assert share_wishes(False, None, True) is None
    assert share_wishes(True, None, True) == ShareWishes("", None)
    assert share_wishes(False, "192.168.7.1:9000", True) == ShareWishes("192.168.7.1", 9000)
    assert share_wishes(True, "10.1.2.3", True) == ShareWishes("10.1.2.3", None)
    assert share_wishes(True, "[fe80::1]:9000", True) == ShareWishes("fe80::1", 9000)
    assert share_wishes(True, "[fe80::1]", True) == ShareWishes("fe80::1", None)
    with pytest.raises(BadInput, match="needs the page"):
        share_wishes(True, None, False)
    with pytest.raises(BadInput, match="no port"):
        share_wishes(True, "10.1.2.3:http", True)
