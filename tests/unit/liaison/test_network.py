"""Over a real socket: a server that takes our first message for who we are, loses, delays, mixes and dies."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from safeconduct.liaison import (
    CotEvent,
    HoldFire,
    OurStation,
    TakNetwork,
    enrolled_context,
    own_position,
    parse_tak,
    read_package,
    tls_context,
)
from safeconduct.model.commands import EndNoFire, RequestNoFire
from safeconduct.model.events import NoFireAcknowledged
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu, LocalFrame, Wgs84
from safeconduct.model.mission_time import after
from safeconduct.sim.tak_server import Faults, TakServer, Unit

FRAME = LocalFrame(Wgs84(48.6, 38.0, 180.0))
US = OurStation("SAFE-77", "SAFE", Wgs84(48.6, 38.01))
ALPHA = OurStation("ANDROID-1", "ALPHA", Wgs84(48.61, 38.02))


async def until(holds: Callable[[], bool], within_s: float = 8.0) -> None:
    for _ in range(round(within_s / 0.01)):
        if holds():
            return
        await asyncio.sleep(0.01)
    assert holds()


class Walk:
    """One mission's side of the network, its request beside it."""

    def __init__(self, url: str, tls: ssl.SSLContext | None = None, **more: bool) -> None:
        self.heard: list[CotEvent] = []
        self.network = TakNetwork(parse_tak(url), self.heard.append, tls, settles_s=0.15, **more)
        self.network.introduce(own_position(US, time.time_ns(), 60.0))
        self.hold = HoldFire(US, FRAME, ("ALPHA",), "m1")
        self.facts: list[object] = []
        self.running = asyncio.create_task(self.network.run())

    def latch(self) -> None:
        now = time.time_ns()
        self.hold.obey(RequestNoFire(now, Enu(0.0, 0.0, 0.0), 150.0, after(now, 180.0)), now)
        self.carry()

    def carry(self) -> None:
        now = time.time_ns()
        while self.heard:
            self.hold.hear(self.heard.pop(0), now)
        self.hold.tick(now, network_up=self.network.up)
        self.facts += self.hold.take_facts()
        for event in self.hold.take_sends():
            self.network.send(event)

    def acknowledged(self) -> bool:
        self.carry()
        return any(isinstance(f, NoFireAcknowledged) for f in self.facts)

    async def close(self) -> None:
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)


def played(scene: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(scene())  # type: ignore[arg-type]


def test_the_request_reaches_a_units_screen_is_acknowledged_and_taken_off_again() -> None:
    async def scene() -> None:
        server = TakServer(Faults(echoes=True, deaf_s=0.1))
        await server.start()
        unit = Unit(ALPHA, "ACK", time.time_ns)
        listening = asyncio.create_task(unit.run(server.port))
        await asyncio.sleep(0.15)
        walk = Walk(f"tcp://127.0.0.1:{server.port}")
        walk.latch()  # before the server knows us: it must wait, and arrive all the same
        await until(walk.acknowledged)
        assert server.identities[-1] == "SAFE"
        assert {e.type for e in unit.screen.values()} >= {"u-d-c-c", "b-g-f-F-A-N"}
        walk.hold.obey(EndNoFire(time.time_ns(), "closed"), time.time_ns())
        walk.carry()
        await until(lambda: not any(e.type.startswith(("u-d", "b-g")) for e in unit.screen.values()))
        await walk.close()
        listening.cancel()
        await server.die()

    played(scene)


def test_a_server_that_loses_delays_and_mixes_messages_still_brings_the_acknowledgement() -> None:
    async def scene() -> None:
        server = TakServer(Faults(drops=0.3, delay_s=(0.0, 0.2), seed=5))
        await server.start()
        unit = Unit(ALPHA, "ACK", time.time_ns)
        listening = asyncio.create_task(unit.run(server.port))
        walk = Walk(f"tcp://127.0.0.1:{server.port}")
        await until(lambda: walk.network.up)
        for _ in range(12):  # the core asks again while nobody has acknowledged
            walk.hold._ask_due_ns = 0
            walk.latch()
            await asyncio.sleep(0.1)
            if walk.acknowledged():
                break
        await until(walk.acknowledged, 2.0)
        await walk.close()
        listening.cancel()
        await server.die()

    played(scene)


def test_a_server_that_dies_is_waited_for_and_told_who_we_are_again() -> None:
    async def scene() -> None:
        server = TakServer()
        await server.start()
        walk = Walk(f"tcp://127.0.0.1:{server.port}")
        await until(lambda: walk.network.up)
        port = server.port
        await server.die()
        await until(lambda: not walk.network.up)
        walk.latch()
        again = TakServer()
        await again.start(port)
        await until(lambda: any(e.type == "u-d-c-c" for e in again.passed))
        assert again.identities == ["SAFE"]
        await walk.close()
        await again.die()

    played(scene)


@pytest.mark.parametrize("protobuf", [False, True])
def test_the_mesh_carries_the_request_without_a_server(*, protobuf: bool) -> None:
    async def scene() -> None:
        url = "udp://239.2.3.199:16969"
        walk, other = Walk(url, protobuf=protobuf), Walk(url)
        await until(lambda: walk.network.up and other.network.up)
        walk.latch()
        try:
            await until(lambda: any(e.type == "u-d-c-c" for e in other.heard), 2.0)
        except AssertionError:
            pytest.skip("this machine's network carries no multicast")
        await walk.close()
        await other.close()

    played(scene)


def _authority(name: str) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    return _certificate(name, key, name, key, authority=True), key


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, by: str, by_key: ec.EllipticCurvePrivateKey, *, authority: bool = False
) -> x509.Certificate:
    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    now = datetime.now(UTC)
    built = x509.CertificateBuilder().subject_name(named(name)).issuer_name(named(by)).public_key(key.public_key())
    built = built.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
    built = built.not_valid_after(now + timedelta(days=2))
    built = built.add_extension(x509.BasicConstraints(authority, None), critical=True)
    return built.sign(by_key, hashes.SHA256())


