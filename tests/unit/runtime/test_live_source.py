"""Streams as they come from the air: the newest picture at once, and a visible line for whatever goes wrong."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from itertools import pairwise

import pytest

from safeconduct.model.faults import BadInput
from safeconduct.perception import Footage, Frame
from safeconduct.runtime.live_source import LiveFootage, open_footage
from unit.runtime.streaming import FPS, Act, number_of, numbered, packed, rtsp_sender, tcp_sender, udp_sender


class Watched:
    """Everything that came of a stream. each_s: for how long a picture is looked at."""

    def __init__(self, url: str, each_s: float = 0.0, retry_s: float = 1.0, silent_s: float = 5.0) -> None:
        self.said: list[str] = []
        self.frames: list[Frame] = []
        self.ages_s: list[float] = []
        self.live = LiveFootage(Footage(url, silent_s=silent_s), self.said.append, retry_s)
        for frame in self.live.read():
            self.ages_s.append(self.live.age_s(frame))
            self.frames.append(frame)
            time.sleep(each_s)
        self.numbers = [number_of(f.picture) for f in self.frames]
        self.times_s = [f.t_ns / 1e9 for f in self.frames]
        assert [f.number for f in self.frames] == list(range(len(self.frames)))
        assert all(a < b for a, b in pairwise(self.times_s))

    def heard(self, words: str) -> bool:
        return any(words in line for line in self.said)

    def warned(self, words: str) -> bool:
        return any(words in line and "\n" not in line for line in self.live.warnings)


def test_quick_eyes_see_every_picture_of_a_stream() -> None:
    with tcp_sender([packed(numbered(50))]) as url:
        watched = Watched(url)
    assert len(watched.frames) + watched.live.dropped == 50
    assert watched.numbers == sorted(watched.numbers)
    assert watched.times_s[-1] == pytest.approx(49 / FPS, abs=0.1)
    assert watched.warned("did not come back")


def test_slow_eyes_skip_pictures_and_never_fall_behind() -> None:
    with tcp_sender([packed(numbered(75))]) as url:
        watched = Watched(url, each_s=0.3)
    assert len(watched.frames) < 15
    assert watched.live.dropped == 75 - len(watched.frames)
    assert watched.warned(f"{watched.live.dropped} pictures were skipped")
    assert watched.numbers[-1] == 74
    assert sorted(watched.ages_s)[len(watched.ages_s) // 2] < 0.3


def test_a_stream_that_stalls_is_told_at_once_and_goes_on() -> None:
    pieces = packed(numbered(50))
    with tcp_sender([pieces[:25], 2.0, pieces[25:]]) as url:
        watched = Watched(url)
    assert watched.heard("no picture for 1.")
    assert not watched.heard("came back")
    assert watched.numbers[-1] == 49
    assert watched.frames[-1].arrived_t_ns / 1e9 > 2.0
    # Its own clock stood still while it stalled: nobody knows how old the rest is, so it counts as that old.
    assert watched.frames[-1].behind_s == pytest.approx(2.0, abs=0.5)
    assert watched.warned("late")


def test_a_stream_that_dies_and_returns_is_one_film_with_one_clock() -> None:
    with tcp_sender([packed(numbered(25))], [packed(numbered(25, 100))]) as url:
        watched = Watched(url, retry_s=2.0)
    assert watched.heard("trying again")
    assert watched.heard("came back after")
    assert watched.numbers[-1] == 124
    assert watched.times_s[-1] > 2.0
    assert watched.warned("leaps back by")
    assert watched.warned("died 1 times and came back")


def test_a_stream_that_says_nothing_more_is_dead_too() -> None:
    pieces = packed(numbered(50))
    with tcp_sender([pieces[:25], 3.0, pieces[25:]]) as url:
        watched = Watched(url, retry_s=0.6, silent_s=1.0)
    assert watched.numbers[-1] == 24
    assert watched.heard("nothing came; trying again")
    assert watched.warned("did not come back; what was read is kept")


@pytest.mark.parametrize("begin_s", [3600.0, 80.0])
def test_a_clock_that_leaps_on_the_way_is_counted_on(begin_s: float) -> None:
    with tcp_sender([packed(numbered(25), 100.0), packed(numbered(25, 25), begin_s)]) as url:
        watched = Watched(url)
    assert watched.numbers[-1] == 49
    assert watched.times_s[-1] == pytest.approx(49 / FPS, abs=0.3)
    assert watched.warned("ahead by 3499" if begin_s > 1000.0 else "back by 21")


def test_datagrams_and_a_camera_that_speaks_rtsp_are_read_likewise() -> None:
    senders: list[AbstractContextManager[str]] = [
        udp_sender([packed(numbered(120))]),
        rtsp_sender([packed(numbered(60))]),
    ]
    for sender in senders:
        with sender as url:
            watched = Watched(url, retry_s=0.5, silent_s=1.0)
        assert len(watched.frames) > 15, url
        assert watched.numbers == sorted(watched.numbers)
        # The last one of a transport stream is only known to be whole when another one begins.
        assert watched.numbers[-1] % 60 >= 57


def test_noise_is_no_stream_and_one_line_says_so() -> None:
    acts: list[Act] = [[bytes(range(256)) * 40] * 5]
    with tcp_sender(acts) as url, pytest.raises(BadInput, match="cannot be opened") as caught:
        open_footage(url, print)
    assert "\n" not in str(caught.value)


def test_who_stops_looking_is_let_go_at_once() -> None:
    with tcp_sender([packed(numbered(100))]) as url:
        footage = open_footage(url, lambda line: None)
        assert isinstance(footage, LiveFootage)
        frames = footage.read()
        next(iter(frames))
        began = time.monotonic()
        frames.close()
        assert time.monotonic() - began < 2.0
        assert not any("did not come back" in line for line in footage.warnings)
