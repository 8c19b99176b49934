"""A Whiteflag message says the same everywhere: published octets, round trips, and nothing that crashes."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.liaison.whiteflag import (
    NOTHING,
    Unreadable,
    Whiteflag,
    answer,
    cease_fire_request,
    danger,
    decode,
    encode,
    faults,
    name_of,
    protected_zone,
    reference_faults,
    sign,
    surrender,
)
from safeconduct.liaison.whiteflag.fields import BODIES, request_fields
from safeconduct.model.geometry import Wgs84
from safeconduct.model.mission_time import SIMULATED_START_NS

PLACE = Wgs84(48.58917, 37.99731)

# Octets and words as the protocol's own reference implementations publish them for their tests.
PUBLISHED = {
    "5746313020800000000000000000000000000000000000000000000000000000000000000000b43a3a38399d1797b7b933b0b734b9b0ba34b7"
    "b71734b73a17bbb434ba32b33630b380": Whiteflag(
        "A", {"VerificationMethod": "1", "VerificationData": "https://organisation.int/whiteflag"}
    ),
    "57463130a6a1f7da7067d41891592131a12a60c9053b4eb0aefe6263385da9f5b789421e1d7401009841882148a800000114c1e596006f04c0"
    "50eca6420084": Whiteflag(
        "M",
        {
            "SubjectCode": "80",
            "DateTime": "2013-08-31T04:29:15Z",
            "Duration": "P00D00H00M",
            "ObjectType": "22",
            "ObjectLatitude": "+30.79658",
            "ObjectLongitude": "-037.82602",
            "ObjectSizeDim1": "8765",
            "ObjectSizeDim2": "3210",
            "ObjectOrientation": "042",
        },
        4,
        "3efb4e0cfa83122b242634254c1920a769d615dfcc4c670bb53eb6f12843c3ae",
        duress=True,
    ),
    "57463130232fb60f0f6c4a8589bddcf076e790ac9eb1601d3fd9ced67eaaa62c9fb9644a16fabb434ba32b33630b3903a32b9ba1036b2b9b9b"
    "0b3b2908": Whiteflag(
        "F",
        {"Text": "Whiteflag test message!"},
        5,
        "f6c1e1ed8950b137bb9e0edcf21593d62c03a7fb39dacfd554c593f72c8942df",
    ),
    "574631302a4fe8927067d41891592131a12a60c9053b4eb0aefe6263385da9f5b789421e1cca6c01009841882148a800000114c1e58a006f02"
    "c050e8a646208e": Whiteflag(
        "T",
        {
            "SubjectCode": "80",
            "DateTime": "2013-08-31T04:29:15Z",
            "Duration": "P00D00H00M",
            "ObjectType": "22",
            "ObjectLatitude": "+30.79628",
            "ObjectLongitude": "-037.81602",
            "ObjectSizeDim1": "8745",
            "ObjectSizeDim2": "3231",
            "ObjectOrientation": "047",
        },
        9,
        "fd124e0cfa83122b242634254c1920a769d615dfcc4c670bb53eb6f12843c399",
        of_test="M",
    ),
    # By two other programs: a station's screen of 2020 with its words beside, and a message that once stopped an API.
    "574631302680000000000000000000000000000000000000000000000000000000000000000109010088a8393910000000aca5d805c12a6d26"
    "e00000000000": Whiteflag(
        "M",
        {
            "SubjectCode": "21",
            "DateTime": "2020-11-15T07:27:22Z",
            "Duration": "P00D00H00M",
            "ObjectType": "15",
            "ObjectLatitude": "+29.76017",
            "ObjectLongitude": "-095.36937",
            "ObjectSizeDim1": "0000",
            "ObjectSizeDim2": "0000",
            "ObjectOrientation": "000",
        },
    ),
    "5746313024a000000000000000000000000000000000000000000000000000000000000000029101188080188a2000000115460461600ae2caa"
    "00000000000": Whiteflag(
        "I",
        {
            "SubjectCode": "52",
            "DateTime": "2023-10-10T03:11:44Z",
            "Duration": "P00D00H00M",
            "ObjectType": "22",
            "ObjectLatitude": "+51.81185",
            "ObjectLongitude": "+005.71655",
            "ObjectSizeDim1": "0000",
            "ObjectSizeDim2": "0000",
            "ObjectOrientation": "000",
        },
        4,
    ),
}


@pytest.mark.parametrize("octets", PUBLISHED, ids=["authentication", "mission", "text", "test", "peace", "site"])
def test_published_messages_are_read_and_written_to_the_octet(octets: str) -> None:
    assert decode(bytes.fromhex(octets)) == PUBLISHED[octets]
    assert encode(PUBLISHED[octets]).hex() == octets


def _text(pattern: str) -> st.SearchStrategy[str]:
    if pattern == "c*":
        return st.text(st.characters(max_codepoint=0x7F), max_size=60)
    if pattern == "x*":
        return st.integers(0, 20).flatmap(lambda n: st.text("0123456789abcdef", min_size=2 * n, max_size=2 * n))
    signs = {"d": "0123456789", "x": "0123456789ABCDEF", "±": "+-"}
    return st.tuples(*(st.sampled_from(signs.get(p, p)) for p in pattern)).map("".join)


@st.composite
def messages(draw: st.DrawFn) -> Whiteflag:
    kind = draw(st.sampled_from(sorted(BODIES)))
    fields = BODIES[kind]
    if kind == "Q":
        fields += request_fields(draw(st.integers(0, 8)))
    body = {name: draw(_text(pattern)) for name, pattern in fields}
    test = draw(st.booleans())
    return Whiteflag(
        "T" if test else kind,
        body,
        draw(st.integers(0, 9)),
        draw(st.text("0123456789abcdef", min_size=64, max_size=64)),
        draw(st.booleans()),
        kind if test else "",
    )


@given(messages())
def test_what_is_written_is_read_again(message: Whiteflag) -> None:
    assert decode(encode(message)) == message


@given(messages(), st.data())
def test_a_damaged_message_is_refused_or_reads_as_another_that_is_written_to_the_octet(
    message: Whiteflag, data: st.DataObject
) -> None:
    octets = bytearray(encode(message))
    at = data.draw(st.integers(0, len(octets) - 1))
    octets[at] ^= data.draw(st.integers(1, 255))
    try:
        read = decode(bytes(octets))
    except Unreadable:
        return
    assert encode(read) == bytes(octets)


def test_octets_of_any_kind_are_read_or_refused_and_never_crash() -> None:
    luck = Random(9)
    head = encode(surrender(PLACE, 150, SIMULATED_START_NS, 30))
    read = 0
    for n in range(20_000):
        octets = bytearray(head if n % 2 else b"WF10" + luck.randbytes(luck.randrange(120)))
        if n % 2:
            for _ in range(luck.randrange(1, 4)):
                octets[luck.randrange(4, len(octets))] = luck.randrange(256)
            del octets[luck.randrange(60, len(octets) + 1) :]
        try:
            message = decode(bytes(octets))
        except Unreadable:
            continue
        read += 1
        faults(message)
        assert encode(message) == bytes(octets)
    assert read > 100


@pytest.mark.parametrize(
    ("octets", "said"),
    [
        (b"", "does not begin with WF"),
        (b"XY10", "does not begin with WF"),
        (b"WF2", "version '2'"),
        (b"WF1", "encrypted"),
        (b"WF12" + bytes(40), "encrypted (method '2')"),
        (b"WF10", "ends too early"),
        (b"WF10" + bytes(2000), "more than 1024"),
        (encode(surrender(PLACE, 150, SIMULATED_START_NS, 30)) + b"\0", "follow its end"),
        (encode(surrender(PLACE, 150, SIMULATED_START_NS, 30))[:-3], "ends too early"),
    ],
)
def test_what_cannot_be_read_is_said_in_words(octets: bytes, said: str) -> None:
    with pytest.raises(Unreadable) as refused:
        decode(octets)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "message",
    [
        Whiteflag("Z", {}),
        Whiteflag("F", {}),
        Whiteflag("F", {"Text": "ok", "SubjectCode": "00"}),
        Whiteflag("F", {"Text": "дрон"}),
        Whiteflag("F", {"Text": "ok"}, 3, "short"),
        Whiteflag("T", {"Text": "ok"}, of_test="T"),
    ],
)
def test_what_cannot_be_written_is_refused(message: Whiteflag) -> None:
    with pytest.raises(Unreadable):
        encode(message)


def test_a_surrender_is_told_as_an_area_and_never_as_a_place() -> None:
    message = surrender(PLACE, 150, SIMULATED_START_NS, 90)
    assert message.subject == "P03"
    assert message.body["Duration"] == "P00D01H30M"
    assert (message.body["ObjectLatitude"], message.body["ObjectLongitude"]) == ("+48.58900", "+037.99700")
    assert not faults(message)


@pytest.mark.parametrize("made", [surrender, protected_zone, cease_fire_request])
def test_the_signs_of_an_escort_break_no_rule(made: object) -> None:
    message = made(PLACE, 150, SIMULATED_START_NS, 0)  # type: ignore[operator]
    assert faults(decode(encode(message))) == []


def test_the_antimeridian_and_the_poles_are_places_too() -> None:
    for lat, lon in ((89.99999, 179.99999), (-90.0, -180.0), (0.0, 180.0)):
        assert faults(decode(encode(danger("D21", Wgs84(lat, lon), 1, SIMULATED_START_NS, 5)))) == []


def test_rules_that_octets_do_not_show_are_judged() -> None:
    good = dict(surrender(PLACE, 150, SIMULATED_START_NS, 30).body)
    for change, said in (
        ({"DateTime": "2026-02-30T00:00:00Z"}, "DateTime"),
        ({"DateTime": "0000-01-01T00:00:00Z"}, "DateTime"),
        ({"Duration": "P00D24H00M"}, "Duration"),
        ({"ObjectLatitude": "+91.00000"}, "ObjectLatitude"),
        ({"ObjectLatitude": "+99.99999", "ObjectLongitude": "+999.99999"}, "needs a place"),
        ({"ObjectType": "80"}, "may not stand on"),
        ({"ObjectOrientation": "400"}, "ObjectOrientation"),
        ({"ObjectSizeDim2": "0010"}, "circle"),
    ):
        found = faults(Whiteflag("P", good | change))
        assert any(said in f for f in found), (change, found)


def test_who_may_refer_to_a_message_and_how() -> None:
    request = cease_fire_request(PLACE, 150, SIMULATED_START_NS, 30)
    acknowledged = answer(request, name_of(encode(request)), 7)
    assert decode(encode(acknowledged)).referenced == name_of(encode(request)) != NOTHING
    assert reference_faults(acknowledged, request, same_originator=False) == []
    assert reference_faults(acknowledged, request, same_originator=True)
    assert reference_faults(answer(request, NOTHING, 1), request, same_originator=False)
    other = sign("Q10", PLACE, 90, SIMULATED_START_NS, 30)
    assert reference_faults(answer(other, NOTHING, 8), request, same_originator=False)


@pytest.mark.parametrize(("radius_m", "minutes"), [(0, 5), (10_000, 5), (50, -1), (50, 144_000)])
def test_a_sign_that_its_fields_cannot_hold_is_not_made(radius_m: float, minutes: int) -> None:
    with pytest.raises(ValueError, match="not within"):
        surrender(PLACE, radius_m, SIMULATED_START_NS, minutes)
