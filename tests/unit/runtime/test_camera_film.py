"""A camera's own H.264 goes into the record to the byte, over file, UDP and RTSP; other codings are encoded anew, and
that is said."""

from __future__ import annotations

import shutil
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
import pytest

from rehearsal import PLAN
from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import NS
from safeconduct.perception import Eyes, Picture
from safeconduct.runtime.camera_film import CameraFilm
from safeconduct.runtime.fly_stage import ground_of
from safeconduct.runtime.live import steady_clock
from safeconduct.runtime.reading import PictureReading
from safeconduct.runtime.source_clock import SourceClock
from safeconduct.runtime.video import CameraSet, HeldSo, Screen, VideoEyes
from safeconduct.sim import AircraftTruth
from safeconduct.witness import FrameMark, ledger_lines
from unit.runtime.streaming import FPS, number_of, numbered, packed, rtsp_sender, tcp_sender

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")


LEVEL = HeldSo(Enu(0.0, 0.0, 15.0), 0.0, -40.0, 0.0, 60.0)


def clip(
    path: Path,
    pictures: int = 75,
    coding: str = "libx264",
    options: dict[str, str] | None = None,
    pixels: str = "yuv420p",
) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(coding, rate=FPS)
        stream.width, stream.height, stream.pix_fmt = 160, 96, pixels
        if coding == "libx264":
            stream.options = {"crf": "20", **(options or {})}
        if coding == "mjpeg":
            stream.pix_fmt = "yuvj420p"
        for picture in numbered(pictures):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24")))
        container.mux(stream.encode(None))
    return path


@contextmanager
def filmed_from(source: str, record: Path, said: list[str]) -> Iterator[tuple[VideoEyes, CameraFilm]]:
    record.mkdir(exist_ok=True)
    clock = steady_clock()
    film = CameraFilm(record, PLAN.frame, said.append, durable=False)
    reading = PictureReading(Eyes(), ground_of(PLAN))
    eyes = VideoEyes(source, CameraSet(), reading, clock, said.append, [film.keep], None, film.came)
    eyes.look(clock(), AircraftTruth(clock(), Enu(0.0, -17.0, 15.0), Enu(0.0, 0.0, 0.0), 0.0, False, True))
    eyes.start()
    try:
        yield eyes, film
    finally:
        eyes.close()
        film.close()


def until(done: object, seconds: float = 20.0) -> None:
    began = time.monotonic()
    while not done() and time.monotonic() - began < seconds:  # type: ignore[operator]
        time.sleep(0.05)


def recorded(film: Path) -> list[bytes]:
    with av.open(str(film)) as container:
        return [bytes(p) for p in container.demux(container.streams.video[0]) if p.size]


def shown(record: Path) -> list[Picture]:
    """As a reader of the record sees them, in all its films."""
    pictures: list[Picture] = []
    for path in sorted(record.glob("video*.mp4"), key=lambda path: (len(path.name), path.name)):
        with av.open(str(path)) as container:
            pictures += [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]
    return pictures


def marks(record: Path) -> list[FrameMark]:
    return [frame for line in ledger_lines(record) for frame in line.frames]


def slices(film: Path) -> list[bytes]:
    """The coded pictures themselves (ITU-T H.264, 7.4.1: types 1 and 5), without what a transport puts around them."""
    found = []
    for packet in recorded(film):
        at = 0
        while at + 4 <= len(packet):
            size = int.from_bytes(packet[at : at + 4], "big")
            if packet[at + 4] & 31 in (1, 5):
                found.append(packet[at + 4 : at + 4 + size])
            at += 4 + size
    return found


