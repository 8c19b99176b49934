"""CoT events are written and read alike as XML, on streams and on the mesh; strangers' octets never harm."""

from __future__ import annotations

import tracemalloc
from contextlib import suppress
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from takproto.proto import TakMessage

from safeconduct.liaison.cot import LONGEST, Chat, Circle, CotEvent, NotCot, read_xml, write_xml
from safeconduct.liaison.tak_frames import MESH, Stream, read_datagram, write_mesh, write_stream

_MS = 1_000_000
_TIMES = st.integers(0, 4_000_000_000_000).map(lambda ms: ms * _MS)
_WORDS = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFFFD, exclude_categories=["Cs", "Cc"]), max_size=30)
_NAMES = st.text(st.characters(categories=["L", "N"], include_characters="-."), min_size=1, max_size=20)
_COLOURS = st.integers(0, 0xFFFFFFFF).map(lambda n: f"#{n:08X}")


@st.composite
def events(draw: st.DrawFn) -> CotEvent:
    lasting = draw(st.sampled_from(["plain", "moves", "circle", "chat", "deletes"]))
    numbers = st.floats(-1e6, 1e6)
    return CotEvent(
        draw(_NAMES),
        "t-x-d-d" if lasting == "deletes" else "b-t-f" if lasting == "chat" else "a-f-G-U-C",
        draw(_NAMES),
        draw(_TIMES),
        draw(_TIMES),
        draw(_TIMES),
        draw(st.floats(-90, 90)),
        draw(st.floats(-180, 180)),
        draw(numbers),
        callsign=draw(_WORDS),
        remarks="" if lasting == "chat" else draw(_WORDS),
        speed_mps=draw(st.floats(0, 100)) if lasting == "moves" else None,
        course_deg=draw(st.floats(0, 360)) if lasting == "moves" else None,
        circle=Circle(draw(st.floats(1, 9999)), draw(_COLOURS), draw(_COLOURS), draw(_NAMES))
        if lasting == "circle"
        else None,
        chat=Chat(draw(_WORDS), draw(_WORDS), draw(_NAMES), draw(_NAMES), draw(_WORDS)) if lasting == "chat" else None,
        deletes=(draw(_NAMES), draw(_NAMES)) if lasting == "deletes" else None,
    )


@given(events())
def test_an_event_is_read_as_it_was_written_in_every_form(event: CotEvent) -> None:
    assert read_xml(write_xml(event)) == event
    assert read_datagram(write_xml(event)) == event
    assert read_datagram(write_mesh(event)) == event
    assert Stream().take(write_stream(event)) == [event]


@given(st.lists(events(), min_size=1, max_size=5), st.data())
def test_a_stream_may_be_cut_anywhere(told: list[CotEvent], data: st.DataObject) -> None:
    as_xml = b'<?xml version="1.0"?>\n' + b"\n".join(write_xml(e) for e in told)
    octets = as_xml if data.draw(st.booleans()) else b"".join(write_stream(e) for e in told)
    stream, heard = Stream(), []
    while octets:
        cut = data.draw(st.integers(1, len(octets)))
        heard += stream.take(octets[:cut])
        octets = octets[cut:]
    assert heard == told
    assert stream.skipped == 0


BOMB = b"""<!DOCTYPE e [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<event version="2.0" uid="&b;" type="a" how="m" time="x" start="x" stale="x"><point lat="0" lon="0"/></event>"""


@pytest.mark.parametrize(
    ("octets", "said"),
    [
        (b"", "not XML"),
        (b"<event", "not XML"),
        (BOMB, "DTDForbidden"),
        (b'<!DOCTYPE event SYSTEM "file:///etc/passwd"><event/>', "DTDForbidden"),
        (b"<note/>", "not an event"),
        (b"<event/>", "no point"),
        (b"<event><point/></event>", "has no uid"),
        (b"x" * (LONGEST + 1), "more than"),
        (b'<event uid="1" type="a" how="m" time="now" start="x" stale="x"><point/></event>', "is no time"),
    ],
)
def test_what_is_no_event_is_refused_in_words(octets: bytes, said: str) -> None:
    with pytest.raises(NotCot) as refused:
        read_xml(octets)
    assert said in str(refused.value)


