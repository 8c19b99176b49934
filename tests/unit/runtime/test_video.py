"""A crew's video in a mission: what is in it becomes facts, and when it ends the picture is old."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import av
import numpy as np
import pytest

from rehearsal import PLAN
from safeconduct.model.events import Event, VideoHealth
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu
from safeconduct.model.mission_time import NS
from safeconduct.perception import Eyes
from safeconduct.runtime.fly_stage import ground_of
from safeconduct.runtime.reading import PictureReading
from safeconduct.runtime.video import CameraSet, Screen, VideoEyes
from safeconduct.sim import AircraftTruth

RATE = 10


def film(path: Path, pictures: int) -> Path:
    """Noise that differs from picture to picture: a camera that lives."""
    chance = np.random.default_rng(1)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        for _ in range(pictures):
            frame = av.VideoFrame.from_ndarray(chance.integers(0, 255, (96, 160, 3), dtype=np.uint8), format="bgr24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def truth(t_ns: int, up: float) -> AircraftTruth:
    return AircraftTruth(t_ns, Enu(0.0, -17.0, up), Enu(0.0, 0.0, 0.0), 0.0, False, True)


def test_a_film_plays_at_its_own_pace_and_when_it_ends_the_picture_grows_old(tmp_path: Path) -> None:
    screens: list[Screen] = []
    said: list[str] = []
    reading = PictureReading(Eyes(), ground_of(PLAN))
    began_ns = time.monotonic_ns()
    clock = time.monotonic_ns
    eyes = VideoEyes(str(film(tmp_path / "a.mp4", 12)), CameraSet(), reading, clock, said.append, [screens.append])
    health: list[Event] = []
    eyes.look(clock(), truth(clock(), 15.0))
    eyes.start()
    while not eyes.ended and clock() - began_ns < 20 * NS:
        health += eyes.look(clock(), truth(clock(), 15.0))
        threading.Event().wait(0.05)
    later_ns = clock() + 3 * NS
    health += eyes.look(later_ns, truth(later_ns, 15.0))
    eyes.close()
    assert screens, said
    assert screens[0].held.position.up == 15.0
    assert any(isinstance(e, VideoHealth) and e.ok for e in health)
    last = health[-1]
    assert isinstance(last, VideoHealth)
    assert not last.ok
    assert last.age_s > 2.5
    assert any("the film is over" in line for line in said)


@pytest.mark.parametrize(("hfov", "pitch", "late"), [(0.0, -40.0, 0.2), (60.0, -95.0, 0.2), (60.0, -40.0, -1.0)])
def test_a_camera_that_cannot_be_is_refused_in_one_line(hfov: float, pitch: float, late: float) -> None:
    with pytest.raises(BadInput):
        CameraSet(hfov, pitch, late)


def test_a_video_that_is_not_there_is_refused_in_one_line() -> None:
    reading = PictureReading(Eyes(), ground_of(PLAN))
    with pytest.raises(BadInput, match="no such file"):
        VideoEyes("/nowhere/a.mp4", CameraSet(), reading, time.monotonic_ns, print)


def test_the_ground_is_as_high_as_the_nearest_part_of_the_way() -> None:
    from msgspec.structs import replace

    hill = replace(PLAN, route=(Enu(0.0, 0.0, 0.0), Enu(0.0, 150.0, 10.0), Enu(0.0, 300.0, 30.0)))
    height_m = ground_of(hill)
    assert height_m(5.0, 75.0) == pytest.approx(5.0)
    assert height_m(-5.0, 225.0) == pytest.approx(20.0)
    assert ground_of(PLAN)(80.0, 9.0) == 0.0
