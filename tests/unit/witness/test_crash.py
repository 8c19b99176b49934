"""The recording program is killed at random moments; the record recovers, seals and verifies. And a camera's own H.264
goes into it unchanged."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import av
import pytest

from filmed import filmed_record, mark, picture
from safeconduct.conduct import OPENING, step
from safeconduct.model.mission_time import NS, SIMULATED_START_NS
from safeconduct.runtime.bench_witness import kill_one, opening
from safeconduct.runtime.bench_witness_film import film_parts, h264_packets, long_record
from safeconduct.witness import FILM_LEDGER, Film, ledger_lines, recheck, recover, seal, station_key, verify
from safeconduct.witness import film as film_room


@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
def test_killed_at_random_moments_nothing_acted_on_is_lost_and_at_most_a_quarter_second_of_film(tmp_path: Path) -> None:
    packets, chance, key = h264_packets(320, 240, 30), random.Random(4), station_key()
    for n in range(12):
        record = tmp_path / str(n)
        acted, taken = kill_one(record, key, packets, chance.uniform(0.02, 0.2))
        recover(record, key)
        said = verify(record)
        assert said.problems == ()
        assert said.sealed
        assert said.entries >= acted
        assert (taken - film_parts(record)) / 30.0 <= 0.25
        shutil.rmtree(record)


def test_a_cameras_stream_is_recorded_unchanged(tmp_path: Path) -> None:
    packets = h264_packets(160, 120, 40)
    film = Film(tmp_path, 30.0)
    for i in range(40):
        t_ns = SIMULATED_START_NS + i * NS // 30
        film.pass_on(packets(i), mark(t_ns))
    film.close()
    assert film.trouble == ""
    recorded = (tmp_path / "video.mp4").read_bytes()
    slices = [bytes(packets(i)).rpartition(b"\0\0\1")[2] for i in range(40)]
    assert all(one in recorded for one in slices), "the camera's own bytes"
    with av.open(str(tmp_path / "video.mp4")) as container:
        pictures = list(container.decode(video=0))
    assert len(pictures) == 40
    assert abs((pictures[-1].time or 0.0) - 39 / 30) < 0.001
    assert sum(len(line.frames) for line in ledger_lines(tmp_path)) == 40


def test_a_stream_that_begins_in_the_middle_is_recorded_from_its_first_key_picture(tmp_path: Path) -> None:
    packets = h264_packets(160, 120, 60)
    film = Film(tmp_path, 30.0)
    for i in range(5, 60):
        film.pass_on(packets(i), mark(SIMULATED_START_NS + i * NS // 30))
    film.close()
    with av.open(str(tmp_path / "video.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 30


def test_with_a_nearly_full_disk_the_film_rests_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film = Film(tmp_path, 30.0)
    for i in range(90):
        monkeypatch.setattr(film_room, "KEPT_FOR_LOG_BYTES", 1 << 60 if 30 <= i < 60 else 0)
        film.take(picture(i), SIMULATED_START_NS + i * NS // 30, mark(SIMULATED_START_NS + i * NS // 30))
        if i == 50:
            assert "rests: the disk is nearly full, the log goes before" in film.trouble
    film.close()
    assert film.trouble == ""
    kept = [f.t for line in ledger_lines(tmp_path) for f in line.frames]
    assert 50 < len(kept) < 66
    assert kept[-1] > SIMULATED_START_NS + 2 * NS


def test_an_older_record_without_ledger_and_seal_is_read_and_sealed(tmp_path: Path) -> None:
    record = filmed_record(tmp_path / "r", 1.0, 10.0, sealed=False)
    shutil.rmtree(record / "seal")
    (record / FILM_LEDGER).unlink()
    assert verify(record).ok
    recover(record, station_key())
    said = verify(record)
    assert said.sealed
    data = bytearray((record / "video.mp4").read_bytes())
    data[len(data) // 2] ^= 1
    (record / "video.mp4").write_bytes(data)
    assert [problem.file for problem in verify(record).problems] == ["video.mp4"]


def test_two_programs_cannot_seal_or_write_one_record(tmp_path: Path) -> None:
    from safeconduct.model.faults import BadInput
    from safeconduct.witness import Recorder

    record = filmed_record(tmp_path / "r", 0.5, 10.0, sealed=False)
    with Recorder.reopen(record), pytest.raises(BadInput, match="another safeconduct is writing this record"):
        recover(record, station_key())
    seal(record, station_key(), "closed")
    assert verify(record).sealed


def test_a_long_record_is_verified_without_reading_it_into_memory(tmp_path: Path) -> None:
    record = tmp_path / "r"
    long_record(record, station_key(), 20, opening())
    said = verify(record)
    assert said.sealed
    assert said.fragments == 100
    again = recheck(record, step, OPENING)
    assert again.identical
    assert again.commands > 0
