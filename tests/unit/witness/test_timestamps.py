"""A time-stamping authority says that a seal existed: asked over HTTP (RFC 3161), judged by openssl."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from filmed import filmed_record
from safeconduct.model.faults import BadInput
from safeconduct.witness import stamp, station_key, verify

_CONFIG = """
[req]
distinguished_name = dn
prompt = no
[dn]
CN = authority
[ca]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign
[tsa_ext]
basicConstraints = CA:false
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
"""


def _openssl(*words: str) -> bytes:
    return subprocess.run(["openssl", *words], check=True, capture_output=True).stdout


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """An authority of our own on this machine: its address, and the certificate by which it is believed."""
    folder = tmp_path_factory.mktemp("authority")
    config = folder / "tsa.cnf"
    config.write_text(_CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    c = ("-config", str(config))
    new = ("req", *c, "-newkey", "rsa:2048", "-nodes")
    _openssl(*new, "-x509", "-extensions", "ca", "-keyout", f"{folder}/ca.key", "-out", f"{folder}/ca.pem")
    _openssl(*new, "-keyout", f"{folder}/tsa.key", "-out", f"{folder}/tsa.csr")
    signed = ("-CA", f"{folder}/ca.pem", "-CAkey", f"{folder}/ca.key", "-CAcreateserial")
    ext = ("-extfile", str(config), "-extensions", "tsa_ext")
    _openssl("x509", "-req", "-in", f"{folder}/tsa.csr", *signed, *ext, "-out", f"{folder}/tsa.pem")

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (folder / "ask").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            _openssl("ts", "-reply", *c, "-queryfile", f"{folder}/ask", "-out", f"{folder}/answer")
            self.send_response(200)
            self.end_headers()
            self.wfile.write((folder / "answer").read_bytes() if "good" in self.path else b"no")

        def log_message(self, *words: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answers)
    serving = Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}", folder / "ca.pem"
    server.shutdown()
    server.server_close()
    serving.join()


def test_openssl_agrees_that_the_seal_was_there_then(authority: tuple[str, Path], tmp_path: Path) -> None:
    url, root = authority
    record = filmed_record(tmp_path / "r", 0.5, 10.0)
    told = stamp(record, f"{url}/good", station_key())
    said = verify(record)
    assert said.sealed
    assert said.time_stamp == told
    seal = record / "seal"
    ask = ("ts", "-verify", "-data", f"{seal}/seal-1.sha256", "-in", f"{seal}/seal-1.tsr", "-CAfile", str(root))
    assert _openssl(*ask).replace(b"Verification: OK\n", b"") == b""
    data = bytearray((seal / "seal-1.tsr").read_bytes())
    data[len(data) // 2] ^= 1
    (seal / "seal-1.tsr").write_bytes(data)
    assert [problem.file for problem in verify(record).problems] == ["seal/seal-1.tsr"]


def test_without_a_network_or_with_a_bad_answer_the_seal_stays_as_it_was(
    authority: tuple[str, Path], tmp_path: Path
) -> None:
    record = filmed_record(tmp_path / "r", 0.5, 10.0)
    for url, why in (
        ("http://127.0.0.1:9/", "does not answer"),
        (f"{authority[0]}/bad", "gave no good time-stamp"),
        ("time.example", "is no address"),
    ):
        with pytest.raises(BadInput, match=why):
            stamp(record, url, station_key())
    assert verify(record).sealed
    assert verify(record).time_stamp == ""
