"""What the crew's record promises while it is being written."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise
from math import nan
from pathlib import Path
from threading import Thread

import pytest

from safeconduct.model.commands import Steer
from safeconduct.model.events import AnyEvent, MissionOpened, MissionResumed, Sighting, Tick, VehicleText
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import ZERO, Enu, Wgs84
from safeconduct.model.mission_time import SIMULATED_START_NS
from safeconduct.model.plan import Plan, Settings
from safeconduct.model.vocabulary import Posture
from safeconduct.model.wire import encode
from safeconduct.witness import (
    LOG,
    ChainBroken,
    Recorder,
    RecordFailed,
    inputs,
    is_record,
    new_record_folder,
    read_record,
    records_home,
    verify,
)

OPENED = MissionOpened(
    SIMULATED_START_NS, Plan("field", Wgs84(48.6, 38.0), ZERO, Enu(0.0, 950.0, 0.0), ()), Settings(), seed=7
)


def steps(count: int) -> Iterator[tuple[AnyEvent, Steer]]:
    """An event and its command, ten a second."""
    for n in range(count):
        t_ns = SIMULATED_START_NS + n * 100_000_000
        there = Enu(0.1 * n, 1.0, 0.0)
        sighting = Sighting(t_ns, 1, there, 96.0, Posture.WALKING, 0.9)
        yield (OPENED if n == 0 else sighting if n % 2 else Tick(t_ns)), Steer(t_ns, there)


def write(folder: Path, count: int = 20) -> Path:
    with Recorder.create(folder, durable=False) as recorder:
        for step in steps(count):
            recorder.append(step)
            recorder.commit()
    return folder


def test_what_was_written_is_read_back_in_order(tmp_path: Path) -> None:
    record = write(tmp_path / "r", 40)
    assert list(inputs(record)) == [fact for fact, _ in steps(40)]
    read = [bytes(entry.body) for entry in read_record(record)]
    assert read == [encode(value) for step in steps(40) for value in step]
    assert verify(record).ok


def test_every_line_carries_the_hash_of_the_line_before(tmp_path: Path) -> None:
    lines = (write(tmp_path / "r") / LOG).read_bytes().splitlines()
    assert lines[0].endswith(b'"prev":"' + b"0" * 64 + b'"}')
    for before, line in pairwise(lines):
        assert line.endswith(b'"prev":"' + sha256(before).hexdigest().encode() + b'"}')


def test_the_record_explains_itself_in_plain_words(tmp_path: Path) -> None:
    words = (write(tmp_path / "r") / "README.txt").read_text()
    assert "sha256sum" in words
    assert LOG in words


def test_anybody_can_check_the_chain_with_the_commands_that_the_record_names(tmp_path: Path) -> None:
    record = write(tmp_path / "r")
    commands = [line.strip() for line in (record / "README.txt").read_text().splitlines() if "sed -n" in line]
    first, second = (subprocess.run(["sh", "-c", c], cwd=record, capture_output=True, check=True) for c in commands)
    assert first.stdout.split()[0] in second.stdout


def test_nothing_is_in_the_file_before_the_commit(tmp_path: Path) -> None:
    with Recorder.create(tmp_path / "r") as recorder:
        recorder.append([OPENED])
        assert (tmp_path / "r" / LOG).stat().st_size == 0
        assert recorder.waiting_bytes > 0
        recorder.commit()
        assert (tmp_path / "r" / LOG).stat().st_size > 0
        assert recorder.waiting_bytes == 0


def test_a_second_writer_is_turned_away_with_one_clear_line(tmp_path: Path) -> None:
    with Recorder.create(tmp_path / "r"):
        with pytest.raises(BadInput, match=r"r: another safeconduct is writing this record; end that one first"):
            Recorder.reopen(tmp_path / "r")
        with pytest.raises(BadInput, match="another safeconduct"):
            Recorder.create(tmp_path / "r")
    Recorder.reopen(tmp_path / "r").close()


def test_a_record_is_never_overwritten_by_a_new_one(tmp_path: Path) -> None:
    record = write(tmp_path / "r")
    before = (record / LOG).read_bytes()
    with pytest.raises(BadInput, match="holds a record already; resume that one"):
        Recorder.create(record)
    assert (record / LOG).read_bytes() == before


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("private")
    with pytest.raises(BadInput, match=r"not empty \(letters\.txt\)"):
        Recorder.create(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["letters.txt"]


@pytest.mark.parametrize("where", ["file", "file/below"])
def test_a_file_in_the_way_is_named(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="cannot hold a record"):
        Recorder.create(tmp_path / where)


def test_there_is_nothing_to_resume_in_an_empty_folder(tmp_path: Path) -> None:
    assert not is_record(tmp_path)
    with pytest.raises(BadInput, match=r"no log\.jsonl"):
        Recorder.reopen(tmp_path)


def test_the_chain_goes_on_after_a_quiet_end(tmp_path: Path) -> None:
    record = write(tmp_path / "r", 10)
    with Recorder.reopen(record) as recorder:
        assert recorder.torn_bytes == 0
        recorder.append([MissionResumed(SIMULATED_START_NS, 3.0, "restart")])
    assert verify(record).ok
    assert [entry.kind for entry in read_record(record)][-1] == "mission_resumed"


@pytest.mark.parametrize("left", [1, 17, 200])
def test_a_line_torn_by_a_crash_is_set_aside_and_the_chain_goes_on(tmp_path: Path, left: int) -> None:
    record = write(tmp_path / "r", 10)
    log = record / LOG
    whole = log.read_bytes()
    torn = whole.splitlines()[3][:left]
    log.write_bytes(whole + torn)
    assert not verify(record).ok
    with Recorder.reopen(record) as recorder:
        assert recorder.torn_bytes == left
        recorder.append([Tick(SIMULATED_START_NS)])
    assert verify(record).ok
    assert log.read_bytes().startswith(whole)
    assert (record / "log.torn").read_bytes() == torn + b"\n"


def test_a_page_of_zeros_after_a_power_cut_is_set_aside(tmp_path: Path) -> None:
    record = write(tmp_path / "r", 10)
    whole = (record / LOG).read_bytes()
    (record / LOG).write_bytes(whole + b"\0" * 4096 + b'"}\n{"seq":')
    with Recorder.reopen(record) as recorder:
        assert recorder.torn_bytes > 4096
    assert (record / LOG).read_bytes() == whole


def test_a_record_that_somebody_changed_is_not_resumed(tmp_path: Path) -> None:
    record = write(tmp_path / "r", 10)
    whole = (record / LOG).read_bytes()
    (record / LOG).write_bytes(whole.replace(b'"seed":7', b'"seed":8'))
    with pytest.raises(ChainBroken, match="line 2: does not continue line 1"):
        Recorder.reopen(record)
    assert not (record / "log.torn").exists()


def test_a_number_that_is_none_is_refused_before_it_spoils_the_record(tmp_path: Path) -> None:
    with Recorder.create(tmp_path / "r") as recorder:
        recorder.append([OPENED])
        nowhere = Sighting(1, 1, Enu(nan, 0.0, 0.0), 96.0, Posture.WALKING, 0.9)
        with pytest.raises(ValueError, match="float"):
            recorder.append([Tick(1), nowhere])
        recorder.append([VehicleText(SIMULATED_START_NS, "a", 6, "the word null is a word")])
    assert [entry.kind for entry in read_record(tmp_path / "r")] == ["mission_opened", "vehicle_text"]


def test_committing_beside_appending_loses_nothing(tmp_path: Path) -> None:
    with Recorder.create(tmp_path / "r", durable=False) as recorder:
        done = False

        def keep_committing() -> None:
            while not done:
                recorder.commit()

        beside = Thread(target=keep_committing)
        beside.start()
        for step in steps(3000):
            recorder.append(step)
        done = True
        beside.join()
    assert verify(tmp_path / "r").ok
    assert sum(1 for _ in inputs(tmp_path / "r")) == 3000


@pytest.fixture
def full_disk() -> Iterator[None]:
    """The system itself refuses to let any file of this process grow beyond a size (EFBIG stands for ENOSPC)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (12_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_said_in_words_and_nothing_durable_is_lost(tmp_path: Path, full_disk: None) -> None:
    record = tmp_path / "r"
    recorder = Recorder.create(record)
    durable = 0

    def go_on() -> None:
        nonlocal durable
        for step in steps(200):
            recorder.append(step)
            recorder.commit()
            durable += len(step)

    with pytest.raises(RecordFailed, match="cannot be written: File too large"):
        go_on()
    assert durable > 20
    assert verify(record).ok
    assert verify(record).entries == durable
    with pytest.raises(RecordFailed):
        recorder.commit()
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    recorder.append([Tick(SIMULATED_START_NS)])
    recorder.close()
    assert verify(record).ok
    assert [entry.kind for entry in read_record(record)][-1] == "tick"
    assert sum(1 for _ in read_record(record)) > durable + 1


def test_a_device_that_is_full_gives_words_and_not_a_traceback(tmp_path: Path) -> None:
    record = tmp_path / "r"
    record.mkdir()
    (record / LOG).symlink_to("/dev/full")
    assert not is_record(record)
    with pytest.raises(BadInput, match="cannot hold a record"):
        Recorder.create(record)


def test_a_closed_record_is_free_for_the_next(tmp_path: Path) -> None:
    recorder = Recorder.create(tmp_path / "r")
    assert recorder.free_bytes() > 0
    recorder.close()
    recorder.close()
    Recorder.reopen(tmp_path / "r").close()


def test_records_go_to_the_users_data_folder_under_the_time_they_began(tmp_path: Path) -> None:
    home = records_home({"XDG_DATA_HOME": str(tmp_path)})
    assert home == tmp_path / "safeconduct" / "records"
    assert records_home({"XDG_DATA_HOME": "relative"}).parts[-4:] == (".local", "share", "safeconduct", "records")
    began = datetime(2026, 3, 1, 4, 5, 6, tzinfo=UTC)
    first = new_record_folder("First Walk/../..", began, home)
    assert first.name == "20260301T040506Z-first-walk"
    first.mkdir(parents=True)
    assert new_record_folder("first-walk", began, home).name == "20260301T040506Z-first-walk-2"
