"""Files as they come from a front: damaged, odd, huge, of many makes. A reading, a warning that names the place, or one
line; never a traceback, never a silent gap."""

from __future__ import annotations

import resource
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from safeconduct.model.faults import BadInput
from safeconduct.perception import Footage, Frame, Picture
from unit.perception.footage import clip, small, stamped


def read(source: Path) -> tuple[list[Frame], list[str]]:
    with Footage(str(source)) as footage:
        frames = list(footage.read())
    assert all(a.t_ns < b.t_ns for a, b in pairwise(frames))
    assert all("\n" not in line and str(source) in line for line in footage.warnings)
    return frames, footage.warnings


def refusal(source: Path) -> str:
    with pytest.raises(BadInput) as caught, Footage(str(source)) as footage:
        list(footage.read())
    line = str(caught.value)
    assert "\n" not in line
    assert str(source) in line
    return line


def cut(source: Path, part: float) -> Path:
    data = source.read_bytes()
    short = source.with_name(f"cut-{source.name}")
    short.write_bytes(data[: round(len(data) * part)])
    return short


@pytest.mark.parametrize("kind", ["mkv", "ts", "flv"])
def test_a_film_cut_off_anywhere_gives_what_is_there_or_one_line(tmp_path: Path, kind: str) -> None:
    whole = clip(tmp_path / f"a.{kind}", small(3.0))
    counts = []
    for part in (0.05, 0.2, 0.4, 0.6, 0.8, 0.97):
        short = cut(whole, part)
        try:
            frames, warnings = read(short)
        except BadInput:
            counts.append(0)
            continue
        counts.append(len(frames))
        # A transport stream does not say how long it is: what is whole in it is all there is.
        assert warnings or kind == "ts" or len(frames) >= 27
    assert counts == sorted(counts)
    assert counts[-1] > 10


@pytest.mark.parametrize("kind", ["mp4", "mkv", "ts", "avi"])
def test_bytes_that_flipped_never_give_more_than_a_line(tmp_path: Path, kind: str) -> None:
    whole = clip(tmp_path / f"a.{kind}", small(1.5), codec="mpeg4" if kind == "avi" else "libx264").read_bytes()
    outcomes = {"read": 0, "refused": 0}
    for seed in range(30):
        chance = np.random.default_rng(seed)
        data = bytearray(whole)
        for at in chance.integers(0, len(data), chance.integers(1, 40)):
            data[at] = int(chance.integers(256))
        if seed % 3 == 0:
            del data[int(chance.integers(1, len(data))) :]
        path = tmp_path / f"hurt.{kind}"
        path.write_bytes(data)
        try:
            frames, _ = read(path)
            assert frames
            assert frames[-1].t_ns < 3600e9
            outcomes["read"] += 1
        except BadInput as refused:
            outcomes["refused"] += str(refused).count("\n") == 0
    assert sum(outcomes.values()) == 30
    assert min(outcomes.values()) > 0


def test_pieces_that_are_lost_in_the_middle_are_told_with_their_place(tmp_path: Path) -> None:
    data = bytearray(clip(tmp_path / "a.ts", small(6.0), options={"muxrate": "400000"}).read_bytes())
    third = len(data) // 188 // 3 * 188
    del data[third : 2 * third]
    (tmp_path / "hole.ts").write_bytes(data)
    frames, warnings = read(tmp_path / "hole.ts")
    assert 20 <= len(frames) <= 45
    assert any("no picture for" in line or "damaged" in line for line in warnings)


@pytest.mark.parametrize("size", [(641, 359), (17, 13), (1, 64), (64, 1), (1, 1)])
def test_odd_sizes_are_read_as_they_are(tmp_path: Path, size: tuple[int, int]) -> None:
    wide, high = size
    frames, warnings = read(clip(tmp_path / "odd.mp4", small(0.3, 10, wide, high), pix_fmt="yuv444p"))
    assert [f.picture.shape for f in frames] == [(high, wide, 3)] * 3
    assert frames[0].scale == (1.0, 1.0)
    assert not warnings


