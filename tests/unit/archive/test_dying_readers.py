"""Readers of an archive that are killed at work: a file goes to another reader, or ends as failed with that reason."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest

from safeconduct.model.faults import BadInput
from safeconduct.perception.sample import scene
from safeconduct.runtime.scan import ScanOutcome, run_scan
from unit.perception.footage import clip, pictures

LETHAL = "standing.mkv"
ROADS = [
    pytest.param({"jobs": 2}, id="workers"),
    # two clusters that begin at once each make the one token of this user
    pytest.param({"ray": "local"}, id="ray", marks=[pytest.mark.slow, pytest.mark.xdist_group("ray")]),
]
pytestmark = [
    pytest.mark.timeout(400),  # a busy machine takes half a minute to begin a reader
    pytest.mark.filterwarnings("ignore"),  # Ray's own
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    clip(folder / "plea.mp4", pictures("hands_up", 4.0))
    clip(folder / LETHAL, pictures("standing", 3.0))
    clip(folder / "empty field.mp4", [np.roll(scene(416, 320), k, 1) for k in range(40)])
    return folder


@pytest.fixture(scope="module")
def searched(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a scan finds in it in which nobody dies."""
    out = tmp_path_factory.mktemp("results")
    told = run_scan(archive, out, jobs=1)
    assert (told.files, told.hits, told.failed) == (3, 1, 0)
    return out


@pytest.fixture
def road(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    if "ray" not in request.param:
        yield request.param
        return
    ray = pytest.importorskip("ray")
    yield request.param
    ray.shutdown()


def scan(archive: Path, out: Path, road: dict[str, Any]) -> ScanOutcome:
    try:
        return run_scan(archive, out, **road)
    except BadInput as bad:
        if "no cluster answers" not in str(bad):
            raise
        pytest.skip(f"Ray does not begin on this machine now: {bad}")  # it gives itself 30 s, whatever the load


def results(out: Path) -> dict[str, dict[str, Any]]:
    return {r["file"]["name"]: r for r in json.loads((out / "report.json").read_bytes())["results"]}


class Reaper(Thread):
    """Kills whichever process of ours has one file of the archive open, as a machine short of memory would."""

    def __init__(self, path: Path, times: int) -> None:
        super().__init__(daemon=True)
        self._path, self._times = str(path), times
        self._over = Event()
        self.killed: list[int] = []

    def run(self) -> None:
        while len(self.killed) < self._times and not self._over.wait(0.005):
            for process in self._of_ours() - set(self.killed):
                if self._reads(process):
                    os.kill(process, signal.SIGKILL)
                    self.killed.append(process)

    def end(self) -> None:
        self._over.set()
        self.join()

    def _of_ours(self) -> set[int]:
        """All who descend from this process: another one's cluster may run on the same machine."""
        parents = {}
        for process in Path("/proc").iterdir():
            if process.name.isdigit():
                with suppress(OSError):
                    told = (process / "stat").read_text()
                    parents[int(process.name)] = int(told[told.rindex(")") + 2 :].split()[1])
        ours = {os.getpid()}
        while more := {child for child, parent in parents.items() if parent in ours} - ours:
            ours |= more
        return ours - {os.getpid()}

    def _reads(self, process: int) -> bool:
        with suppress(OSError):
            for opened in Path(f"/proc/{process}/fd").iterdir():
                with suppress(OSError):
                    if os.readlink(opened) == self._path:
                        return True
        return False


@contextmanager
def reaped(archive: Path, times: int) -> Iterator[Reaper]:
    reaper = Reaper(archive / LETHAL, times)
    reaper.start()
    try:
        yield reaper
    finally:
        reaper.end()


@pytest.mark.parametrize("road", ROADS, indirect=True)
def test_a_reader_that_is_killed_hands_its_file_to_another_and_the_report_is_the_same(
    archive: Path, searched: Path, tmp_path: Path, road: dict[str, Any]
) -> None:
    with reaped(archive, times=1) as reaper:
        told = scan(archive, tmp_path / "out", road)
    assert len(reaper.killed) == 1
    assert (told.files, told.failed) == (3, 0)
    for name in ("report.json", "hits.csv", "files.csv", "index.html", "bundle.zip"):
        assert (tmp_path / "out" / name).read_bytes() == (searched / name).read_bytes(), name


@pytest.mark.parametrize("road", ROADS, indirect=True)
def test_a_file_whose_readers_always_die_fails_with_that_reason_and_costs_no_other(
    archive: Path, searched: Path, tmp_path: Path, road: dict[str, Any]
) -> None:
    with reaped(archive, times=100) as reaper:
        told = scan(archive, tmp_path / "out", road)
    assert len(reaper.killed) == 2
    assert (told.files, told.failed) == (3, 1)
    one, other = (results(at) for at in (tmp_path / "out", searched))
    died = one.pop(LETHAL)
    assert (died["ending"], died["why"]) == ("failed", "a reader died on it, twice; nothing is known of what is in it")
    del other[LETHAL]
    assert one == other
