"""A sealed record proves itself to a stranger, and whoever changes it is found out and shown the place."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

import pytest

from filmed import filmed_record
from safeconduct.model.events import Tick
from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import SIMULATED_START_NS
from safeconduct.runtime.tampering import Forger, is_placed
from safeconduct.witness import LOG, Recorder, certificates_in, ledger_lines, recover, station_key, verify
from safeconduct.witness.film_credentials import box_bytes


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filmed_record(tmp_path_factory.mktemp("records") / "r")


@pytest.fixture
def copy(sealed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sealed, tmp_path / "copy"))


def test_a_sealed_record_is_whole_to_its_last_entry_and_fragment(sealed: Path) -> None:
    said = verify(sealed)
    assert said.problems == ()
    assert (said.ok, said.sealed, said.closed) == (True, True, True)
    assert said.entries == 34
    assert said.fragments == 15
    assert said.station.startswith("station-")


def test_every_fragment_is_at_most_a_quarter_of_a_second_and_says_when_and_from_where(sealed: Path) -> None:
    fragments = [line for line in ledger_lines(sealed) if not line.part]
    assert sum(len(line.frames) for line in fragments) == 90
    for line in fragments:
        assert line.frames[-1].t - line.frames[0].t + 33_333_334 <= 250_000_000
        assert all(f.lat == 48.6 and f.camera_pitch == -35.0 and f.taken is not None for f in line.frames)


def test_a_stranger_needs_only_openssl_and_sha256sum(sealed: Path) -> None:
    ask = "openssl pkeyutl -verify -pubin -inkey seal/public-key.pem -rawin"
    subprocess.run(
        [*ask.split(), "-in", "seal/seal-1.sha256", "-sigfile", "seal/seal-1.sig"],
        cwd=sealed,
        check=True,
        capture_output=True,
    )
    said = subprocess.run(
        ["sha256sum", "-c", "--strict", "seal/seal-1.sha256"], cwd=sealed, capture_output=True, check=True
    )
    assert said.stdout.count(b": OK") == 9


def test_random_changes_anywhere_are_all_found_and_placed(copy: Path) -> None:
    chance = random.Random(8)
    forger = Forger(copy, chance)
    for _ in range(1000):
        done = forger.forge()
        said = verify(copy)
        where = f"{done.kind} in {done.file}, {done.first} to {done.last}"
        assert not said.ok, f"{where} went unseen"
        assert is_placed(done, said), f"{where} was placed elsewhere: {said.problems[:4]}"
        forger.mend(done)
    assert verify(copy).sealed


def test_it_is_said_since_when(copy: Path) -> None:
    video = copy / "video.mp4"
    sizes = [line.bytes for line in ledger_lines(copy)]
    data = bytearray(video.read_bytes())
    data[box_bytes(video) + sum(sizes[:8]) + 200] ^= 1
    video.write_bytes(data)
    said = verify(copy)
    assert said.problems[0].at.startswith("fragment 8, 2023-11-14T22:13:21.4")
    assert said.since == "2023-11-14T22:13:21.400Z"


def test_an_entry_added_after_the_seal_in_perfect_form_is_found(copy: Path) -> None:
    with Recorder.reopen(copy, durable=False) as recorder:
        recorder.append([Tick(SIMULATED_START_NS)])
    said = verify(copy)
    assert not said.sealed
    assert said.problems[0].at.startswith("line 35")


def test_the_last_entry_is_guarded_too(copy: Path) -> None:
    log = copy / LOG
    log.write_bytes(log.read_bytes().replace(b'"outcome":"in_custody"', b'"outcome":"led_out"'))
    said = verify(copy)
    assert [problem.at.split(",")[0] for problem in said.problems] == ["line 34"]


def test_a_file_that_was_put_in_or_taken_out_is_named(copy: Path) -> None:
    (copy / "orders.txt").write_text("new")
    (copy / "README.txt").unlink()
    assert {(p.file, p.what.split()[0]) for p in verify(copy).problems} == {("orders.txt", "was"), ("README.txt", "is")}


def test_another_stations_seal_is_told_from_ours(copy: Path, tmp_path: Path) -> None:
    ours = certificates_in(copy / "seal" / "certificate.pem")
    assert verify(copy, ours[:1]).trusted
    assert verify(copy, ours[1:]).trusted, "the root vouches for the station"
    shutil.rmtree(copy / "seal")
    recover(copy, station_key(tmp_path / "keys of another"))
    said = verify(copy, ours)
    assert said.trusted is False
    assert not said.ok


def test_a_record_whose_seal_was_taken_away_is_not_taken_for_sealed(copy: Path) -> None:
    ours = certificates_in(copy / "seal" / "certificate.pem")
    shutil.rmtree(copy / "seal")
    assert not verify(copy).sealed
    assert "not sealed" in verify(copy).notes[0]
    assert not verify(copy, ours).ok


def test_a_record_cut_in_the_middle_shows_what_is_left_of_it(copy: Path) -> None:
    for name in (LOG, "video.mp4"):
        file = copy / name
        head = box_bytes(file) if name == "video.mp4" else 0
        file.write_bytes(file.read_bytes()[: head + (file.stat().st_size - head) // 2])
    said = verify(copy)
    assert 10 < said.entries < 25
    assert 3 < said.fragments < 12
    assert {problem.file for problem in said.problems} == {LOG, "video.mp4"}


def test_a_changed_record_is_not_sealed_anew(copy: Path) -> None:
    log = copy / LOG
    log.write_bytes(log.read_bytes().replace(b'"seed":7', b'"seed":9'))
    with pytest.raises(BadInput, match="line 2"):
        recover(copy, station_key())


def test_a_crash_leaves_a_record_that_recovers_to_the_last_whole_fragment(tmp_path: Path) -> None:
    record = filmed_record(tmp_path / "r", sealed=False)
    video, log = record / "video.mp4", record / LOG
    video.write_bytes(video.read_bytes()[:-40])
    log.write_bytes(log.read_bytes() + b'{"seq":34,"t":17')
    ledger = record / "video.jsonl"
    lines = ledger.read_bytes().splitlines(keepends=True)
    ledger.write_bytes(b"".join(lines[:-2]) + lines[-2][:50])
    assert not verify(record).ok
    recover(record, station_key())
    said = verify(record)
    assert said.problems == ()
    assert said.sealed
    assert said.entries == 34
    assert said.fragments == 14
    assert (record / "video.torn").stat().st_size > 0
    assert (record / "log.torn").read_bytes() == b'{"seq":34,"t":17\n'


def test_a_record_taken_up_again_gets_a_second_seal_that_holds_the_first(copy: Path) -> None:
    with Recorder.reopen(copy, durable=False) as recorder:
        recorder.sign_with(station_key())
        recorder.append([Tick(SIMULATED_START_NS)])
    recover(copy, station_key())
    assert verify(copy).sealed
    assert (copy / "seal" / "seal-1.sig").is_file()
    assert b"seal/seal-1.sha256" in (copy / "seal" / "seal-2.sha256").read_bytes()
