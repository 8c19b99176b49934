"""What a closed circle says is read by it and by nobody else; keys and ciphers are those that others publish.

Vectors: Whiteflag Specification v1 draft 7 (5.2.3), the tests of whiteflag-api, whiteflag-java, whiteflag-js and
whiteflag-rust, NIST SP 800-38A F.5.5, RFC 6932.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.liaison.whiteflag import (
    Circle,
    CircleKey,
    EscortSigns,
    Told,
    Unreadable,
    Whiteflag,
    danger,
    decode,
    encode,
    name_of,
    new_key,
    read_key,
    surrender,
)
from safeconduct.liaison.whiteflag.circle import WAIT_MAX
from safeconduct.liaison.whiteflag.fields import BODIES, HEADER, request_fields
from safeconduct.liaison.whiteflag.secrecy import decrypt, derive_key, encrypt, negotiated_secret, token
from safeconduct.model.commands import EndNoFire, PhaseEntered, RequestNoFire
from safeconduct.model.events import HazardReported, Impact
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu, LocalFrame, Wgs84
from safeconduct.model.mission_time import SIMULATED_START_NS as T0
from safeconduct.model.mission_time import after
from safeconduct.model.plan import Area
from safeconduct.model.vocabulary import Phase

PLACE = Wgs84(48.58917, 37.99731)
FRAME = LocalFrame(Wgs84(48.6, 38.0, 180.0))
ADDRESS = bytes.fromhex("007a0baf6f84f0fa7402ea972686e56d50b707c9b67b108866")
SECRET = bytes.fromhex("32676187ba7badda85ea63a69870a7133909f1999774abb2eed251073616a6e7")
VECTOR = bytes.fromhex("40aa85015d24e4601448c1ba8d7bf1aa")
PLAIN = bytes.fromhex(
    "5746313023000000000088888889111111119999999a22222222aaaaaaab33333333bbbbbbbb0983098309830983118b118b118b118b199319"
    "9319931993219b219b219b219b29a329a329a329a331ab31ab31ab31a9b1b9b1b9b1b9b1b9c1c9c1c9c1c9c1c8"
)
SEALED = bytes.fromhex(
    "574631326d7658e7d17479677a0de95076989fcd7825b709349b143f2b17644e5cb2c8ded5c7f18d77447cf9dc2115e0c1c81d717b57fadaee"
    "df27bfef8926448ff666d3d9a65168827c94b393974ebbe6b7f0599e184bfd1ace3569117c23ae17c5640f2f2d"
)


def test_the_published_encrypted_message_is_written_and_read_to_the_octet() -> None:
    key = derive_key(SECRET, "2", ADDRESS)
    assert encrypt(PLAIN, "2", key, VECTOR) == SEALED
    assert decrypt(SEALED, key, VECTOR) == PLAIN
    message = decode(PLAIN)
    assert message.code == "F"
    assert message.referenced == "0000000011111111222222223333333344444444555555556666666677777777"
    assert message.body["Text"] == "a0a0a0a0b1b1b1b1c2c2c2c2d3d3d3d3e4e4e4e4f5f5f5f56767676789898989"
    assert encode(message) == PLAIN


@pytest.mark.parametrize("method", ["1", "2"])
def test_the_cipher_of_both_methods_is_nists(method: str) -> None:
    key = bytes.fromhex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4")
    counter = bytes.fromhex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")
    plain = bytes.fromhex(
        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
        "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
    )
    hidden = bytes.fromhex(
        "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"
        "2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6"
    )
    assert encrypt(b"WF10" + plain, method, key, counter) == b"WF1" + method.encode() + hidden
    assert decrypt(b"WF1" + method.encode() + hidden, key, counter) == b"WF10" + plain


def test_two_agree_on_a_secret_over_the_curve_of_the_specification() -> None:
    ours = ec.derive_private_key(
        int("041eb8b1e2bc681bce8e39963b2e9fc415b05283313dd1a8bcc055f11ae49699", 16), ec.BrainpoolP256R1()
    )
    theirs = bytes.fromhex(
        "048e07e219ba588916c5b06aa30a2f464c2f2acfc1610a3be2fb240b635341f0db"
        "148ea1d7d1e7e54b9555b6c9ac90629c18b63bee5d7aa6949ebbf47b24fde40d"
    )
    secret = "05e940915549e9f6a4a75693716e37466aba79b4bf2919877a16dd2cc2e23708"
    assert negotiated_secret(ours, theirs).hex() == secret
    with pytest.raises(Unreadable, match="no point"):
        negotiated_secret(ours, theirs[:-1] + b"\0")
    key = derive_key(bytes.fromhex(secret), "1", ADDRESS)
    assert decrypt(encrypt(PLAIN, "1", key, VECTOR), key, VECTOR) == PLAIN


def test_a_token_shows_a_secret_without_telling_it() -> None:
    shown = token(
        bytes.fromhex("000102030405060708090a0b0c"), bytes.fromhex("6fdb25dc394d5a437d88f15b459406ac6db8b386a49dbfc38c")
    )
    assert shown.hex() == "a951cb35881ee7f78b05f8476a2193de4556455d48ffcfebcfc8938f4a37a70f"


# Field values as the reference implementations' tests give them, one after the other; their octets are not published.
SERIALIZED = {
    "K": "WF100K0" + "0" * 64 + "11d426bbe111221675e333f30ef608b1aa6e60a47080dd33cb49e96395894ef42f",
    "A1": "WF100A0" + "0" * 64 + "1b01218a30dd3c23d050af254bfcce31a715fecdff6a23fd59609612e6e0ef263",
    "A2": "WF100A0" + "0" * 64 + "2b01218a30dd3c23d050af254bfcce31a715fecdff6a23fd59609612e6e0ef263",
    "R": "WF101R24a4f4e0cfa83122b242234254c1920c769d685dfcc4c670bb53eb6f12843c398"
    "1https://example.com/resource-43842342",
    "T": "WF101T33efb4e0cfa83122b242634254c1920a769d615dfcc4c670bb53eb6f12843c3aeM802013-08-31T04:29:15Z"
    "P00D00H00M22+30.79658-037.8260287653210042",
    "Q": "WF101Q13efb4e0cfa83122b242634254c1920a769d615dfcc4c670bb53eb6f12843c3ae802013-08-31T04:29:15Z"
    "P01D00H00M22+31.79658-033.826028799321000010022003",
}


def _from_words(text: str) -> Whiteflag:
    taken: dict[str, str] = {}

    def take(name: str, pattern: str) -> None:
        nonlocal text
        size = len(text) if pattern.endswith("*") else len(pattern)
        taken[name], text = text[:size], text[size:]

    for name, pattern in HEADER:
        take(name, pattern)
    kind = taken["MessageCode"]
    if kind == "T":
        kind, text = text[0], text[1:]
    body = {}
    for field in (*BODIES[kind], *(request_fields(2) if kind == "Q" else ())):
        take(field.name, field.pattern)
        body[field.name] = taken[field.name]
    code = taken["MessageCode"]
    of_test = kind if code == "T" else ""
    reference, duress = int(taken["ReferenceIndicator"]), taken["DuressIndicator"] == "1"
    return Whiteflag(code, body, reference, taken["ReferencedMessage"], duress, of_test)


@pytest.mark.parametrize("kind", SERIALIZED)
def test_messages_that_others_publish_in_words_are_written_and_read_again(kind: str) -> None:
    message = _from_words(SERIALIZED[kind])
    assert decode(encode(message)) == message


def test_the_fields_that_others_publish_alone_stand_in_a_message_as_they_do() -> None:
    # DateTime 20200701214223, Duration 241130; latitude and longitude begin in the middle of an octet, so by bits
    body = dict(surrender(PLACE, 100, T0, 5).body) | {
        "DateTime": "2020-07-01T21:42:23Z",
        "Duration": "P24D11H30M",
        "ObjectLatitude": "+23.34244",
        "ObjectLongitude": "-163.34245",
    }
    octets = encode(Whiteflag("P", body))
    bits = f"{int.from_bytes(octets, 'big'):0{8 * len(octets)}b}"[301 + 8 :]
    assert bits[:80] == f"{0x20200701214223241130:080b}"
    assert bits[88 : 88 + 29] == f"{0x919A1220:032b}"[:29]
    assert bits[117 : 117 + 33] == f"{0x0B19A12280:040b}"[:33]


KEY = CircleKey(SECRET, ADDRESS)


@given(st.permutations(range(6)), st.integers(0, 2**32))
def test_a_circle_reads_its_messages_in_whatever_order_their_halves_come(order: list[int], seed: int) -> None:
    luck = Random(seed)
    ours, theirs = Circle(KEY, luck.randbytes), Circle(KEY)
    told = [danger("D21", PLACE, 100 + n, T0, 5) for n in range(3)]
    octets = [half for message in told for half in ours.send(encode(message))]
    heard = [h for h in (theirs.hear(octets[n]) for n in order) if h is not None]
    assert sorted(m.body["ObjectSizeDim1"] for _, m in heard) == ["0100", "0101", "0102"]
    assert {name for name, _ in heard} == {name_of(o) for o in octets[::2]}
    assert b"D21" not in b"".join(octets)


def test_without_the_key_or_with_another_nothing_is_read_and_it_is_said() -> None:
    sealed, vector = Circle(KEY).send(encode(surrender(PLACE, 100, T0, 5)))
    with pytest.raises(Unreadable, match="no key of its circle"):
        Circle(None).hear(sealed)
    stranger = Circle(CircleKey(b"x" * 32, ADDRESS))
    stranger.hear(vector)
    with pytest.raises(Unreadable, match="of another circle, or was damaged"):
        stranger.hear(sealed)
    for_two = b"WF11" + sealed[4:]
    read = Circle(KEY)
    read.hear(for_two)
    with pytest.raises(Unreadable, match="method 1"):
        read.hear(vector_of(for_two, "00" * 16))
    with pytest.raises(Unreadable, match="120 bits"):
        read.hear(vector_of(sealed, "00" * 15))


def vector_of(sealed: bytes, vector: str) -> bytes:
    return encode(Whiteflag("K", {"CryptoDataType": "21", "CryptoData": vector}, 3, name_of(sealed)))


def test_halves_without_their_other_never_pile_up() -> None:
    circle, luck = Circle(KEY), Random(2)
    for _ in range(3000):
        circle.hear(b"WF12" + luck.randbytes(60))
        circle.hear(
            encode(Whiteflag("K", {"CryptoDataType": "21", "CryptoData": "00" * 16}, 3, luck.randbytes(32).hex()))
        )
    assert len(circle._messages) == len(circle._vectors) == WAIT_MAX


def test_a_vector_message_is_never_encrypted_and_never_sent_under_duress() -> None:
    forced = surrender(PLACE, 100, T0, 5)
    sealed, vector = Circle(KEY).send(encode(Whiteflag(forced.code, forced.body, duress=True)))
    told = decode(vector)
    assert (told.duress, told.reference, told.referenced) == (False, 3, name_of(sealed))
    read = Circle(KEY)
    assert read.hear(sealed) is None
    heard = read.hear(vector)
    assert heard is not None
    assert heard[1].duress


def test_a_new_key_is_for_its_owner_alone_and_opens_what_it_closed(tmp_path: Path) -> None:
    path = tmp_path / "circle.key"
    new_key(path)
    assert path.stat().st_mode & 0o077 == 0
    assert len(read_key(path).secret) == 32
    with pytest.raises(BadInput, match="cannot be written"):
        new_key(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "the circle's key cannot be read"),
        (b"", "is no key file"),
        (b"[1]", "is no key file"),
        (b'{"secret": "zz", "address": "00"}', "is no key file"),
        (b'{"secret": "00", "address": "00"}', "shorter than 16 octets"),
        (b'{"secret": 5, "address": "00"}', "is no key file"),
        (b"\xff\xfe", "is no key file"),
    ],
)
def test_a_key_that_is_missing_or_wrong_is_said_in_one_line(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "circle.key"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadInput, match=said) as refused:
        read_key(path)
    assert "--new-key" in str(refused.value)
    assert "\n" not in str(refused.value)


def at(seconds: float) -> int:
    return after(T0, seconds)


def asked(seconds: float, east: float = 0.0) -> RequestNoFire:
    return RequestNoFire(at(seconds), Enu(east, 0.0, 0.0), 150.0, at(seconds + 180.0))


def subjects(told: list[Told]) -> list[str]:
    return [f"{one.message.subject}({one.message.reference})" for one in told]


def test_signs_go_as_the_mission_goes_and_end_with_it() -> None:
    signs = EscortSigns(FRAME, Circle(KEY), test=False)
    assert signs.notice(Impact(at(0.0), Enu(0.0, 0.0, 0.0), "eyes"), at(0.0)) == []  # nobody is protected yet
    first = signs.obey(asked(1.0), at(1.0))
    assert subjects(first) == ["P03(0)", "Q10(0)"]
    assert signs.obey(asked(61.0), at(61.0)) == []  # nothing changed
    moved = signs.obey(asked(121.0, 90.0), at(121.0))
    assert subjects(moved) == ["P03(2)", "Q10(2)"]
    again = signs.obey(asked(181.0, 180.0), at(181.0))
    assert {one.message.referenced for one in again} == {name_of(one.octets[0]) for one in first}  # of the original
    signs.obey(PhaseEntered(at(190.0), Phase.LEAD, "the way is approved"), at(190.0))
    assert subjects(signs.obey(asked(200.0, 180.0), at(200.0))) == ["P30(0)"]
    shell = signs.notice(Impact(at(210.0), Enu(50.0, 0.0, 0.0), "eyes"), at(210.0))
    assert subjects(shell) == ["D12(5)"]
    assert shell[0].message.referenced == name_of(first[0].octets[0])
    assert signs.notice(Impact(at(215.0), Enu(55.0, 0.0, 0.0), "eyes"), at(215.0)) == []
    ring = (Enu(0.0, 0.0, 0.0), Enu(40.0, 0.0, 0.0), Enu(0.0, 40.0, 0.0))
    mines = HazardReported(at(220.0), Area("field", "mines", ring), "crew")
    assert subjects(signs.notice(mines, at(220.0))) == ["D21(5)"]
    ended = subjects(signs.obey(EndNoFire(at(300.0), "closed"), at(300.0)))
    assert ended == ["P03(4)", "Q10(4)", "P30(4)", "D12(4)", "D21(4)"]
    assert signs.obey(EndNoFire(at(301.0), "closed"), at(301.0)) == []


def test_of_a_lost_walker_nothing_says_that_he_surrenders() -> None:
    signs = EscortSigns(FRAME, Circle(KEY), test=False, civilian=True)
    first = signs.obey(asked(1.0), at(1.0))
    assert subjects(first) == ["P30(0)", "Q10(0)"]
    signs.obey(PhaseEntered(at(2.0), Phase.LEAD, "the way is approved"), at(2.0))
    assert signs.obey(asked(3.0), at(3.0)) == []
    (shell,) = signs.notice(Impact(at(4.0), Enu(50.0, 0.0, 0.0), "eyes"), at(4.0))
    assert shell.message.referenced == name_of(first[0].octets[0])
    assert subjects(signs.obey(EndNoFire(at(9.0), "led out"), at(9.0))) == ["P30(4)", "Q10(4)", "D12(4)"]


def test_what_another_says_is_told_and_its_receipt_goes_back_and_promises_nothing() -> None:
    ours, theirs = EscortSigns(FRAME, Circle(KEY), test=False), EscortSigns(FRAME, Circle(KEY), test=False)
    request = ours.obey(asked(0.0), at(0.0))[1]
    told: list[tuple[str, list[Told]]] = [theirs.hear(octets) for octets in request.octets]
    assert "request to cease fire" in told[-1][0]
    receipt = told[-1][1][0]
    assert (receipt.message.reference, receipt.message.body) == (7, request.message.body)
    assert theirs.hear(request.octets[1]) == ("", [])  # again: nothing new
    words = [ours.hear(octets) for octets in receipt.octets]
    assert words[-1] == ("somebody of the circle has received our sign Q10 (original)", [])
    assert [ours.hear(octets) for octets in request.octets] == [("", []), ("", [])]  # our own, given back


def test_a_test_message_is_disregarded_in_a_mission_and_seen_in_a_rehearsal() -> None:
    rehearsing, flying = EscortSigns(FRAME, Circle(KEY), test=True), EscortSigns(FRAME, Circle(KEY), test=False)
    octets = [o for one in EscortSigns(FRAME, Circle(KEY), test=True).obey(asked(0.0), at(0.0)) for o in one.octets]
    assert all(flying.hear(one) == ("", []) for one in octets)
    said = [words for words, _ in map(rehearsing.hear, octets) if words]
    assert said[0].startswith("A TEST, nothing of it is so")


def test_a_message_under_duress_says_so_first_of_all_to_whoever_must_look() -> None:
    forced = surrender(PLACE, 100, T0, 5)
    sealed = Circle(KEY).send(encode(Whiteflag(forced.code, forced.body, duress=True)))
    signs = EscortSigns(FRAME, Circle(KEY), test=False)
    assert signs.hear(sealed[0]) == ("", [])
    assert "SENT UNDER DURESS" in signs.hear(sealed[1])[0]


def test_eight_hours_of_shelling_and_chatter_keep_nothing() -> None:
    signs, luck = EscortSigns(FRAME, Circle(KEY), test=False), Random(3)
    for minute in range(480):
        t = 60.0 * minute
        signs.obey(asked(t, 100.0 * minute), at(t))
        signs.notice(Impact(at(t), Enu(luck.uniform(-500, 500), 0.0, 0.0), "eyes"), at(t))
        area = Area(f"m{minute}", "mines", (Enu(0.0, 0.0, 0.0),), 10.0)
        signs.notice(HazardReported(at(t), area, "crew"), at(t))
        for octets in Circle(KEY).send(encode(danger("D21", PLACE, 10 + minute, at(t), 5))):
            signs.hear(octets)
    assert len(signs._standing) <= 3 + 16
    assert len(signs._ours) <= 512
    assert len(signs._answered) <= 512