@pytest.mark.parametrize(
    "options",
    [{"g": "250"}, {"g": "10", "bf": "3"}, {"g": "25", "x264-params": "intra-refresh=1:bframes=0"}],
    ids=["one key picture in ten seconds", "pictures out of order", "refreshed line by line"],
)
def test_a_films_packets_are_in_the_record_to_the_byte(tmp_path: Path, options: dict[str, str]) -> None:
    source = clip(tmp_path / "a.mp4", 75, "libx264", options)
    said: list[str] = []
    with filmed_from(str(source), tmp_path / "r", said) as (eyes, film):
        until(lambda: eyes.ended)
    assert film.trouble == ""
    assert recorded(tmp_path / "r" / "video.mp4") == recorded(source)
    assert "film: H.264 as it comes, unchanged" in said
    told = marks(tmp_path / "r")
    assert len(told) == 75
    assert all(m.taken is not None and m.lat is not None and m.offset is not None for m in told)
    shown = sorted(m.t for m in told)
    gaps = np.diff(np.array(shown)) / NS
    assert abs(float(np.median(gaps)) - 1.0 / FPS) < 0.002, "evenly, as the source's own stamps have it"
    for line in ledger_lines(tmp_path / "r"):
        times = [f.t for f in line.frames]
        assert len(times) <= 5, "a fifth of a second a fragment, however far apart key pictures are"
    with av.open(str(tmp_path / "r" / "video.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 75


@needs_ffmpeg
@pytest.mark.timeout(60)
def test_ffmpeg_sends_over_udp_and_its_pictures_are_in_the_record_to_the_byte(tmp_path: Path) -> None:
    source = clip(tmp_path / "a.mp4", 100, "libx264", {"g": "10", "bf": "0"})
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["ffmpeg", "-v", "error", "-re", "-stream_loop", "2", "-i", str(source), "-c", "copy"]
    send = subprocess.Popen([*words, "-f", "mpegts", f"udp://127.0.0.1:{port}?pkt_size=1316"])
    try:
        with filmed_from(f"udp://127.0.0.1:{port}", tmp_path / "r", []) as (_, film):
            until(lambda: len(marks(tmp_path / "r")) > 60)
    finally:
        send.kill()
        send.wait()
    assert film.trouble == ""
    ours, theirs = slices(tmp_path / "r" / "video.mp4"), slices(source) * 4
    assert len(ours) > 60
    first = theirs.index(ours[0])
    assert ours == theirs[first : first + len(ours)]


@pytest.mark.timeout(60)
def test_an_rtsp_camera_is_recorded_to_the_byte(tmp_path: Path) -> None:
    pieces = packed(numbered(60))
    said: list[str] = []
    with (
        rtsp_sender([pieces, 2.0]) as address,
        filmed_from(address, tmp_path / "r", said) as (_, film),
    ):
        until(lambda: len(marks(tmp_path / "r")) >= 50, 15.0)
    assert film.passing, said
    sent = b"".join(piece[at + 4 : at + 188] for piece in pieces for at in range(0, len(piece), 188))
    ours = slices(tmp_path / "r" / "video.mp4")
    assert len(ours) >= 40
    assert all(one[:60] in sent for one in ours[1:20]), "a slice's beginning: it goes over several TS packets"


@pytest.mark.timeout(90)
def test_a_stream_that_dies_and_comes_back_goes_on_from_its_next_key_picture(tmp_path: Path) -> None:
    said: list[str] = []
    calls = [[packed(numbered(30))], [packed(numbered(30, 30))]]
    with (
        tcp_sender(*calls) as address,
        filmed_from(address, tmp_path / "r", said) as (_, film),
    ):
        until(lambda: len(marks(tmp_path / "r")) >= 50, 30.0)
    assert film.trouble == ""
    assert any("came back" in line for line in said), said
    with av.open(str(tmp_path / "r" / "video.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) >= 50


@pytest.mark.parametrize("depth", ["yuv420p10le", "gray", "yuv444p"])
def test_h264_of_ten_bits_in_grey_or_with_full_colour_is_passed_through_and_can_be_looked_at(
    tmp_path: Path, depth: str
) -> None:
    source = clip(tmp_path / "a.mp4", 30, pixels=depth)
    with filmed_from(str(source), tmp_path / "r", []) as (eyes, film):
        until(lambda: eyes.ended)
    assert film.passing
    assert recorded(tmp_path / "r" / "video.mp4") == recorded(source)
    assert [number_of(picture) for picture in shown(tmp_path / "r")] == list(range(30))


def test_a_film_that_its_source_says_is_turned_is_passed_through_with_its_turn(tmp_path: Path) -> None:
    source = clip(tmp_path / "a.mp4", 30)
    data = bytearray(source.read_bytes())
    matrix = data.index(b"tkhd") + 44  # ISO/IEC 14496-12, 8.3.2
    data[matrix : matrix + 36] = struct.pack(">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30)
    source.write_bytes(data)
    with filmed_from(str(source), tmp_path / "r", []) as (eyes, film):
        until(lambda: eyes.ended)
    assert film.passing
    assert recorded(tmp_path / "r" / "video.mp4") == recorded(source)
    turns = []
    for path in (source, tmp_path / "r" / "video.mp4"):
        with av.open(str(path)) as container:
            turns.append({frame.rotation for frame in container.decode(video=0)})
    assert turns[0] in ({90}, {-90})
    assert turns[1] == turns[0]


def test_a_stream_whose_pictures_change_their_size_is_recorded_to_its_end(tmp_path: Path) -> None:
    small = [np.ascontiguousarray(picture[16:80, 16:144]) for picture in numbered(30, 30)]
    source = tmp_path / "a.ts"
    source.write_bytes(b"".join([*packed(numbered(30)), *packed(small, 30 / FPS)]))
    said: list[str] = []
    with filmed_from(str(source), tmp_path / "r", said) as (eyes, film):
        until(lambda: eyes.ended)
    assert film.passing, said
    assert film.trouble == ""
    shapes = [picture.shape[:2] for picture in shown(tmp_path / "r")]
    assert shapes.count((96, 160)) == 30
    assert shapes.count((64, 128)) >= 29


def test_pictures_of_another_size_that_are_encoded_anew_begin_a_further_film(tmp_path: Path) -> None:
    film = CameraFilm(tmp_path, PLAN.frame, lambda _: None, durable=False)
    film.passing = False
    for n, (high, wide) in enumerate([(96, 160)] * 6 + [(64, 128)] * 6):
        t_ns = NS + n * NS // 10
        film.keep(Screen(t_ns, np.full((high, wide, 3), 90, np.uint8), (), LEVEL))
        time.sleep(0.02)
    film.close()
    assert film.trouble == ""
    assert [picture.shape[:2] for picture in shown(tmp_path)] == [(96, 160)] * 6 + [(64, 128)] * 6
    assert sorted(path.name for path in tmp_path.glob("*.mp4")) == ["video-2.mp4", "video.mp4"]


@pytest.mark.parametrize("coding", ["mjpeg", "hevc"])
def test_another_coding_is_encoded_anew_and_that_is_said(tmp_path: Path, coding: str) -> None:
    source = clip(tmp_path / "a.mkv", 30, coding)
    said: list[str] = []
    with filmed_from(str(source), tmp_path / "r", said) as (eyes, film):
        until(lambda: eyes.ended)
    assert film.passing is False
    assert any(f"{coding.upper()} comes; what the eyes look at is encoded anew" in line for line in said), said
    with av.open(str(tmp_path / "r" / "video.mp4")) as container:
        assert container.streams.video[0].codec_context.name == "h264"


def test_packets_that_come_in_bursts_get_the_times_that_their_stamps_say() -> None:
    clock = SourceClock(live=True)
    t_ns = [clock.when(n * 40_000_000, 5 * NS + (n // 5 * 5 + 4) * 40_000_000) for n in range(50)]
    gaps = np.diff(np.array(t_ns[5:]))
    assert abs(gaps - 40_000_000).max() < 1_000_000


@pytest.mark.parametrize("set_s", [-3600.0, 3600.0])
def test_a_camera_whose_clock_is_set_is_followed_without_a_jump_of_ours(set_s: float) -> None:
    clock = SourceClock(live=True)
    t_ns = []
    for n in range(100):
        source_ns = n * 40_000_000 + (round(set_s * NS) if n >= 50 else 0) + 7200 * NS
        t_ns.append(clock.when(source_ns, 5 * NS + n * 40_000_000))
    gaps = np.diff(np.array(t_ns))
    assert gaps.min() > 0
    assert gaps.max() < 50_000_000