def test_a_huge_picture_is_made_smaller_but_its_pixels_are_reported(tmp_path: Path) -> None:
    before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    huge = np.zeros((4320, 7680, 3), np.uint8)
    huge[1000:1400, 2000:2600] = 255
    frames, _ = read(clip(tmp_path / "huge.mkv", [huge] * 2, codec="mjpeg", pix_fmt="yuvj420p"))
    picture = frames[0].picture
    assert picture.shape == (2160, 3840, 3)
    ys, xs = np.nonzero(picture[..., 1] > 128)
    box = frames[0].in_source((xs.min(), ys.min(), xs.max() + 1, ys.max() + 1))
    assert box == pytest.approx((2000, 1000, 2600, 1400), abs=3)
    # Ten uncompressed pictures would be 1000 MB; the test's own and the encoder's are in it.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before_mb < 900


def test_a_picture_too_large_for_any_memory_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    data = bytearray(clip(tmp_path / "a.avi", small(0.5), codec="rawvideo", pix_fmt="bgr24").read_bytes())
    at = data.index(b"strf") + 12
    data[at : at + 8] = (30_000).to_bytes(4, "little") * 2
    (tmp_path / "vast.avi").write_bytes(data)
    assert "8192 × 8192" in refusal(tmp_path / "vast.avi")


@pytest.mark.parametrize(
    ("codec", "pix_fmt"),
    [
        ("libx264", "gray"),
        ("libx264", "gray10le"),
        ("libx264", "yuv420p10le"),
        ("libx265", "yuv420p"),
        ("libx265", "yuv420p10le"),
        ("mpeg2video", "yuv420p"),
        ("prores_ks", "yuv422p10le"),
        ("ffv1", "gray16le"),
    ],
)
def test_every_depth_and_coding_shows_the_same_picture(tmp_path: Path, codec: str, pix_fmt: str) -> None:
    originals = small(0.4, 10, 208, 160)
    frames, warnings = read(clip(tmp_path / "a.mkv", originals, codec=codec, pix_fmt=pix_fmt))
    assert len(frames) == 4
    assert not warnings
    bright = [float(cv2.cvtColor(p, cv2.COLOR_BGR2GRAY).mean()) for p in (frames[2].picture, originals[2])]
    assert bright[0] == pytest.approx(bright[1], abs=6)


def test_a_film_that_says_no_times_is_counted_and_says_so(tmp_path: Path) -> None:
    frames, warnings = read(clip(tmp_path / "a.h264", small(1.0)))
    assert len(frames) == 10
    assert any("no times" in line for line in warnings)


def test_a_size_that_changes_on_the_way_is_read_on(tmp_path: Path) -> None:
    parts = [clip(tmp_path / f"{k}.ts", small(1.0, 10, 104 * k, 80 * k)).read_bytes() for k in (1, 2, 1)]
    (tmp_path / "joined.ts").write_bytes(b"".join(parts))
    frames, warnings = read(tmp_path / "joined.ts")
    assert [f.picture.shape[:2] for f in frames] == [(80, 104)] * 10 + [(160, 208)] * 10 + [(80, 104)] * 10
    assert frames[-1].t_ns == pytest.approx(2.9e9)
    assert any("leaps back by 0.9 s at 0.9 s, and 1 more" in line for line in warnings)


@pytest.mark.parametrize("kind", ["mkv", "mp4", "ts"])
def test_a_clock_that_leaps_far_ahead_is_counted_on(tmp_path: Path, kind: str) -> None:
    ticks = [k * 100 + (3_000_000 if k >= 10 else 0) for k in range(20)]
    frames, warnings = read(stamped(tmp_path / f"a.{kind}", small(2.0), ticks))
    assert len(frames) == 20
    assert frames[-1].t_ns == pytest.approx(1.9e9, abs=2e6)
    assert any("ahead by 3000.1 s at 0.9 s" in line for line in warnings)
    assert not any("cut off" in line for line in warnings)


