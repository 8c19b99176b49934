"""Whatever a crew points it at: pictures in order and upright, or one line that names the file and the mend."""

from __future__ import annotations

import struct
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safeconduct.model.faults import BadInput
from safeconduct.perception import Footage
from unit.perception.footage import clip, pictures


def refused(source: Path | str) -> str:
    with pytest.raises(BadInput) as caught, Footage(str(source)) as footage:
        list(footage.read())
    line = str(caught.value)
    assert "\n" not in line
    assert str(source) in line
    return line


def test_a_clip_gives_all_its_pictures_with_rising_times(tmp_path: Path) -> None:
    with Footage(str(clip(tmp_path / "a.mp4", pictures("standing", 2.0)))) as footage:
        frames = list(footage.read())
        assert (footage.fps, footage.frames, footage.live) == (10.0, 20, False)
    assert [f.number for f in frames] == list(range(20))
    assert [f.t_ns for f in frames] == [k * 100_000_000 for k in range(20)]
    assert frames[0].picture.shape == (320, 416, 3)
    assert not footage.warnings


def test_files_that_are_no_video_are_refused_in_one_line(tmp_path: Path) -> None:
    empty, noise, words = tmp_path / "empty.mp4", tmp_path / "noise.mp4", tmp_path / "words.txt"
    empty.write_bytes(b"")
    noise.write_bytes(bytes(range(256)) * 40)
    words.write_text("this is a letter, not a film\n" * 50)
    sound = tmp_path / "sound.wav"
    with av.open(str(sound), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.int16), format="s16", layout="mono")
        frame.sample_rate = 8000
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    assert "empty" in refused(empty)
    assert "not a video" in refused(noise)
    assert "text" in refused(words)
    assert "no picture" in refused(sound)
    assert "folder" in refused(tmp_path)
    assert "no such file" in refused(tmp_path / "none.mp4")


def test_a_dead_stream_is_refused_in_one_line() -> None:
    assert "cannot be opened" in refused("tcp://127.0.0.1:9")


def test_an_mp4_that_lost_its_index_is_refused_and_says_so(tmp_path: Path) -> None:
    whole = clip(tmp_path / "a.mp4", pictures("standing", 2.0)).read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole[: len(whole) // 2])
    assert "index" in refused(cut)


def test_of_a_file_cut_off_in_the_middle_what_is_there_is_read_and_the_place_named(tmp_path: Path) -> None:
    noisy = [p ^ np.random.default_rng(k).integers(0, 64, p.shape, np.uint8) for k, p in enumerate(pictures(None, 6))]
    whole = clip(tmp_path / "a.mp4", noisy, options={"movflags": "faststart"}).read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole[: len(whole) * 6 // 10])
    with Footage(str(cut)) as footage:
        frames = list(footage.read())
    assert 20 <= len(frames) < 60
    assert any("of 6.0 s" in line and "kept" in line for line in footage.warnings)


def test_damage_in_the_middle_costs_only_the_damaged_part(tmp_path: Path) -> None:
    data = bytearray(clip(tmp_path / "a.avi", pictures("standing", 4.0), codec="mpeg4").read_bytes())
    data[len(data) // 3 : len(data) // 3 + 3000] = bytes(3000)
    (tmp_path / "hurt.avi").write_bytes(data)
    with Footage(str(tmp_path / "hurt.avi")) as footage:
        assert len(list(footage.read())) >= 20


def test_a_picture_that_lies_on_its_side_is_turned_upright(tmp_path: Path) -> None:
    picture = np.zeros((64, 96, 3), np.uint8)
    picture[:, :20] = (0, 0, 255)  # red on the left: after a quarter turn clockwise it is on top
    data = bytearray(clip(tmp_path / "a.mp4", [picture] * 5).read_bytes())
    track_header = data.index(b"tkhd") + 4
    quarter_turn = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 64 << 16, 0, 1 << 30)
    data[track_header + 40 : track_header + 76] = quarter_turn
    (tmp_path / "turned.mp4").write_bytes(data)
    with Footage(str(tmp_path / "turned.mp4")) as footage:
        upright = next(iter(footage.read())).picture
    assert upright.shape == (96, 64, 3)
    assert upright[5, 32, 2] > 200
    assert upright[90, 32, 2] < 50


@pytest.mark.parametrize(
    ("codec", "pix_fmt", "suffix"),
    [
        ("libx264", "gray", "mp4"),
        ("libx265", "yuv420p10le", "mp4"),
        ("mjpeg", "yuvj420p", "avi"),
        ("ffv1", "bgr0", "mkv"),
    ],
)
def test_grey_ten_bit_hevc_and_odd_codecs_are_read(tmp_path: Path, codec: str, pix_fmt: str, suffix: str) -> None:
    if codec not in av.codecs_available:
        pytest.skip(f"this build of FFmpeg does not write {codec}")
    frames = [p[:, :, :] for p in pictures("standing", 0.5)]
    with Footage(str(clip(tmp_path / f"a.{suffix}", frames, codec=codec, pix_fmt=pix_fmt))) as footage:
        read = list(footage.read())
    assert len(read) == 5
    assert read[0].picture.shape == (320, 416, 3)
    assert abs(float(read[0].picture.mean()) - float(frames[0].mean())) < 8


def test_a_variable_rate_keeps_its_own_times(tmp_path: Path) -> None:
    ticks = [0, 40, 80, 500, 540, 1500]
    with Footage(str(clip(tmp_path / "a.mkv", pictures("standing", 0.6), ticks=ticks))) as footage:
        assert [f.t_ns // 1_000_000 for f in footage.read()] == ticks


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(min_size=1, max_size=3000), st.sampled_from(["", "RIFF", "\x00\x00\x00\x18ftypmp42", "\x1aE\xdf\xa3"]))
def test_garbage_never_gives_more_than_one_line(tmp_path: Path, data: bytes, magic: str) -> None:
    path = tmp_path / "garbage.bin"
    path.write_bytes(magic.encode("latin-1") + data)
    fault, read = "", 0
    try:
        with Footage(str(path)) as footage:
            read = len(list(footage.read()))
    except BadInput as refusal:
        fault = str(refusal)
    assert bool(fault) != bool(read)
    assert "\n" not in fault
