"""The film of a mission is readable whenever it is cut off, and never stops a mission."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from safeconduct.model.mission_time import NS, SIMULATED_START_NS
from safeconduct.witness import Film


def picture(i: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    grey = np.full((90, 161, 3), 90, np.uint8)
    grey[20:60, 4 * i : 4 * i + 20] = (40, 200, 240)
    return grey


def times_s(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        return [float(frame.time or 0.0) for frame in container.decode(video=0)]


def test_every_picture_is_in_the_film_at_its_own_time(tmp_path: Path) -> None:
    film = Film(tmp_path, 5.0)
    taken_s = [0.0, 0.2, 0.4, 1.1, 1.3, 3.0]
    for i, t_s in enumerate(taken_s):
        film.take(picture(i), SIMULATED_START_NS + round(t_s * NS))
    film.close()
    assert film.trouble == ""
    assert [round(t, 2) for t in times_s(tmp_path / "video.mp4")] == taken_s


def test_a_film_that_is_cut_off_is_whole_but_for_its_last_second(tmp_path: Path) -> None:
    film = Film(tmp_path, 5.0)
    for i in range(30):
        film.take(picture(i % 30), SIMULATED_START_NS + i * NS // 5)
    cut = tmp_path / "cut.mp4"
    cut.write_bytes((tmp_path / "video.mp4").read_bytes())
    film.close()
    assert len(times_s(cut)) >= 20


def test_a_record_taken_up_again_gets_a_second_film(tmp_path: Path) -> None:
    for _ in range(2):
        film = Film(tmp_path, 5.0)
        film.take(picture(0), SIMULATED_START_NS)
        film.close()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["video-2.mp4", "video.jsonl", "video.mp4"]


def test_a_place_that_cannot_be_written_is_said_once_and_stops_nothing(tmp_path: Path) -> None:
    film = Film(tmp_path / "not there", 5.0)
    film.take(picture(0), SIMULATED_START_NS)
    film.take(picture(1), SIMULATED_START_NS + NS)
    film.close()
    assert "cannot be written" in film.trouble
    assert film.pictures == 0
