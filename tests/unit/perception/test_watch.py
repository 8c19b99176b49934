"""`watch` on a clip: the one who raises his hands is reported, the one who stands is not, and the copy plays."""

from __future__ import annotations

import json
import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from safeconduct.model.faults import BadInput
from safeconduct.perception import AnnotatedCopy, Footage
from safeconduct.runtime.watch import run_watch
from unit.perception.footage import clip, pictures, shared_data


def report(capsys: pytest.CaptureFixture[str], source: Path, out: Path | None = None) -> dict[str, Any]:
    assert run_watch(str(source), out, json=True) == 0
    said: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return said


def test_hands_held_up_are_reported_and_the_copy_plays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "seen.mp4"
    said = report(capsys, clip(tmp_path / "plea.mp4", pictures("hands_up", 5.0)), out)
    assert (said["fps"], said["frames"]) == (10.0, 50)
    (track,) = said["tracks"]
    assert len(track["boxes"]) >= 45
    (gesture,) = said["gestures"]
    assert gesture["gesture"] == "hands_up"
    assert gesture["track"] == track["id"]
    assert gesture["to_s"] - gesture["from_s"] >= 4.0
    assert gesture["from_s"] <= 0.6
    assert 0.3 < gesture["confidence"] <= 1.0
    assert set(said["ms_per_frame"]) == {"p50", "p95"}
    with Footage(str(out)) as copy:
        frames = list(copy.read())
        assert (copy.fps, copy.frames) == (10.0, 50)
    with Footage(str(tmp_path / "plea.mp4")) as source:
        original = list(source.read())
    green = (frames[40].picture.astype(int) - original[40].picture)[..., 1] > 60
    assert green.sum() > 100
    with av.open(str(out)) as container:
        assert container.streams.video[0].codec_context.pix_fmt == "yuv420p"


def test_a_person_who_only_stands_there_raises_no_alarm(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = report(capsys, clip(tmp_path / "calm.mp4", pictures("standing", 4.0)))
    assert len(said["tracks"]) == 1
    assert said["gestures"] == []
    assert said["cannot_tell_s"] == 0.0


def test_a_person_too_small_is_followed_with_cannot_tell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small = [cv2.resize(p, None, None, 0.28, 0.28, cv2.INTER_AREA) for p in pictures("hands_up", 4.0)]
    said = report(capsys, clip(tmp_path / "far.mp4", small))
    assert len(said["tracks"]) == 1
    assert said["gestures"] == []
    assert float(said["cannot_tell_s"]) > 3.0


def test_the_source_is_never_overwritten_and_a_bad_target_is_named_before_the_work(tmp_path: Path) -> None:
    source = clip(tmp_path / "a.mp4", pictures("standing", 0.5))
    before = source.read_bytes()
    for out, word in (
        (source, "itself"),
        (tmp_path / "a.docx", "kind"),
        (tmp_path / "no" / "a.mp4", "folder"),
    ):
        with pytest.raises(BadInput, match=word):
            run_watch(str(source), out)
    assert source.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.mp4"]


@contextmanager
def room_for(n: int) -> Iterator[None]:
    """No file may grow beyond n bytes: what a full disk does, without filling one."""
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_full_disk_is_one_line_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (40, 240, 320, 3), np.uint8)

    def write() -> None:
        copy = AnnotatedCopy(tmp_path / "copy.mp4", 10.0)
        for k, picture in enumerate(noise):
            copy.write(picture, k * 100_000_000)
        copy.close()

    with room_for(100_000), pytest.raises(BadInput, match="cannot be written"):
        write()
    assert not list(tmp_path.iterdir())


def test_an_odd_sized_picture_at_a_variable_rate_is_copied_even_and_in_time(tmp_path: Path) -> None:
    copy = AnnotatedCopy(tmp_path / "copy.mp4", 10.0)
    for t_ms in (0, 100, 700, 800):
        copy.write(np.full((121, 161, 3), 90, np.uint8), t_ms * 1_000_000)
    copy.close()
    with Footage(str(tmp_path / "copy.mp4")) as footage:
        frames = list(footage.read())
    assert [f.t_ns // 1_000_000 for f in frames] == [0, 100, 700, 800]
    assert frames[0].picture.shape == (122, 162, 3)


def test_a_stream_that_changes_its_resolution_keeps_its_people_and_the_copy_its_size(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frames, out = pictures("standing", 4.0), tmp_path / "seen.mp4"
    larger = [np.asarray(cv2.resize(p, None, None, 1.5, 1.5), np.uint8) for p in frames[20:]]
    parts = [clip(tmp_path / f"{k}.ts", part).read_bytes() for k, part in enumerate((frames[:20], larger))]
    (tmp_path / "joined.ts").write_bytes(b"".join(parts))
    said = report(capsys, tmp_path / "joined.ts", out)
    (track,) = said["tracks"]
    heights = {number: y2 - y1 for number, _, y1, _, y2 in track["boxes"]}
    assert heights[35] / heights[15] == pytest.approx(1.5, rel=0.15)
    with Footage(str(out)) as copy:
        assert {f.picture.shape for f in copy.read()} == {(320, 416, 3)}


REAL = shared_data() / "clips" / "one-by-one-person-detection.mp4"


@pytest.mark.slow
@pytest.mark.skipif(not REAL.is_file(), reason="needs the real clip")
def test_on_real_footage_a_passer_by_is_followed_under_one_identity_and_raises_no_alarm(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    part = tmp_path / "part.mp4"
    with Footage(str(REAL)) as footage:
        clip(part, (f.picture for f in footage.read() if 240 <= f.number < 360))
    said = report(capsys, part)
    tracks = said["tracks"]
    assert isinstance(tracks, list)
    assert len(tracks) == 1
    assert len(tracks[0]["boxes"]) > 80
    assert said["gestures"] == []
    assert os.path.getsize(part) > 0


def test_who_goes_from_raised_hands_to_crossed_arms_is_reported_with_both_one_after_the_other() -> None:
    from safeconduct.model.events import GestureSeen
    from safeconduct.model.vocabulary import Gesture, Posture
    from safeconduct.perception import Seen
    from safeconduct.runtime.watch import Sighted

    sighted = Sighted()
    for k in range(80):
        gesture = Gesture.HANDS_UP if k < 40 else Gesture.ARMS_CROSSED
        shown = (GestureSeen(gesture, 0.9, k / 10.0),)
        box = (10.0, 10.0, 60.0, 150.0)
        sighted.take(k, k / 10.0, [Seen(1, box, 0.9, 140.0, None, shown, False, Posture.STANDING)], 10.0)
    up, crossed = sighted.gestures()
    assert (up["gesture"], crossed["gesture"]) == ("hands_up", "arms_crossed")
    assert (up["from_s"], up["to_s"]) == (0.0, 3.9)
    assert (crossed["from_s"], crossed["to_s"]) == (pytest.approx(3.9, abs=0.15), 7.9)