@pytest.mark.parametrize(("lat", "lon"), [("91", "0"), ("0", "181"), ("nan", "0"), ("inf", "0"), ("x", "0"), ("", "0")])
def test_no_place_is_made_of_nonsense(lat: str, lon: str) -> None:
    time = "2026-01-01T00:00:00Z"
    head = f'<event uid="1" type="a" how="m" time="{time}" start="{time}" stale="{time}">'
    with pytest.raises(NotCot):
        read_xml(f'{head}<point lat="{lat}" lon="{lon}"/></event>'.encode())


def test_an_endless_event_is_let_go_and_the_next_is_heard() -> None:
    stream = Stream()
    good = CotEvent("me", "a-f-G", "m-g", 0, 0, 0, 48.0, 38.0)
    assert stream.take(b'<event uid="') == []
    for _ in range(70):
        assert stream.take(b"A" * 1024) == []
    assert stream.take(b"\xbf\xff\xff\xff\xff\xff\x7f") == []
    assert stream.take(write_xml(good)) == [good]
    assert stream.skipped >= 2
    assert "more than" in stream.refused[0]


def test_noise_and_damaged_frames_never_crash_nor_pile_up() -> None:
    luck, stream, heard = Random(4), Stream(), 0
    good = CotEvent("me", "a-f-G", "m-g", 0, 0, 0, 48.0, 38.0, remarks="here")
    for n in range(3000):
        octets = bytearray(write_stream(good) if n % 2 else write_xml(good))
        if n % 3:
            octets[luck.randrange(len(octets))] = luck.randrange(256)
        if n % 7 == 0:
            octets = bytearray(luck.randbytes(luck.randrange(80)))
        heard += len(stream.take(bytes(octets)))
        with suppress(NotCot):
            read_datagram(bytes(octets))
    assert heard > 900
    assert len(stream.refused) <= 10


def test_what_xml_cannot_hold_becomes_a_blank() -> None:
    event = CotEvent("me", "a", "m", 0, 0, 0, 0.0, 0.0, remarks="a\x00b\x1fc\ud800d")
    assert read_xml(write_xml(event)).remarks == "a b c d"


def test_a_bomb_on_the_stream_or_inside_a_protobuf_detail_goes_off_nowhere() -> None:
    good = CotEvent("me", "a-f-G", "m-g", 0, 0, 0, 48.0, 38.0)
    layers = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    head = 'uid="1" type="a" how="m" time="2026-01-01T00:00:00Z" start="2026-01-01T00:00:00Z"'
    bomb = f'<!DOCTYPE event [<!ENTITY e0 "ha">{layers}]><event version="2.0" {head} '
    bomb += 'stale="2026-01-01T00:00:00Z"><point lat="0" lon="0"/><detail><remarks>&e11;</remarks></detail></event>'
    tracemalloc.start()
    stream = Stream()
    assert stream.take(bomb.encode() + write_xml(good)) == [good]
    with pytest.raises(NotCot):
        read_datagram(bomb.encode())
    message = TakMessage()
    message.cotEvent.uid, message.cotEvent.type = "1", "a-f-G"
    message.cotEvent.detail.xmlDetail = bomb
    with pytest.raises(NotCot, match="not XML"):
        read_datagram(MESH + message.SerializeToString())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_000_000
    assert stream.skipped == 1


def test_ten_megabytes_of_one_event_hold_no_more_than_two_events_may_have() -> None:
    stream = Stream()
    tracemalloc.start()
    stream.take(b'<event uid="')
    for _ in range(160):
        stream.take(b"A" * 65536)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000
    assert stream.skipped >= 1