def _pem(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey | None = None) -> bytes:
    kept = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) if key is not None else b""
    return kept + certificate.public_bytes(Encoding.PEM)


def _server_tls(tmp_path: Path, ca: x509.Certificate, ca_key: ec.EllipticCurvePrivateKey) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "server.pem").write_bytes(_pem(_certificate("server", key, "unit", ca_key), key))
    (tmp_path / "ca.pem").write_bytes(_pem(ca))
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(tmp_path / "server.pem")
    serving.load_verify_locations(tmp_path / "ca.pem")
    serving.verify_mode = ssl.CERT_REQUIRED
    return serving


def test_an_enrolment_package_opens_a_tls_server_and_another_units_server_is_refused(tmp_path: Path) -> None:
    ca, ca_key = _authority("unit")
    key = ec.generate_private_key(ec.SECP256R1())
    client = _certificate("client", key, "unit", ca_key)
    secret = BestAvailableEncryption(b"atakatak")
    serving = _server_tls(tmp_path, ca, ca_key)

    def package(port: int) -> Path:
        path = tmp_path / "enrol.zip"
        pref = (
            '<?xml version="1.0"?><preferences><preference version="1" name="cot_streams">'
            f'<entry key="connectString0" class="class java.lang.String">127.0.0.1:{port}:ssl</entry></preference>'
            '<preference version="1" name="com.atakmap.app_preferences">'
            '<entry key="caLocation">cert/trust.p12</entry><entry key="caPassword">atakatak</entry>'
            '<entry key="clientPassword">atakatak</entry><entry key="certificateLocation">cert/me.p12</entry>'
            "</preference></preferences>"
        )
        trust = pkcs12.serialize_java_truststore([pkcs12.PKCS12Certificate(ca, b"unit")], secret)
        with ZipFile(path, "w") as packed:
            packed.writestr("certs/unit.pref", pref)
            packed.writestr("certs/trust.p12", trust)
            packed.writestr("certs/me.p12", pkcs12.serialize_key_and_certificates(b"me", key, client, [ca], secret))
        return path

    async def scene() -> None:
        server = TakServer(tls=serving)
        await server.start()
        enrolled = read_package(package(server.port))
        assert str(enrolled.address) == f"tls://127.0.0.1:{server.port}"
        walk = Walk(str(enrolled.address), enrolled_context(enrolled, "enrol.zip"))
        await until(lambda: walk.network.up)
        walk.latch()
        await until(lambda: any(e.type == "u-d-c-c" for e in server.passed))
        await walk.close()
        stranger, _ = _authority("another unit")
        (tmp_path / "stranger.pem").write_bytes(_pem(stranger))
        fooled = Walk(str(enrolled.address), tls_context(tmp_path / "stranger.pem", None))
        with pytest.raises(BadInput, match="certificate is refused"):
            await fooled.running
        await server.die()

    played(scene)


def test_a_server_that_takes_no_certificate_of_our_unit_is_never_up_and_is_told(tmp_path: Path) -> None:
    ca, ca_key = _authority("unit")
    stranger, stranger_key = _authority("another unit")
    key = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "me.pem").write_bytes(_pem(_certificate("me", key, "another unit", stranger_key), key))
    serving = _server_tls(tmp_path, ca, ca_key)
    del stranger

    async def scene() -> None:
        server = TakServer(tls=serving)
        await server.start()
        walk = Walk(f"tls://127.0.0.1:{server.port}", tls_context(tmp_path / "ca.pem", tmp_path / "me.pem"))
        walk.latch()
        await until(lambda: "no connection" in walk.network.state or "closed" in walk.network.state)
        await asyncio.sleep(0.4)
        assert server.passed == []
        assert len(walk.network._kept) <= 8
        await walk.close()
        await server.die()

    played(scene)


@pytest.mark.parametrize(
    "text", ["", "http://x", "tls://", "tls://u@h:1", "tcp://h:99999", "tcp://h/path", "udp://[::"]
)
def test_an_address_that_is_none_is_said_in_one_line(text: str) -> None:
    with pytest.raises(BadInput, match="give tls://HOST"):
        parse_tak(text)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"no zip"])
def test_a_package_that_is_none_is_said_in_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(BadInput, match="cannot be read as a package"):
        read_package(tmp_path / "x.zip")


def test_keys_that_do_not_open_are_said_in_one_line(tmp_path: Path) -> None:
    ca, _ = _authority("unit")
    (tmp_path / "ca.pem").write_bytes(_pem(ca))
    (tmp_path / "me.p12").write_bytes(b"nonsense")
    with pytest.raises(BadInput, match="cannot be opened"):
        tls_context(tmp_path / "ca.pem", tmp_path / "me.p12", "x")
    with pytest.raises(BadInput, match="no authority"):
        tls_context(None, None)
    (tmp_path / "ca.pem").write_bytes(b"-----BEGIN NOTHING-----")
    with pytest.raises(BadInput, match="no certificate of an authority"):
        tls_context(tmp_path / "ca.pem", None)
