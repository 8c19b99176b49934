"""The program is killed in the middle of writing; what it had committed is there."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from safeconduct.witness import Recorder, read_record, verify

_WRITER = """
import sys
from pathlib import Path
from safeconduct.model.events import Tick, VehicleText
from safeconduct.witness import Recorder, is_record
folder = Path(sys.argv[1])
recorder = (Recorder.reopen if is_record(folder) else Recorder.create)(folder, durable=sys.argv[2] == "durable")
n = recorder.entries
while True:
    recorder.append([VehicleText(n, "a", 6, "x" * (n * 37 % 9000)), Tick(n), Tick(n)])
    recorder.commit()
    n += 3
    print(n, flush=True)
"""


@pytest.mark.parametrize("how", ["durable", "quick"])
def test_nothing_committed_is_lost_when_the_writer_is_killed_a_dozen_times(tmp_path: Path, how: str) -> None:
    chance = random.Random(how)
    record = tmp_path / "r"
    total = 0
    for _ in range(6):
        writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(record), how], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        told = [writer.stdout.readline() for _ in range(chance.randrange(1, 400))]
        writer.send_signal(signal.SIGKILL)
        rest, _ = writer.communicate()
        told += [line for line in rest.splitlines(keepends=True) if line.endswith(b"\n")]
        assert int(told[-1]) > total, "the writer went on where the killed one had stopped"
        Recorder.reopen(record).close()
        result = verify(record)
        assert result.ok, result.problems
        assert result.entries >= int(told[-1])
        total = result.entries
    assert [entry.seq for entry in read_record(record)] == list(range(total))
