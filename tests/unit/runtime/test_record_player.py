"""A record is shown again: at every moment the page stands as it stood then, whichever way one got there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest

from safeconduct.model.events import MissionOpened
from safeconduct.model.mission_time import NS
from safeconduct.model.vocabulary import Phase
from safeconduct.runtime.record_film import RecordFilm
from safeconduct.runtime.record_index import RecordIndex
from safeconduct.runtime.record_player import RecordPlayer
from safeconduct.station.page import Board, Projector, Reel
from safeconduct.station.page.heard import Decide, Pace, Seek
from safeconduct.station.page.told import LeaseShown, Now
from safeconduct.witness import LOG, ChainBroken, Film, leaf, leaf_from, values
from scenario.flown import over_mavlink


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept") / "r"
    over_mavlink("short-walk", 1, folder)
    return folder


@pytest.fixture
def show(record: Path) -> Iterator[Callable[[], Shown]]:
    opened: list[Shown] = []

    def one() -> Shown:
        opened.append(Shown(record))
        return opened[-1]

    yield one
    for shown in opened:
        shown.player.close()
        shown.reel.close()


class Shown:
    def __init__(self, record: Path) -> None:
        self.index = RecordIndex(record, film=False)
        self.index.read()
        self.board, self.projector, self.reel = Board(), Projector(1.0), Reel()
        self.film = RecordFilm(record)
        self.player = RecordPlayer(record, self.index, self.film, self.board, self.projector, self.reel)

    def at(self, clock_s: float) -> Now:
        self.projector.hear("station-1", Seek(clock_s=clock_s))
        self.player.go(0.0)
        return self.now

    @property
    def now(self) -> Now:
        return self.board.now(LeaseShown("", False))

    def lines(self) -> list[tuple[int, str]]:
        return [(line.number, line.words) for line in self.board.said_after(0)]


def test_leafing_from_any_line_gives_what_stands_there(record: Path) -> None:
    all_of_it = list(leaf(record))
    assert [one.value for one in all_of_it] == list(values(record))
    for n in (0, 1, len(all_of_it) // 2, len(all_of_it) - 1):
        assert [one.value for one in leaf_from(record, all_of_it[n].start)] == [one.value for one in all_of_it[n:]]


def test_a_line_that_was_changed_ends_the_reading_in_words(record: Path, tmp_path: Path) -> None:
    lines = (record / LOG).read_bytes().splitlines(keepends=True)
    lines[4000] = lines[4000].replace(b'"t"', b'"T"')
    changed = tmp_path / "changed"
    changed.mkdir()
    (changed / LOG).write_bytes(b"".join(lines))
    index = RecordIndex(changed, film=False)
    index.read()
    assert "line 4001" in index.timeline().differs
    assert 0.0 < index.timeline().known_s < index.timeline().length_s
    start = sum(map(len, lines[:4000]))
    with pytest.raises(ChainBroken):
        list(leaf_from(changed, start))


def test_the_page_stands_the_same_whichever_way_one_got_there(show: Callable[[], Shown]) -> None:
    there = show()
    for clock_s in (100.0, 40.0):
        jumped = there.at(clock_s)
        straight = show()
        straight.projector.speed = 7.0
        while straight.player.clock_s < clock_s:
            straight.player.go(min(0.5, (clock_s - straight.player.clock_s) / 7.0 + 1e-9))
        assert msgspec.json.encode(jumped) == msgspec.json.encode(straight.now)
        assert there.lines() == straight.lines()


def test_the_timeline_tells_phases_decisions_signals_and_impacts(show: Callable[[], Shown]) -> None:
    shown = show()
    timeline = shown.index.timeline()
    assert timeline.differs == ""
    assert timeline.known_s == timeline.length_s
    assert {span.phase for span in timeline.phases} >= {Phase.OFFERED, Phase.PARLEY, Phase.LEAD, Phase.COVER}
    assert {mark.what for mark in timeline.marks} >= {"decision", "signal", "impact", "phase"}
    assert [m.clock_s for m in timeline.marks] == sorted(m.clock_s for m in timeline.marks)
    cover = next(span for span in timeline.phases if span.phase is Phase.COVER)
    assert shown.at(cover.from_s + 0.3).phase is Phase.COVER


def test_the_end_is_where_it_stands_still(show: Callable[[], Shown]) -> None:
    shown = show()
    assert shown.at(1e6).phase is Phase.CLOSED
    shown.player.go(1.0)
    assert shown.projector.speed == 0.0
    assert shown.player.clock_s == shown.index.timeline().length_s


def test_nothing_of_a_record_can_be_decided() -> None:
    projector = Projector()
    refused = projector.hear("station-1", msgspec.convert({"kind": "decide", "decision": "lead"}, Decide))
    assert not refused.ok
    assert "record" in refused.words
    assert projector.hear("station-1", Pace(speed=20.0)).ok
    assert projector.lease().speed == 20.0


def test_the_states_that_are_kept_for_jumping_grow_with_minutes_and_not_with_lines(record: Path) -> None:
    index = RecordIndex(record, film=False)
    index.read()
    lines = (record / LOG).read_bytes().count(b"\n")
    assert len(index._bookmarks) < lines / 50
    assert len(index._bookmarks) <= index.timeline().length_s / 10.0 + 1


def test_the_picture_of_any_moment_is_the_newest_that_was_taken_by_then(record: Path, tmp_path: Path) -> None:
    opened = next(leaf(record)).value
    assert isinstance(opened, MissionOpened)
    film = Film(tmp_path, 5.0)
    for n in range(60):
        grey = np.full((48, 64, 3), 4 * n, np.uint8)
        film.take(grey, opened.t_ns + round(n * 0.2 * NS))
    film.close()
    shown = RecordFilm(tmp_path)
    assert shown
    assert shown.at(opened.t_ns - 1) is None
    for clock_s in (0.1, 5.05, 5.3, 11.0, 2.5, 99.0):
        framed = shown.at(opened.t_ns + round(clock_s * NS))
        assert framed is not None
        n = min(int(clock_s / 0.2), 59)
        assert abs(framed.t_ns - opened.t_ns - n * 0.2 * NS) < 0.01 * NS
        assert abs(float(framed.picture.mean()) - 4 * n) < 4.0
    shown.close()


def test_a_folder_without_a_film_has_no_picture(record: Path) -> None:
    film = RecordFilm(record)
    assert not film
    assert film.at(0) is None