def test_stamps_before_zero_begin_at_zero(tmp_path: Path) -> None:
    ticks = [k * 100 - 700 for k in range(10)]
    frames, warnings = read(stamped(tmp_path / "a.ts", small(1.0), ticks, {"avoid_negative_ts": "disabled"}))
    assert [round(f.t_ns / 1e6) for f in frames] == [k * 100 for k in range(10)]
    assert not warnings


def test_interlaced_video_has_no_comb_where_something_moves(tmp_path: Path) -> None:
    def woven(number: int) -> Picture:
        picture = np.full((96, 160, 3), 40, np.uint8)
        for field in (0, 1):
            left = 10 + 12 * (2 * number + field)
            picture[field::2, left : left + 20] = 220
        return picture

    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg2video", rate=10)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        stream.options = {"flags": "+ildct+ilme", "qscale": "2"}
        for number in range(4):
            frame = av.VideoFrame.from_ndarray(woven(number), format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    frames, _ = read(path)
    lines = frames[1].picture[40:50, :, 1].astype(int)
    assert (woven(1)[40:50, :, 1].max(axis=0).astype(int) - woven(1)[40:50, :, 1].min(axis=0)).max() > 150
    assert (lines.max(axis=0) - lines.min(axis=0)).max() < 30


def test_pixels_that_are_not_square_are_shown_square_and_reported_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=10)
        stream.width, stream.height, stream.pix_fmt = 72, 58, "yuvj420p"
        stream.codec_context.sample_aspect_ratio = Fraction(16, 11)
        for number, picture in enumerate(small(0.3, 10, 72, 58)):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            container.mux(stream.encode(frame))
    frames, _ = read(path)
    assert frames[0].picture.shape == (58, 105, 3)
    assert frames[0].in_source((0.0, 0.0, 105.0, 58.0)) == pytest.approx((0.0, 0.0, 72.0, 58.0))


def test_of_many_films_in_one_file_the_largest_is_read_and_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "many.mkv"
    with av.open(str(path), "w") as container:
        streams = []
        for wide, high in ((52, 40), (208, 160), (104, 80)):
            stream = container.add_stream("mjpeg", rate=10)
            stream.width, stream.height, stream.pix_fmt = wide, high, "yuvj420p"
            streams.append(stream)
        sound = container.add_stream("pcm_s16le", rate=8000)
        for number in range(5):
            for stream in streams:
                picture = np.full((stream.height, stream.width, 3), 30 * number, np.uint8)
                frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
                frame.pts, frame.time_base = number, Fraction(1, 10)
                container.mux(stream.encode(frame))
            noise = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), format="s16", layout="mono")
            noise.sample_rate, noise.pts = 8000, 800 * number
            container.mux(sound.encode(noise))
    frames, warnings = read(path)
    assert {f.picture.shape for f in frames} == {(160, 208, 3)}
    assert any("3 films" in line and "208 × 160" in line for line in warnings)


def test_names_and_titles_in_any_alphabet_are_no_obstacle(tmp_path: Path) -> None:
    film = clip(tmp_path / "a.mkv", small(0.3)).read_bytes()
    for name in ("12:30.mkv", "-v.mkv", "жінка з піднятими руками.mkv", "100%d.mkv"):
        (tmp_path / name).write_bytes(film)
        frames, _ = read(tmp_path / name)
        assert len(frames) == 3
    path = tmp_path / "titled.avi"
    with av.open(str(path), "w") as container:
        container.metadata["title"] = "Zapis 4"
        stream = container.add_stream("mjpeg", rate=10)
        stream.width, stream.height, stream.pix_fmt = 104, 80, "yuvj420p"
        frame = av.VideoFrame.from_ndarray(small(0.1)[0], format="bgr24")
        container.mux(stream.encode(frame))
    path.write_bytes(path.read_bytes().replace(b"Zapis 4", "Запись".encode("cp1251") + b"4"))
    assert len(read(path)[0]) == 1
